import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useJournals } from '../api/queries';
import type { Journal, Obligation, OrderDetail } from '../api/types';
import { ExplainDrawer } from '../components/explain-drawer';
import { type Column, LedgerTable } from '../components/ledger-table';
import { MoneyCell } from '../components/money-cell';
import { StateChip } from '../components/state-chip';
import { Loaded, StatePage } from '../components/state-page';
import { addMoney, signOf } from '../format/money';
import { useSay } from '../i18n/i18n';
import { LINE_KINDS, lookOf, VOUCHER_STATES } from '../state/states';

const minus = (text: string): string => (text.startsWith('-') ? text.slice(1) : `-${text}`);

function Obligations({ order, onWhy }: { order: OrderDetail; onWhy: (obligation: Obligation) => void }) {
  const { t } = useTranslation();
  const say = useSay();
  const { contract, currency } = order;
  if (contract === undefined) return <StatePage title={t('revenue.none')} text={t('revenue.noneText')} />;
  const figures = [
    [t('revenue.transactionPrice'), contract.transactionPrice],
    [t('revenue.recognised'), contract.recognised],
    [t('revenue.liability'), contract.contractLiability],
    [t('revenue.receivable'), contract.receivable],
  ] as const;
  const kind = (o: Obligation): string => say(LINE_KINDS[o.kind] ?? { en: o.kind, zh: o.kind });
  const money = (amount: string) => <MoneyCell amount={amount} currency={currency} bare />;
  const remaining = (o: Obligation): string => addMoney([o.allocated, minus(o.recognised)]);
  const columns: Column<Obligation>[] = [
    {
      key: 'name',
      head: t('revenue.obligation'),
      cell: (o) => (
        <span className="oh-two">
          {say({ en: o.name, zh: o.nameZh })}
          <span className="oh-caption">{kind(o)}</span>
        </span>
      ),
    },
    { key: 'ssp', head: `${t('revenue.ssp')} ${currency}`, align: 'end', cell: (o) => money(o.standAlonePrice) },
    {
      key: 'allocated',
      head: `${t('revenue.allocated')} ${currency}`,
      align: 'end',
      cell: (o) => <MoneyCell amount={o.allocated} currency={currency} bare onWhy={() => onWhy(o)} />,
    },
    {
      key: 'recognised',
      head: `${t('revenue.recognised')} ${currency}`,
      align: 'end',
      cell: (o) => money(o.recognised),
    },
    { key: 'remaining', head: `${t('revenue.remaining')} ${currency}`, align: 'end', cell: (o) => money(remaining(o)) },
  ];
  const allocated = addMoney(contract.obligations.map((o) => o.allocated));
  const ties = signOf(addMoney([allocated, minus(contract.transactionPrice)])) === 0;
  return (
    <>
      <dl className="oh-figures">
        {figures.map(([name, amount]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <MoneyCell amount={amount} currency={currency} />
            </dd>
          </div>
        ))}
      </dl>
      <LedgerTable
        caption={t('revenue.obligations')}
        columns={columns}
        rows={contract.obligations}
        rowKey={(o) => o.lineId}
        card={(o) => ({
          name: say({ en: o.name, zh: o.nameZh }),
          amount: <MoneyCell amount={o.allocated} currency={currency} onWhy={() => onWhy(o)} />,
          second: (
            <>
              <span>{t('revenue.sspShort')}</span>
              {money(o.standAlonePrice)}
            </>
          ),
          foot: (
            <>
              <span>{t('revenue.recognised')}</span>
              {money(o.recognised)}
            </>
          ),
        })}
        total={
          <span className="oh-total">
            <span>
              {t('revenue.allocated')} {t('common.total')}
            </span>
            <MoneyCell amount={allocated} currency={currency} />
            {ties && <StateChip look={{ tone: 'confirmed', en: t('revenue.sumTies'), zh: t('revenue.sumTies') }} />}
          </span>
        }
      />
    </>
  );
}

function JournalPanel({ journal }: { journal: Journal }) {
  const { t } = useTranslation();
  const say = useSay();
  const red = journal.lines.some((l) => signOf(l.amount) < 0);
  const money = (amount: string) => <MoneyCell amount={amount} currency={journal.currency} bare />;
  const lines = journal.lines.map((line, i) => ({ ...line, id: `${i} ${line.account}` }));
  const ties = journal.debit === journal.credit;
  return (
    <article className="oh-journal">
      <header>
        <span className="oh-time">{journal.date}</span>
        <h3>{say(journal.memo)}</h3>
        <span className="oh-caption">{t('revenue.period', { period: journal.period })}</span>
        {red && <span className="oh-chip oh-tone-refused">{t('revenue.redLetter')}</span>}
        {journal.voucher !== undefined && (
          <span className="oh-caption">
            {t('revenue.voucher')} {journal.voucher.number}{' '}
            <StateChip look={lookOf(VOUCHER_STATES, journal.voucher.state)} />
          </span>
        )}
      </header>
      <LedgerTable
        caption={say(journal.memo)}
        rows={lines}
        rowKey={(l) => l.id}
        columns={[
          {
            key: 'account',
            head: t('revenue.account'),
            width: '34%',
            cell: (l) => (
              <>
                <code>{l.code}</code> {say(l.name)}
              </>
            ),
          },
          { key: 'why', head: t('revenue.reason'), cell: (l) => <span className="oh-caption">{say(l.why)}</span> },
          {
            key: 'debit',
            head: `${t('revenue.debit')} ${journal.currency}`,
            align: 'end',
            width: '150px',
            cell: (l) => l.side === 'debit' && money(l.amount),
          },
          {
            key: 'credit',
            head: `${t('revenue.credit')} ${journal.currency}`,
            align: 'end',
            width: '150px',
            cell: (l) => l.side === 'credit' && money(l.amount),
          },
        ]}
        card={(l) => ({
          name: say(l.name),
          amount: money(l.amount),
          second: (
            <>
              <span>{t(l.side === 'debit' ? 'revenue.debit' : 'revenue.credit')}</span>
              <code>{l.code}</code>
            </>
          ),
          foot: <span className="oh-caption">{say(l.why)}</span>,
        })}
        total={
          <span className="oh-total">
            <span>
              {t('revenue.debit')} {money(journal.debit)}
            </span>
            <span>
              {t('revenue.credit')} {money(journal.credit)}
            </span>
            {ties && <StateChip look={{ tone: 'confirmed', en: t('revenue.ties'), zh: t('revenue.ties') }} />}
          </span>
        }
      />
    </article>
  );
}

/** The order in the books: contract, obligations with their reasons, journal entries. */
export function RevenueTab({ order }: { order: OrderDetail }) {
  const { t } = useTranslation();
  const journals = useJournals(order.orderId);
  const [why, setWhy] = useState<Obligation>();
  return (
    <>
      <section className="oh-panel">
        <h2>{t('revenue.contract')}</h2>
        <Obligations order={order} onWhy={setWhy} />
      </section>
      <section className="oh-panel">
        <h2>{t('revenue.journals')}</h2>
        <Loaded result={journals} rows={4}>
          {(page) =>
            page.items.length === 0 ? (
              <StatePage title={t('revenue.noJournals')} />
            ) : (
              page.items.map((j) => <JournalPanel key={j.key} journal={j} />)
            )
          }
        </Loaded>
      </section>
      <ExplainDrawer
        obligation={why}
        currency={order.currency}
        transactionPrice={order.contract?.transactionPrice ?? '0'}
        onClose={() => setWhy(undefined)}
      />
    </>
  );
}
