import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanStep } from '../api/fulfilment-types';
import { useSession } from '../api/queries';
import type { OrderDetail, PresentedLine, PresentedOrder } from '../api/types';
import { type Column, LedgerTable } from '../components/ledger-table';
import { MoneyCell } from '../components/money-cell';
import { PlanSteps } from '../components/plan-steps';
import { QuantityBar } from '../components/quantity-bar';
import { formatQuantity, formatRate, signOf } from '../format/money';
import { useLang, useSay } from '../i18n/i18n';
import { may } from '../state/may';
import { less } from '../state/plan';
import { LINE_KINDS } from '../state/states';
import { StepSheet } from './order-step-sheet';

/**
 * Lines of an order: what, how many, where they are, what they cost. Also what an approver signs.
 * @param below what belongs to a line and needs the whole width.
 */
export function LineTable({
  order,
  below,
}: {
  order: PresentedOrder;
  below?: (line: PresentedLine) => React.ReactNode;
}) {
  const { t } = useTranslation();
  const say = useSay();
  const lang = useLang();
  const { currency } = order;
  const kind = (line: PresentedLine): string => say(LINE_KINDS[line.kind] ?? { en: line.kind, zh: line.kind });
  const quantity = (line: PresentedLine): string => `${formatQuantity(line.quantity, lang)} ${line.unit}`;
  const wanted = (line: PresentedLine) =>
    signOf(less(line.quantity, line.effectiveQuantity)) !== 0 && (
      <span className="oh-caption">
        {t('lines.wanted', { quantity: formatQuantity(line.effectiveQuantity, lang) })}
      </span>
    );
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
    {
      key: 'quantity',
      head: t('lines.quantity'),
      align: 'end',
      width: '120px',
      cell: (l) => (
        <span className="oh-two">
          {quantity(l)}
          {wanted(l)}
        </span>
      ),
    },
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
      {...(below === undefined ? {} : { below })}
      card={(l) => ({
        name: say({ en: l.name, zh: l.nameZh }),
        amount: <MoneyCell amount={l.gross} currency={currency} />,
        second: (
          <>
            <span className="oh-two">
              {kind(l)}
              {term(l)}
              {wanted(l)}
            </span>
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

/** Lines with their plans; whoever may says here that a step is done. */
export function LinesTab({ order }: { order: OrderDetail }) {
  const session = useSession().data;
  const [step, setStep] = useState<PlanStep>();
  const onDone = may(session, 'order:deliver') ? { onDone: setStep } : {};
  const { plan } = order.order;
  return (
    <section className="oh-panel">
      <LineTable
        order={order.order}
        {...(plan.length === 0
          ? {}
          : {
              below: (line: PresentedLine) => (
                <PlanSteps steps={plan.filter((s) => s.lineId === line.lineId)} {...onDone} />
              ),
            })}
      />
      <StepSheet order={order.orderId} step={step} onClose={() => setStep(undefined)} />
    </section>
  );
}
