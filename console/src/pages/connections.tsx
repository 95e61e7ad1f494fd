import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useConnections, useProve, useSession } from '../api/queries';
import type { Connection } from '../api/types';
import { ErrorPanel, problemOf } from '../components/error-panel';
import { Glyph } from '../components/glyph';
import { PageHead } from '../components/page-head';
import { StateChip } from '../components/state-chip';
import { Loaded, StatePage } from '../components/state-page';
import { TimeText } from '../components/time-text';
import { useSay } from '../i18n/i18n';
import { may } from '../state/may';
import { CONNECTION_STATES, lookOf } from '../state/states';

function Row({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const say = useSay();
  const session = useSession().data;
  const prove = useProve(connection.name);
  const never = t('connections.never');
  return (
    <li className="oh-connection">
      <div className="oh-two">
        <strong>{say(connection.label)}</strong>
        <span className="oh-caption">
          {connection.name} · {connection.type}
          {connection.sandbox && ` · ${t('connections.sandbox')}`}
        </span>
      </div>
      <StateChip look={lookOf(CONNECTION_STATES, connection.state)} />
      <dl className="oh-facts oh-facts-line">
        <div>
          <dt>{t('connections.col.last')}</dt>
          <dd>{connection.lastMessageAt === undefined ? never : <TimeText instant={connection.lastMessageAt} />}</dd>
        </div>
        <div>
          <dt>{t('connections.col.proven')}</dt>
          <dd>{connection.provenAt === undefined ? never : <TimeText instant={connection.provenAt} />}</dd>
        </div>
        <div>
          <dt>{t('connections.col.does')}</dt>
          <dd>{[...connection.triggers, ...connection.operations].map((c) => say(c.label)).join(', ') || '–'}</dd>
        </div>
      </dl>
      {may(session, 'connection:manage') && (
        <Button size="small" loading={prove.isPending} onClick={() => prove.mutate()}>
          {t('connections.prove')}
        </Button>
      )}
      {prove.error !== null && <ErrorPanel problem={problemOf(prove.error)} />}
      {prove.data !== undefined && (
        <ul className="oh-checks" aria-label={t('connections.result', { name: connection.name })} aria-live="polite">
          {prove.data.checks.map((c) => (
            <li key={c.check.en}>
              <span className={c.ok ? 'oh-text-confirmed' : 'oh-text-refused'}>
                <Glyph tone={c.ok ? 'confirmed' : 'refused'} />
              </span>
              <span>{say(c.check)}</span>
              <span className="oh-caption">{c.said}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** The systems the hub is connected with, when each was last proven, and a way to prove it now. */
export function Page() {
  const { t } = useTranslation();
  const connections = useConnections();
  return (
    <>
      <PageHead title={t('connections.title')} name={t('connections.title')} />
      <Loaded result={connections}>
        {(page) =>
          page.items.length === 0 ? (
            <StatePage title={t('connections.none')} text={t('connections.noneText')} />
          ) : (
            <ul className="oh-panel oh-connections">
              {page.items.map((c) => (
                <Row key={c.name} connection={c} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}
