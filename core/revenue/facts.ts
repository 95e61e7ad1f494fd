import type { OrderContent } from '../order/order.js';

interface Units {
  readonly lineId: string;
  /** Decimal text, above zero. */
  readonly quantity: string;
}

/**
 * What happened, as revenue sees it. `id` is unique in the order and becomes part of the journal's key; a fact carries
 * its own business date even when it is booked later. Applying one twice counts it twice: the caller keeps the ids.
 */
export type RevenueFact =
  /** Control passed: goods arrived, a tenant was activated, days were worked, a training was held. */
  | { readonly kind: 'delivered'; readonly id: string; readonly date: string; readonly lines: readonly Units[] }
  /** Goods came back, or seats of a running term ended on that day (`date` is the first day without them). */
  | { readonly kind: 'returned'; readonly id: string; readonly date: string; readonly lines: readonly Units[] }
  /** An invoice or credit note of another system; amounts are positive in both. */
  | {
      readonly kind: 'invoiced';
      readonly id: string;
      readonly date: string;
      readonly credit: boolean;
      readonly lines: readonly { readonly lineId: string; readonly netMinor: number; readonly taxMinor: number }[];
    }
  /** An amendment took effect: the order's content after it. */
  | { readonly kind: 'modified'; readonly id: string; readonly date: string; readonly content: OrderContent }
  /** Time passed to the end of this day. */
  | { readonly kind: 'period'; readonly id: string; readonly through: string };

export type FactKind = RevenueFact['kind'];

export const dateOf = (fact: RevenueFact): string => (fact.kind === 'period' ? fact.through : fact.date);
