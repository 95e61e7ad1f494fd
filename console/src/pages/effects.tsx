import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { useEffects } from '../api/queries';
import type { Effect } from '../api/types';
import { Chips } from '../components/chips';
import { EffectState } from '../components/effect-panel';
import { type Column, LedgerTable } from '../components/ledger-table';
import { PageHead } from '../components/page-head';
import { Pager } from '../components/pager';
import { Loaded, StatePage } from '../components/state-page';
import { TimeText } from '../components/time-text';
import { useSay } from '../i18n/i18n';
import { orderPath } from '../state/paths';
import { EFFECT_STATES } from '../state/states';

const FILTERS = ['all', 'unknown', 'refused', 'parked', 'planned', 'confirmed'] as const;
type Filter = (typeof FILTERS)[number];

const pathOf = (e: Effect): string => `${orderPath(e.orderNumber)}?tab=effects`;

/** Everything the hub writes into other systems, by state. */
export function Page() {
  const { t } = useTranslation();
  const say = useSay();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const state: Filter = FILTERS.find((f) => f === params.get('state')) ?? 'all';
  const cursor = params.get('cursor') ?? '';
  const effects = useEffects({ state: state === 'all' ? '' : state, cursor, limit: 50 });
  const filter = state === 'all' ? {} : { state };
  const last = (e: Effect) => {
    const at = e.attempts.at(-1)?.at;
    return at === undefined ? '–' : <TimeText instant={at} />;
  };
  const columns: Column<Effect>[] = [
    {
      key: 'effect',
      head: t('effects.col.effect'),
      cell: (e) => (
        <span className="oh-cut">
          {e.connection} · {e.operation} <code className="oh-caption">{e.businessKey}</code>
        </span>
      ),
    },
    {
      key: 'order',
      head: t('effects.col.order'),
      width: '180px',
      cell: (e) => (
        <Link tabIndex={-1} className="oh-number" to={pathOf(e)}>
          {e.orderNumber}
        </Link>
      ),
    },
    { key: 'state', head: t('effects.state'), width: '220px', cell: (e) => <EffectState effect={e} /> },
    { key: 'attempts', head: t('effects.col.attempts'), align: 'end', width: '100px', cell: (e) => e.attempts.length },
    { key: 'last', head: t('effects.col.last'), align: 'end', width: '150px', cell: last },
  ];
  return (
    <>
      <PageHead title={t('effects.title')} name={t('effects.title')} />
      <div className="oh-filters">
        <Chips
          label={t('effects.state')}
          value={state}
          onChange={(v) => setParams(v === 'all' ? {} : { state: v })}
          options={FILTERS.map((value) => ({
            value,
            text: value === 'all' ? t('common.all') : say(EFFECT_STATES[value]),
          }))}
        />
      </div>
      <Loaded result={effects}>
        {(page) =>
          page.items.length === 0 ? (
            <StatePage title={t('effects.none')} text={t('effects.noneText')} />
          ) : (
            <section className="oh-panel">
              <LedgerTable
                caption={t('effects.title')}
                columns={columns}
                rows={page.items}
                rowKey={(e) => e.key}
                onOpen={(e) => void navigate(pathOf(e))}
                card={(e) => ({
                  name: `${e.connection} · ${e.operation}`,
                  second: (
                    <>
                      <span className="oh-number">{e.orderNumber}</span>
                      {last(e)}
                    </>
                  ),
                  foot: <EffectState effect={e} />,
                })}
              />
              <Pager
                cursor={cursor}
                next={page.next}
                onGo={(to) => setParams({ ...filter, ...(to ? { cursor: to } : {}) })}
              />
            </section>
          )
        }
      </Loaded>
    </>
  );
}
