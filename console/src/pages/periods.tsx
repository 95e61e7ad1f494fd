import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import type { Period } from '../api/books-types';
import { usePeriods } from '../api/queries';
import { type Column, LedgerTable } from '../components/ledger-table';
import { MoneyCell } from '../components/money-cell';
import { PageHead } from '../components/page-head';
import { Pager } from '../components/pager';
import { PeriodProgress } from '../components/period-progress';
import { StateChip } from '../components/state-chip';
import { Loaded, StatePage } from '../components/state-page';
import { TimeText } from '../components/time-text';
import { useSay } from '../i18n/i18n';
import { PERIOD_STATES } from '../state/fulfilment-words';
import { periodPath } from '../state/paths';
import { periodState, turnoverOf } from '../state/period';
import { lookOf } from '../state/states';

const Turnover = ({ period }: { period: Period }) => {
  const sums = turnoverOf(period);
  if (sums.length === 0) return '–';
  return sums.map(({ currency, gross }) => <MoneyCell key={currency} amount={gross} currency={currency} />);
};

function useColumns(): Column<Period>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'period',
      head: t('period.period'),
      width: '120px',
      cell: (p) => (
        <Link tabIndex={-1} className="oh-number" to={periodPath(p.period)}>
          {p.period}
        </Link>
      ),
    },
    {
      key: 'state',
      head: t('period.state'),
      width: '120px',
      cell: (p) => <StateChip look={lookOf(PERIOD_STATES, periodState(p))} />,
    },
    { key: 'numbers', head: t('period.journals'), align: 'end', width: '120px', cell: (p) => p.numbers },
    { key: 'turnover', head: t('period.turnover'), align: 'end', width: '200px', cell: (p) => <Turnover period={p} /> },
    { key: 'progress', head: t('period.progress'), cell: (p) => <PeriodProgress period={p} /> },
    {
      key: 'closed',
      head: t('period.closed'),
      align: 'end',
      width: '260px',
      cell: (p) =>
        p.closedAt !== undefined && (
          <>
            {p.closedBy} <TimeText instant={p.closedAt} />
          </>
        ),
    },
  ];
}

/** Months of the book, newest first. */
export function Page() {
  const { t } = useTranslation();
  const say = useSay();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const cursor = params.get('cursor') ?? '';
  const periods = usePeriods(cursor);
  const columns = useColumns();
  return (
    <>
      <PageHead title={t('nav.periods')} name={t('nav.periods')} />
      <Loaded result={periods}>
        {(page) =>
          page.items.length === 0 ? (
            <StatePage title={t('period.none')} text={t('period.noneText')} />
          ) : (
            <section className="oh-panel">
              <LedgerTable
                caption={t('nav.periods')}
                testId="period-row"
                columns={columns}
                rows={page.items}
                rowKey={(p) => p.period}
                onOpen={(p) => void navigate(periodPath(p.period))}
                card={(p) => ({
                  name: <span className="oh-number">{p.period}</span>,
                  amount: <StateChip look={lookOf(PERIOD_STATES, periodState(p))} />,
                  second: (
                    <>
                      <span>{t('period.count', { count: p.numbers })}</span>
                      {p.closedAt !== undefined && <TimeText instant={p.closedAt} />}
                    </>
                  ),
                  ...(p.state === 'closed'
                    ? { foot: <Turnover period={p} /> }
                    : p.progress === undefined
                      ? {}
                      : { foot: <PeriodProgress period={p} /> }),
                })}
              />
              <Pager cursor={cursor} next={page.next} onGo={(to) => setParams(to ? { cursor: to } : {})} />
            </section>
          )
        }
      </Loaded>
      <p className="oh-hidden" aria-live="polite">
        {periods.data?.items
          .filter((p) => periodState(p) === 'closing')
          .map((p) => `${p.period} ${say(lookOf(PERIOD_STATES, 'closing'))}`)
          .join(', ')}
      </p>
    </>
  );
}
