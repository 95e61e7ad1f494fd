import type { LineKind, OrderInput, OrderLineInput } from './schema.js';

export const AXES = ['commercial', 'fulfilment', 'billing', 'payment', 'revenue'] as const;
export type Axis = (typeof AXES)[number];

export type Commercial = 'draft' | 'in-approval' | 'accepted' | 'amended' | 'rejected' | 'cancelled' | 'closed';
export type Fulfilment =
  | 'not-started' | 'reserved' | 'back-ordered' | 'part-shipped' | 'shipped' | 'part-delivered' | 'delivered'
  | 'accepted' | 'returned' | 'cancelled'; // biome-ignore format: a table reads better in rows
export type Billing = 'unbilled' | 'part-billed' | 'billed' | 'credited';
export type Payment = 'not-due' | 'unpaid' | 'part-paid' | 'paid' | 'overdue' | 'refunded';
export type Revenue = 'not-started' | 'part-recognised' | 'recognised' | 'on-hold' | 'reversed';

export interface AxisStates {
  commercial: Commercial;
  fulfilment: Fulfilment;
  billing: Billing;
  payment: Payment;
  revenue: Revenue;
}

/**
 * Where the units of a line are, as decimal text. Always
 * `ordered = open + frozen + inFulfilment + delivered + cancelled` and `returned <= delivered`.
 */
export interface LineQuantities {
  open: string;
  frozen: string;
  inFulfilment: string;
  delivered: string;
  cancelled: string;
  returned: string;
}

/** A line after normalisation. `lineId` never changes and is carried to every later document. Amounts are minor units. */
export interface OrderLine extends Omit<OrderLineInput, 'netAmount' | 'taxAmount' | 'grossAmount'> {
  lineId: string;
  lineNo: number;
  name: string;
  nameZh: string;
  kind: LineKind;
  unit: string;
  customHardware: boolean;
  /** Quantity x list price (or unit price when there is no list price), without VAT. */
  listMinor: number;
  netMinor: number;
  taxMinor: number;
  grossMinor: number;
  quantities: LineQuantities;
}

/** The order's content at one revision: the input, checked, computed and with lines of one identity. */
export interface OrderContent extends Omit<OrderInput, 'lines' | 'totals'> {
  seller: string;
  lines: OrderLine[];
  netMinor: number;
  taxMinor: number;
  grossMinor: number;
  /** Gross in the seller's base currency at the order date's rate, minor units; undefined when there is no rate. */
  baseGrossMinor?: number;
  baseCurrency: string;
  /** Base units for one unit of the order's currency, decimal text; `"1"` in the base currency. */
  rate?: string;
}

/** A hold is a record, never a status. */
export interface Hold {
  id: string;
  type: 'no-rate' | 'causal-depth' | 'manual' | 'source-changed-after-acceptance';
  reason: string;
  reasonZh: string;
  by: string;
  at: Date;
  until?: Date;
  released?: { by: string; at: Date; resolution: string };
}
