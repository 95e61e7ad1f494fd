import { deriveLabel } from '../../order/axes.js';
import { writeMoney } from '../../order/money.js';
import type { AxisStates } from '../../order/order.js';
import { readQuantity } from '../../order/quantity.js';
import type { OrderDoc } from '../../store/models/order.js';
import { iso } from './schemas.js';

/** How far each named state is on its axis, for the axis strip: 0 to 1. Fulfilment is counted by quantity instead. */
const SHARE: Readonly<Record<Exclude<keyof AxisStates, 'fulfilment'>, Readonly<Record<string, number>>>> = {
  commercial: { draft: 0.2, 'in-approval': 0.5, accepted: 1, amended: 1, rejected: 1, cancelled: 1, closed: 1 },
  billing: { unbilled: 0, 'part-billed': 0.5, billed: 1, credited: 1 },
  payment: { 'not-due': 0, unpaid: 0, 'part-paid': 0.5, paid: 1, overdue: 0.1, refunded: 1 },
  revenue: { 'not-started': 0, 'part-recognised': 0.5, recognised: 1, 'on-hold': 0.5, reversed: 1 },
};

function deliveredShare(doc: OrderDoc): number {
  const shares = doc.content.lines.map(({ quantity, quantities }) => {
    const ordered = Number(readQuantity(quantity) ?? 0n);
    return ordered === 0 ? 0 : Number(readQuantity(quantities.delivered) ?? 0n) / ordered;
  });
  return shares.reduce((t, share) => t + share, 0) / Math.max(1, shares.length);
}

/** An order as lists show it. */
export function presentSummary(doc: OrderDoc) {
  const { states, content } = doc;
  const share = (axis: keyof typeof SHARE): number => SHARE[axis][states[axis]] ?? 0;
  return {
    orderId: doc._id,
    orderNumber: doc.orderNumber,
    revision: doc.revision,
    customer: { code: content.customer.code, name: content.customer.name },
    currency: content.currency,
    gross: writeMoney(content.grossMinor, content.currency),
    states,
    label: deriveLabel(states, doc.holds),
    shares: {
      commercial: share('commercial'),
      fulfilment: deliveredShare(doc),
      billing: share('billing'),
      payment: share('payment'),
      revenue: share('revenue'),
    },
    attention: doc.attention,
    held: doc.held,
    createdAt: iso(doc.createdAt),
    updatedAt: iso(doc.updatedAt),
  };
}
