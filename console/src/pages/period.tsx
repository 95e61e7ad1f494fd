import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { AccountTotal, Period } from '../api/books-types';
import { useClosePeriod, usePeriod, useSession } from '../api/queries';
import { problemOf } from '../components/error-panel';
import { FormSheet } from '../components/form-sheet';
import { Glyph } from '../components/glyph';
import { type Column, LedgerTable } from '../components/ledger-table';
import { MoneyCell } from '../components/money-cell';
import { PageHead } from '../components/page-head';
import { PeriodProgress } from '../components/period-progress';
import { today } from '../components/plan-steps';
import { StateChip } from '../components/state-chip';
import { Loaded, StatePage } from '../components/state-page';
import { TimeText } from '../components/time-text';
import { addMoney } from '../format/money';
import { useSay } from '../i18n/i18n';
import { PERIOD_STATES } from '../state/fulfilment-words';
import { groupBy } from '../state/group-by';
import { may } from '../state/may';
import { orderPath } from '../state/paths';
import { hasEnded, periodState } from '../state/period';
import { lookOf } from '../state/states';

function Blockers({ period }: { period: Period }) {
  const { t } = useTranslation();
  const say = useSay();
  const blockers = period.progress?.blockers ?? [];
  if (blockers.length === 0 || period.state === 'closed') return null;
  return (
    <section className="oh-panel">
      <h2>
        {t('period.blockers')} <span className="oh-count">{blockers.length}</span>
      </h2>
      <ul className="oh-blockers">
        {blockers.map((blocker) => (
          <li key={blocker.orderId} data-testid="blocker">
            <span className="oh-text-attention">
              <Glyph tone="attention" />
            </span>
            <Link className="oh-number" to={`${orderPath(blocker.orderNumber)}?tab=revenue`}>
              {blocker.orderNumber}
            </Link>
            <span>{say(blocker.why)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Turnover of one currency by account; debit and credit tie. */
function Accounts({ currency, accounts }: { currency: string; accounts: readonly AccountTotal[] }) {
  const { t } = useTranslation();
  const say = useSay();
  const money = (amount: string) => <MoneyCell amount={amount} currency={currency} bare />;
  const sum = (side: 'debit' | 'credit'): string => addMoney(accounts.map((a) => a[side]));
  const columns: Column<AccountTotal>[] = [
    {
      key: 'account',
      head: t('revenue.account'),
      cell: (a) => (
        <>
          <code>{a.code}</code> {say(a.name)}
        </>
      ),
    },
    {
      key: 'debit',
      head: `${t('revenue.debit')} ${currency}`,
      align: 'end',
      width: '200px',
      cell: (a) => money(a.debit),
    },
    {
      key: 'credit',
      head: `${t('revenue.credit')} ${currency}`,
      align: 'end',
      width: '200px',
      cell: (a) => money(a.credit),
    },
  ];
  return (
    <LedgerTable
      caption={`${t('period.totals')} ${currency}`}
      testId="account-row"
      columns={columns}
      rows={accounts}
      rowKey={(a) => a.code}
      card={(a) => ({
        name: say(a.name),
        second: (
          <>
            <span>
              {t('revenue.debit')} {money(a.debit)}
            </span>
            <span>
              {t('revenue.credit')} {money(a.credit)}
            </span>
          </>
        ),
        foot: <code>{a.code}</code>,
      })}
      total={
        <span className="oh-total">
          <span>
            {t('revenue.debit')} {money(sum('debit'))}
          </span>
          <span>
            {t('revenue.credit')} {money(sum('credit'))}
          </span>
          {sum('debit') === sum('credit') && (
            <StateChip look={{ tone: 'confirmed', en: t('revenue.ties'), zh: t('revenue.ties') }} />
          )}
        </span>
      }
    />
  );
}

function Totals({ period }: { period: Period }) {
  const { t } = useTranslation();
  const { totals } = period;
  if (totals === undefined) return null;
  return (
    <section className="oh-panel">
      <h2>{t('period.totals')}</h2>
      {totals.voided > 0 && <p className="oh-caption">{t('period.voided', { count: totals.voided })}</p>}
      {[...groupBy(totals.accounts, (a) => a.currency)].map(([currency, accounts]) => (
        <Accounts key={currency} currency={currency} accounts={accounts} />
      ))}
    </section>
  );
}

/** Asks before closing, for a closed period stays closed; asking again takes up what was blocked. */
function CloseButton({ period }: { period: Period }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const close = useClosePeriod(period.period);
  const again = periodState(period) === 'closing';
  const verb = t(again ? 'period.closeAgain' : 'period.close');
  const leave = (): void => {
    close.reset();
    setOpen(false);
  };
  return (
    <>
      <Button type={again ? 'default' : 'primary'} data-testid="close-period" onClick={() => setOpen(true)}>
        {verb}
      </Button>
      <FormSheet
        open={open}
        title={t('period.closeTitle', { period: period.period })}
        text={t('period.closeText')}
        verb={verb}
        busy={close.isPending}
        problem={close.error === null ? undefined : problemOf(close.error)}
        testId="confirm-close"
        onConfirm={() =>
          close.mutate(undefined, {
            onSuccess: () => {
              void message.success(t('period.closeAsked', { period: period.period }));
              leave();
            },
          })
        }
        onClose={leave}
      >
        <p className="oh-banner oh-tone-planned">{t('period.final')}</p>
      </FormSheet>
    </>
  );
}

function Body({ period }: { period: Period }) {
  const { t } = useTranslation();
  const session = useSession().data;
  const ended = hasEnded(period.period, today());
  const state = periodState(period);
  const blocked = (period.progress?.blockers.length ?? 0) > 0;
  const mayClose = may(session, 'revenue:close') && ended && (state === 'open' || (state === 'closing' && blocked));
  return (
    <>
      <PageHead
        name={period.period}
        up={{ to: '/periods', text: t('nav.periods') }}
        title={<span className="oh-number">{period.period}</span>}
      >
        <StateChip look={lookOf(PERIOD_STATES, state)} />
        <span className="oh-caption">{t('period.count', { count: period.numbers })}</span>
        {period.closedAt !== undefined && (
          <span className="oh-caption">
            {t('period.closedBy', { name: period.closedBy ?? '–' })} <TimeText instant={period.closedAt} />
          </span>
        )}
        {mayClose && (
          <span className="oh-head-actions">
            <CloseButton period={period} />
          </span>
        )}
      </PageHead>
      {state === 'closing' && (
        <div className="oh-banner oh-tone-running" role="status" data-testid="closing">
          <Glyph tone="running" />
          <span>{t('period.closingText')}</span>
          <PeriodProgress period={period} />
        </div>
      )}
      <Blockers period={period} />
      <Totals period={period} />
      {period.totals === undefined && state !== 'closing' && (
        <section className="oh-panel">
          <StatePage title={t('period.openTitle')} text={t(ended ? 'period.openText' : 'period.runningText')} />
        </section>
      )}
    </>
  );
}

/** One month: how far its close is, what blocks it, and its turnover once it is closed. */
export function Page() {
  const { period = '' } = useParams();
  const result = usePeriod(period);
  return <Loaded result={result}>{(data) => <Body period={data} />}</Loaded>;
}
