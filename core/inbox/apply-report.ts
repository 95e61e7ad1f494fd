import { takeInvoice } from '../order/billing.js';
import type { FulfilmentState, Outcome } from '../order/fulfilment.js';
import { isReport, type Report, readReport } from '../order/reports.js';
import { receiveReturn } from '../order/returns.js';
import { applyShipmentReport } from '../order/shipments.js';
import { applySubscriptionReport } from '../order/subscriptions.js';
import { fulfilmentState, outcomeChange } from '../store/fulfilment-state.js';
import { type ActorStamp, KEPT_COMMANDS, type OrderDoc } from '../store/models/order.js';
import type { OrderChange, OrderRepository } from '../store/order-repository.js';
import { type AddingLines, OWN_REPORTS } from './own-reports.js';

const changeOf = (outcome: Outcome | undefined): OrderChange | undefined =>
  outcome === undefined ? undefined : outcomeChange(outcome);

function invoiceChange(doc: OrderDoc, report: Extract<Report, { schema: 'invoice/v1' }>): OrderChange | undefined {
  const { orderNumber, content, states, invoices = [] } = doc;
  const taken = takeInvoice({ orderNumber, content, states, invoices }, report);
  if (taken === undefined) return undefined;
  const { invoice, kind, date, lines } = taken.taken;
  const data = { invoice, date, credit: kind === 'credit', lines };
  return {
    set: { invoices: [...taken.invoices], states: taken.states },
    events: [{ type: 'order.invoiced', data }],
  };
}

/** Lines of a return as the warehouse names them, back to the lines of the order. */
function returned(state: FulfilmentState, report: Extract<Report, { schema: 'return/v1' }>): Outcome | undefined {
  const lines = report.lines.map(({ lineNo, quantity }) => ({
    lineId: state.content.lines.find((line) => line.lineNo === lineNo)?.lineId ?? `line ${lineNo}`,
    quantity,
  }));
  return receiveReturn(state, report.return, { date: report.date, lines });
}

function reported(doc: OrderDoc, report: Report): OrderChange | undefined {
  switch (report.schema) {
    case 'shipment/v1':
      return changeOf(applyShipmentReport(fulfilmentState(doc), report));
    case 'subscription/v1':
      return changeOf(applySubscriptionReport(fulfilmentState(doc), report));
    case 'return/v1':
      return changeOf(returned(fulfilmentState(doc), report));
    case 'invoice/v1':
      return invoiceChange(doc, report);
  }
}

/** True for a message about an order that is there already: over the hub's own API, or mapped into a report. */
export const isAboutOrder = (kind: string, body: unknown): boolean =>
  Object.hasOwn(OWN_REPORTS, kind) || isReport(body);

interface Said {
  readonly kind: string;
  readonly body: unknown;
  readonly actor: ActorStamp;
}

/**
 * What a report makes of a stored order; undefined when it changes nothing.
 * @throws HubError REPORT_INVALID, and whatever the order refuses: REPORT_REFUSED, DELIVERY_INVALID, PLAN_STEP_REFUSED,
 *   RETURN_REFUSED, AMENDMENT_REFUSED, ORDER_MOVE_REFUSED
 */
export function reportChange(doc: OrderDoc, said: Said, catalogue: AddingLines): OrderChange | undefined {
  const { kind, body, actor } = said;
  const own = OWN_REPORTS[kind];
  return own === undefined
    ? reported(doc, readReport(body))
    : changeOf(own(fulfilmentState(doc), body, actor, catalogue));
}

/** Applies a report to its order, once: the order keeps the message's id. */
export const reportApplier =
  (orders: OrderRepository, catalogue: AddingLines) =>
  async (
    orderId: string,
    { messageId, ...said }: Said & { readonly messageId: string },
  ): Promise<'mapped' | 'unchanged'> => {
    const key = `message/${messageId}`;
    let applied = false;
    await orders.change(orderId, said.actor, (doc) => {
      applied = doc.applied.includes(key);
      if (applied) return undefined;
      const change = reportChange(doc, said, catalogue);
      if (change === undefined) return undefined;
      applied = true;
      return { ...change, set: { ...change.set, applied: [...doc.applied, key].slice(-KEPT_COMMANDS) } };
    });
    return applied ? 'mapped' : 'unchanged';
  };
