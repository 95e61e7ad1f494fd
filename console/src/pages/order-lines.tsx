import { useTranslation } from 'react-i18next';
import type { PresentedLine, PresentedOrder } from '../api/types';
import { type Column, LedgerTable } from '../components/ledger-table';
import { MoneyCell } from '../components/money-cell';
import { QuantityBar } from '../components/quantity-bar';
import { formatQuantity, formatRate } from '../format/money';
import { useLang, useSay } from '../i18n/i18n';
import { LINE_KINDS } from '../state/states';

/** Lines of an order: what, how many, where they are, what they cost. Also what an approver signs. */
export function LineTable({ order }: { order: PresentedOrder }) {
  const { t } = useTranslation();
  const say = useSay();
  const lang = useLang();
  const { currency } = order;
  const kind = (line: PresentedLine): string => say(LINE_KINDS[line.kind] ?? { en: line.kind, zh: line.kind });
  const quantity = (line: PresentedLine): string => `${formatQuantity(line.quantity, lang)} ${line.unit}`;
  const term = (line: PresentedLine) =>
    line.termStart !== undefined &&
    line.termEnd !== undefined && (
      <span className="oh-caption">{t('lines.term', { start: line.termStart, end: line.termEnd })}</span>
    );
  const columns: Column<PresentedLine>[] = [
    {
      key: 'product',
      head: t('lines.product'),
      cell: (l) => (
        <span className="oh-two">
          {say({ en: l.name, zh: l.nameZh })}
          <span className="oh-caption">
            {l.product} · {kind(l)}
          </span>
          {term(l)}
        </span>
      ),
    },
    { key: 'quantity', head: t('lines.quantity'), align: 'end', width: '100px', cell: quantity },
    {
      key: 'where',
      head: t('lines.where'),
      width: '220px',
      cell: (l) => <QuantityBar quantities={l.quantities} ordered={l.quantity} />,
    },
    {
      key: 'price',
      head: `${t('lines.unitPrice')} ${currency}`,
      align: 'end',
      width: '130px',
      cell: (l) => <MoneyCell amount={l.unitPrice} currency={currency} bare />,
    },
    {
      key: 'net',
      head: `${t('lines.net')} ${currency}`,
      align: 'end',
      width: '150px',
      cell: (l) => <MoneyCell amount={l.net} currency={currency} bare />,
    },
    {
      key: 'tax',
      head: t('lines.tax'),
      align: 'end',
      width: '70px',
      cell: (l) => formatRate(l.taxRate, lang),
    },
    {
      key: 'gross',
      head: `${t('lines.gross')} ${currency}`,
      align: 'end',
      width: '160px',
      cell: (l) => <MoneyCell amount={l.gross} currency={currency} bare />,
    },
  ];
  return (
    <LedgerTable
      caption={t('lines.title')}
      columns={columns}
      rows={order.lines}
      rowKey={(l) => l.lineId}
      card={(l) => ({
        name: say({ en: l.name, zh: l.nameZh }),
        amount: <MoneyCell amount={l.gross} currency={currency} />,
        second: (
          <>
            <span>{kind(l)}</span>
            <span>
              {quantity(l)} × <MoneyCell amount={l.unitPrice} currency={currency} bare />
            </span>
          </>
        ),
        foot: <QuantityBar quantities={l.quantities} ordered={l.quantity} />,
      })}
      total={
        <span className="oh-total">
          <span>{t('common.total')}</span>
          <MoneyCell amount={order.gross} currency={currency} />
        </span>
      }
    />
  );
}

export function LinesTab({ order }: { order: PresentedOrder }) {
  return (
    <section className="oh-panel">
      <LineTable order={order} />
    </section>
  );
}
