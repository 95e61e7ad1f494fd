import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

interface Props {
  /** Words before the buttons, e.g. how many rows there are. */
  text?: string;
  /** Cursor of this page; empty on the first. */
  cursor: string;
  /** Cursor of the next page; absent on the last. */
  next: string | undefined;
  onGo: (cursor: string) => void;
}

/** Cursor paging: older goes on, newer goes back the way one came, newest starts over. No jump to a page. */
export function Pager({ text, cursor, next, onGo }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const came = (window.history.state as { idx?: number } | null)?.idx ?? 0;
  return (
    <nav className="oh-pager" aria-label={t('common.older')}>
      <span className="oh-caption">{text}</span>
      {cursor !== '' && (
        <>
          <Button size="small" onClick={() => onGo('')}>
            {t('common.newest')}
          </Button>
          {came > 0 && (
            <Button size="small" onClick={() => void navigate(-1)}>
              {t('common.newer')}
            </Button>
          )}
        </>
      )}
      {next !== undefined && (
        <Button size="small" onClick={() => onGo(next)}>
          {t('common.older')}
        </Button>
      )}
    </nav>
  );
}
