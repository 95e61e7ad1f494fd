import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Obligation } from '../api/books-types';
import type { OrderDetail } from '../api/types';
import { ExplainDrawer } from '../components/explain-drawer';
import { type Column, LedgerTable } from '../components/ledger-table';
import { MoneyCell } from '../components/money-cell';
import { StateChip } from '../components/state-chip';
import { StatePage } from '../components/state-page';
import { addMoney, signOf } from '../format/money';
import { useSay } from '../i18n/i18n';
import { less } from '../state/plan';
import { CONTRACT_FIGURES, scheduledOf } from '../state/schedule';
import { LINE_KINDS } from '../state/states';
import { Journals } from './order-journals';
import { Modifications } from './order-modifications';
import { ScheduleFold, ScheduleTotal } from './order-schedule';

function Obligations({ order, onWhy }: { order: OrderDetail; onWhy: (obligation: Obligation) => void }) {
  const { t } = useTranslation();
  const say = useSay();
  const { contract, currency } = order;
  if (contract === undefined) return <StatePage title={t('revenue.none')} text={t('revenue.noneText')} />;
  const single = scheduledOf(contract.obligations).length === 1;
  const kind = (o: Obligation): string => say(LINE_KINDS[o.kind] ?? { en: o.kind, zh: o.kind });
  const money = (amount: string) => <MoneyCell amount={amount} currency={currency} bare />;
  const remaining = (o: Obligation): string => less(o.allocated, o.recognised);
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
  const ties = signOf(less(allocated, contract.transactionPrice)) === 0;
  return (
    <>
      <dl className="oh-figures">
        {CONTRACT_FIGURES.map((figure) => (
          <div key={figure}>
            <dt>{t(`revenue.${figure}`)}</dt>
            <dd>
              <MoneyCell amount={contract[figure]} currency={currency} />
            </dd>
          </div>
        ))}
      </dl>
      <LedgerTable
        caption={t('revenue.obligations')}
        columns={columns}
        rows={contract.obligations}
        rowKey={(o) => o.obligationId}
        below={(o) => <ScheduleFold obligation={o} currency={currency} open={single} />}
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

/** The order in the books: contract, obligations with their reasons and months, how changes were treated, journal entries. */
export function RevenueTab({ order }: { order: OrderDetail }) {
  const { t } = useTranslation();
  const [why, setWhy] = useState<Obligation>();
  const { contract, currency } = order;
  return (
    <>
      <section className="oh-panel">
        <h2>{t('revenue.contract')}</h2>
        <Obligations order={order} onWhy={setWhy} />
      </section>
      {contract !== undefined && (
        <>
          <ScheduleTotal contract={contract} currency={currency} />
          <Modifications contract={contract} order={order.order} />
        </>
      )}
      <Journals order={order.orderId} />
      <ExplainDrawer
        obligation={why}
        currency={currency}
        transactionPrice={contract?.transactionPrice ?? '0'}
        onClose={() => setWhy(undefined)}
      />
    </>
  );
}
