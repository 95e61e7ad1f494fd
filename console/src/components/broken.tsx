import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { StatePage } from './state-page';

/** A page that threw: what it means, a way on, and the text for support. */
export function Broken() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <main className="oh-alone">
      <StatePage title={t('error.broken.title')} text={t('error.broken.text')}>
        <Button type="primary" onClick={() => window.location.reload()}>
          {t('error.reload')}
        </Button>
        <code>{error instanceof Error ? error.message : String(error)}</code>
      </StatePage>
    </main>
  );
}
