import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ApiError } from '../api/client';
import { useSession } from '../api/queries';
import { ErrorPanel, problemOf } from './error-panel';
import { TimeText } from './time-text';

/** One sentence, one more, one way on: for empty pages, missing pages and refused ones. */
export function StatePage({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <section className="oh-statepage">
      <h2>{title}</h2>
      {text !== undefined && <p>{text}</p>}
      {children !== undefined && <div className="oh-actions">{children}</div>}
    </section>
  );
}

export function Denied() {
  const { t } = useTranslation();
  const session = useSession();
  const roles = session.data?.actor.roles.join(', ') ?? '';
  return <StatePage title={t('denied.title')} text={t('denied.text', { roles: roles === '' ? '–' : roles })} />;
}

export function Missing() {
  const { t } = useTranslation();
  return (
    <StatePage title={t('missing.title')} text={t('missing.text')}>
      <Link to="/orders">{t('missing.go')}</Link>
    </StatePage>
  );
}

function useAfter(ms: number): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return passed;
}

/** Rows in the shape of what comes, after 200 ms; after 8 s it says that one may leave. */
export function Waiting({ rows = 8 }: { rows?: number }) {
  const { t } = useTranslation();
  const visible = useAfter(200);
  const slow = useAfter(8_000);
  return (
    <div className="oh-waiting" role="status" aria-label={t('common.loading')}>
      {visible && Array.from({ length: rows }, (_, i) => `row ${i}`).map((row) => <span key={row} />)}
      {slow && <p className="oh-caption">{t('common.slow')}</p>}
    </div>
  );
}

interface Props<T> {
  result: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch' | 'dataUpdatedAt'>;
  rows?: number;
  children: (data: T) => ReactNode;
}

/** What every page does while it loads, fails, is refused or goes stale. What did load stays in place. */
export function Loaded<T>({ result, rows, children }: Props<T>) {
  const { t } = useTranslation();
  const { data, error } = result;
  if (error instanceof ApiError && error.status === 403) return <Denied />;
  if (data === undefined) {
    if (error === null) return <Waiting {...(rows === undefined ? {} : { rows })} />;
    return <ErrorPanel problem={problemOf(error)} onRetry={() => void result.refetch()} />;
  }
  return (
    <>
      {error !== null && (
        <p className="oh-banner oh-tone-attention" role="status">
          {t('common.stale')} <TimeText instant={new Date(result.dataUpdatedAt).toISOString()} kind="clock" />
        </p>
      )}
      {children(data)}
    </>
  );
}
