import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { OrderSummary } from '../api/types';
import { orderPath } from '../state/paths';
import { AxisHead, AxisStrip } from './axis-strip';
import { type Column, LedgerTable } from './ledger-table';
import { MoneyCell } from './money-cell';
import { OrderState } from './order-state';
import { TimeText } from './time-text';

function useColumns(): Column<OrderSummary>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'order',
      head: t('orders.col.order'),
      width: '180px',
      cell: (o) => (
        <Link tabIndex={-1} to={orderPath(o.orderNumber)} className="oh-number">
          {o.orderNumber}
        </Link>
      ),
    },
    {
      key: 'customer',
      head: t('orders.col.customer'),
      cell: (o) => (
        <span className="oh-cut" title={o.customer.name}>
          {o.customer.name}
        </span>
      ),
    },
    {
      key: 'progress',
      head: <AxisHead label={t('orders.col.progress')} />,
      width: '150px',
      cell: (o) => <AxisStrip order={o} />,
    },
    { key: 'state', head: t('orders.col.state'), width: '190px', cell: (o) => <OrderState order={o} /> },
    {
      key: 'gross',
      head: t('orders.col.gross'),
      align: 'end',
      width: '170px',
      cell: (o) => <MoneyCell amount={o.gross} currency={o.currency} />,
    },
    {
      key: 'updated',
      head: t('orders.col.updated'),
      align: 'end',
      width: '130px',
      cell: (o) => <TimeText instant={o.updatedAt} />,
    },
  ];
}

/** Orders as a ledger: number, customer, axis strip, state, amount, age. */
export function OrderTable({ rows, caption }: { rows: readonly OrderSummary[]; caption: string }) {
  const navigate = useNavigate();
  return (
    <LedgerTable
      caption={caption}
      testId="order-row"
      columns={useColumns()}
      rows={rows}
      rowKey={(o) => o.orderId}
      onOpen={(o) => void navigate(orderPath(o.orderNumber))}
      card={(o) => ({
        name: <span className="oh-number">{o.orderNumber}</span>,
        amount: <MoneyCell amount={o.gross} currency={o.currency} />,
        second: (
          <>
            <span className="oh-cut">{o.customer.name}</span>
            <TimeText instant={o.updatedAt} />
          </>
        ),
        foot: (
          <>
            <AxisStrip order={o} />
            <OrderState order={o} />
          </>
        ),
      })}
    />
  );
}
