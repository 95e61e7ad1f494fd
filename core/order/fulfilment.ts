import type { Label } from '../connector/contract.js';
import type { AxisStates, Hold, OrderContent, OrderLine } from './order.js';
import type { LineKind, OrderLineInput } from './schema.js';

/** What has to be done to a line. `tenant` is whatever the subscription system sets up. */
export const ACTIONS = ['reserve', 'ship', 'install', 'licence-key', 'tenant', 'perform', 'train', 'accept'] as const;
export type Action = (typeof ACTIONS)[number];

/** What proves that units of a step are done. `id` is unique in the order: the same evidence counts once. */
export interface Evidence {
  kind: 'report' | 'task' | 'delivery';
  id: string;
  date: string;
  quantity: string;
  by?: string;
  attachments?: string[];
}

/** One step of one line. A step is `ready` when every step in `after` is done or cancelled. */
export interface PlanStep {
  /** `<lineNo>-<action>` */
  stepId: string;
  lineId: string;
  lineNo: number;
  action: Action;
  /** Step ids of this or other lines. */
  after: string[];
  quantity: string;
  done: string;
  state: 'waiting' | 'ready' | 'done' | 'cancelled';
  /** True for the one step of a line with which its units become the customer's. */
  passesControl: boolean;
  dueDate?: string;
  /** Who is asked to do it; absent when a system does. */
  role?: string;
  /** True once somebody was told that it is overdue. */
  alarmed?: true;
  evidence: Evidence[];
}

/** Lines whose delivery starts a term; their units can end early instead of coming back. */
const OVER_TIME: ReadonlySet<LineKind> = new Set(['subscription', 'maintenance', 'usage']);
export const isOverTime = (line: { readonly kind: LineKind }): boolean => OVER_TIME.has(line.kind);

/** Units of one line. */
export interface Units {
  lineId: string;
  quantity: string;
}

/** What a warehouse is asked to ship. */
export interface Shipment {
  /** `<orderNumber>-D<n>` */
  number: string;
  state: 'planned' | 'accepted' | 'part-shipped' | 'shipped' | 'cancelled' | 'rejected';
  lines: { lineId: string; lineNo: number; product: string; quantity: string; shipped: string }[];
  parcels: { carrier: string; tracking: string; report: string }[];
  /** Ids of the reports already applied. */
  reports: string[];
  reason?: string;
}

/** What a subscription system is asked to run. */
export interface SubscriptionRun {
  /** `<orderNumber>-S<n>` */
  number: string;
  state: 'planned' | 'active' | 'suspended' | 'cancelled' | 'expired';
  /** `quantity` is asked for, `active` is what was activated so far. */
  lines: { lineId: string; lineNo: number; product: string; quantity: string; active: string }[];
  reports: string[];
}

export interface ReturnOrder {
  /** `<orderNumber>-R<n>` */
  number: string;
  state: 'announced' | 'received' | 'refused';
  lines: { lineId: string; lineNo: number; quantity: string }[];
  reason: string;
  /** Number of the shipment that brought the goods. */
  shipment?: string;
}

/** What is wanted of an accepted order. */
export type Change =
  /** `of`: more seats beside a running line; the term defaults to the effective date until that line's end. */
  | { do: 'add'; line: OrderLineInput; of?: string }
  | { do: 'reduce'; lineId: string; quantity: string }
  | { do: 'cancel'; lineId: string }
  /** A new line that follows on the old one's last day; quantity and price default to the old line's. */
  | { do: 'renew'; lineId: string; termEnd: string; quantity?: string; unitPrice?: string };

/** What has to give units back before an amendment can take effect. */
export interface Ask {
  target: 'shipment' | 'subscription';
  /** Of the shipment or subscription. */
  number: string;
  lines: Units[];
  answer?: 'agreed' | 'refused';
}

export interface Amendment {
  /** `<orderNumber>-A<n>` */
  number: string;
  state: 'proposed' | 'frozen' | 'effective' | 'refused';
  effectiveDate: string;
  reason: string;
  by: string;
  changes: Change[];
  /** The added and renewed lines, already checked and computed. */
  added: OrderLine[];
  /** By reduced line, once frozen: what was asked for, and what of it was still possible then. */
  wanted: { lineId: string; asked: string; possible: string }[];
  /** Units held in the `frozen` bucket of each line for this amendment. */
  frozen: Units[];
  asks: Ask[];
  /** What was asked of a line and what came of it, when that is less. */
  cutDown?: { lineId: string; asked: string; done: string }[];
  refusal?: Label;
  /** Delivered units that can't be cancelled any more; they can be returned. */
  instead?: { return: Units[] };
}

/** The part of an order that fulfilment decides on; a stored order has it. */
export interface FulfilmentState {
  readonly orderNumber: string;
  readonly revision: number;
  readonly content: OrderContent;
  readonly states: AxisStates;
  readonly holds: readonly Pick<Hold, 'released'>[];
  readonly plan: readonly PlanStep[];
  readonly shipments: readonly Shipment[];
  readonly subscriptions: readonly SubscriptionRun[];
  readonly returns: readonly ReturnOrder[];
  /** At most 50. */
  readonly amendments: readonly Amendment[];
  /** Ids of evidence that delivered units. */
  readonly deliveries: readonly string[];
}

/** An event before it has its number. */
export interface OrderEvent {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** What a command makes of the state, and what it has to tell. */
export interface Outcome {
  readonly state: FulfilmentState;
  readonly events: readonly OrderEvent[];
}

/** The next number of a kind: `SO-1-D3` when two shipments are there. */
export const nextNumber = (orderNumber: string, letter: 'A' | 'D' | 'R' | 'S', there: readonly unknown[]): string =>
  `${orderNumber}-${letter}${there.length + 1}`;
