import type { InboundMessage } from '../../core/connector/contract.js';
import { readDecimal, rescale } from '../../core/order/money.js';

export const INVOICE_MAPPING = 'zuora-invoice-to-report';

export interface InvoiceHead {
  readonly number: string;
  readonly date: string;
  readonly dueDate?: string;
  readonly currency: string;
}

/** Amounts as they came: text in a callout, numbers from the REST API; the mapping reads both. */
export interface InvoiceItem {
  readonly subscription: string;
  readonly chargeNumber: string;
  readonly net: string | number;
  readonly tax: string | number;
  readonly from?: string;
  readonly to?: string;
}

/** More places than any currency has. */
const SCALE = 8;
const isNegative = (items: readonly InvoiceItem[]): boolean =>
  items.reduce((total, { net }) => total + rescale(readDecimal(String(net)) ?? { units: 0n, scale: 0 }, SCALE), 0n) <
  0n;

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/**
 * One message for each subscription of an invoice. A change of quantity bills a charge with a credit and a debit, which
 * count together; charges that come out negative make a credit note of their own. The dedupe key is the same whether the
 * invoice came by callout or by poll.
 */
export function invoiceMessages(invoice: InvoiceHead, items: readonly InvoiceItem[]): InboundMessage[] {
  return [...groupBy(items, (item) => item.subscription)].flatMap(([subscription, own]) => {
    const charges = [...groupBy(own, (item) => item.chargeNumber).values()];
    const billed = charges.filter((charge) => !isNegative(charge)).flat();
    const credited = charges.filter(isNegative).flat();
    const mixed = billed.length > 0 && credited.length > 0;
    const parts = [
      { kind: 'invoice', number: invoice.number, items: billed },
      { kind: 'credit', number: mixed ? `${invoice.number}/credit` : invoice.number, items: credited },
    ];
    return parts
      .filter((part) => part.items.length > 0)
      .map(
        (part): InboundMessage => ({
          kind: 'zuora.invoice',
          mapping: INVOICE_MAPPING,
          correlation: {
            ref: { type: 'Subscription', id: subscription },
            creates: false,
            dedupeKey: `invoice/${part.number}/${subscription}`,
          },
          body: { kind: part.kind, invoice: { ...invoice, number: part.number }, subscription, items: part.items },
        }),
      );
  });
}
