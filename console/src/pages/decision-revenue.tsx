import { useTranslation } from 'react-i18next';
import type { TaskDetail } from '../api/types';
import { LedgerTable } from '../components/ledger-table';
import { MoneyCell } from '../components/money-cell';
import { useSay } from '../i18n/i18n';

/** What the order's prices become in revenue: net price, allocation and their difference by obligation. */
export function RevenueChange({ task }: { task: TaskDetail }) {
  const { t } = useTranslation();
  const say = useSay();
  const { currency, revenue } = task;
  if (revenue === undefined) return <p className="oh-caption">{t('task.noRevenue')}</p>;
  const money = (amount: string) => <MoneyCell amount={amount} currency={currency} bare />;
  const difference = (amount: string) => <MoneyCell amount={amount} currency={currency} bare sign="always" />;
  return (
    <LedgerTable
      caption={t('task.revenue')}
      rows={revenue.obligations}
      rowKey={(o) => o.lineId}
      columns={[
        {
          key: 'name',
          head: t('revenue.obligation'),
          cell: (o) => (
            <span className="oh-cut" title={say({ en: o.name, zh: o.nameZh })}>
              {say({ en: o.name, zh: o.nameZh })}
            </span>
          ),
        },
        { key: 'net', head: t('revenue.net'), align: 'end', width: '120px', cell: (o) => money(o.net) },
        {
          key: 'ssp',
          head: t('revenue.sspShort'),
          align: 'end',
          width: '120px',
          cell: (o) => money(o.standAlonePrice),
        },
        {
          key: 'allocated',
          head: t('revenue.allocated'),
          align: 'end',
          width: '120px',
          cell: (o) => money(o.allocated),
        },
        {
          key: 'difference',
          head: t('revenue.difference'),
          align: 'end',
          width: '110px',
          cell: (o) => difference(o.difference),
        },
      ]}
      card={(o) => ({
        name: say({ en: o.name, zh: o.nameZh }),
        amount: money(o.allocated),
        second: (
          <>
            <span>{t('revenue.net')}</span>
            {money(o.net)}
          </>
        ),
        foot: (
          <>
            <span>{t('revenue.difference')}</span>
            {difference(o.difference)}
          </>
        ),
      })}
      total={
        <span className="oh-total">
          <span>{t('revenue.transactionPrice')}</span>
          <MoneyCell amount={revenue.transactionPrice} currency={currency} />
        </span>
      }
    />
  );
}
