import { HubError } from '../errors/hub-error.js';
import { moveAxis } from './axes.js';
import { readMoney, sum } from './money.js';
import type { AxisStates, Billing, OrderContent, OrderLine } from './order.js';
import type { InvoiceReport } from './reports.js';

/** An invoice or credit note of another system, as the order keeps it. Minor units, positive in a credit note too. */
export interface OrderInvoice {
  readonly invoice: string;
  readonly kind: 'invoice' | 'credit';
  readonly date: string;
  readonly dueDate?: string;
  readonly lines: readonly { readonly lineId: string; readonly netMinor: number; readonly taxMinor: number }[];
}

export interface BillingState {
  readonly orderNumber: string;
  readonly content: OrderContent;
  readonly states: AxisStates;
  readonly invoices: readonly OrderInvoice[];
}

const refuse = (path: string, why: string): never => {
  throw new HubError('REPORT_INVALID', { path, why });
};

/** What the invoices come to without VAT; credit notes count against them. */
const billedNet = (invoices: readonly OrderInvoice[]): number =>
  sum(
    invoices.flatMap(({ kind, lines }) => lines.map(({ netMinor }) => (kind === 'credit' ? 0 - netMinor : netMinor))),
  );

/** How far the order is billed by the invoices alone. */
export function deriveBilling(netMinor: number, invoices: readonly OrderInvoice[]): Billing {
  const billed = billedNet(invoices);
  if (billed <= 0) return invoices.some(({ kind }) => kind === 'credit') ? 'credited' : 'unbilled';
  return billed < netMinor ? 'part-billed' : 'billed';
}

/** The line an item is about: after the end of its term that is the line which renews it, under the old line's number. */
function billedLine(lines: readonly OrderLine[], lineNo: number, from: string | undefined): OrderLine | undefined {
  const line = lines.find((candidate) => candidate.lineNo === lineNo);
  if (line?.termEnd === undefined || from === undefined || from <= line.termEnd) return line;
  const renewal = lines.find((candidate) => candidate.options?.['renewalOf'] === line.lineId);
  return renewal === undefined ? line : billedLine(lines, renewal.lineNo, from);
}

/**
 * Takes an invoice of another system onto the order's billing axis; undefined when it is there already.
 * @throws HubError REPORT_INVALID for another currency, an unknown line or an amount the currency does not have.
 */
export function takeInvoice(
  state: BillingState,
  report: InvoiceReport,
):
  | { readonly invoices: readonly OrderInvoice[]; readonly states: AxisStates; readonly taken: OrderInvoice }
  | undefined {
  const { content, invoices, states } = state;
  const { invoice, kind, date, dueDate, currency } = report;
  if (invoices.some((known) => known.invoice === invoice && known.kind === kind)) return undefined;
  if (currency !== content.currency) refuse('$.currency', `the order is in ${content.currency}, not ${currency}`);
  const lines = report.lines.map(({ lineNo, net, tax, from }, at) => {
    const line = billedLine(content.lines, lineNo, from);
    if (line === undefined) return refuse(`$.lines[${at}].lineNo`, `the order has no line ${lineNo}`);
    return {
      lineId: line.lineId,
      netMinor: readMoney(net, currency, `$.lines[${at}].net`),
      taxMinor: readMoney(tax, currency, `$.lines[${at}].tax`),
    };
  });
  const taken = { invoice, kind, date, ...(dueDate === undefined ? {} : { dueDate }), lines };
  const after = [...invoices, taken];
  const to = deriveBilling(content.netMinor, after);
  const facts = {
    order: state.orderNumber,
    lines: content.lines,
    openHolds: 0,
    waitingTasks: 0,
    recognisedMinor: 0,
    allocatedMinor: 0,
  };
  return { taken, invoices: after, states: to === states.billing ? states : moveAxis(states, 'billing', to, facts) };
}
