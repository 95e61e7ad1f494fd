import type { Label } from './types';

/** How an order is carried out, as `GET /orders/:order` gives it under `order`. Quantities are decimal text. */
export interface Units {
  lineId: string;
  quantity: string;
}

export type StepState = 'waiting' | 'ready' | 'done' | 'cancelled';

export interface PlanStep extends Units {
  stepId: string;
  lineNo: number;
  action: string;
  after: string[];
  done: string;
  state: StepState;
  passesControl: boolean;
  dueDate?: string;
  /** Who is asked; absent when a system does it. */
  role?: string;
  evidence: { kind: string; id: string; date: string; quantity: string; by?: string; attachments?: string[] }[];
}

interface Placed extends Units {
  lineNo: number;
  product: string;
}

export interface Shipment {
  number: string;
  state: string;
  lines: (Placed & { shipped: string })[];
  parcels: { carrier: string; tracking: string; report: string }[];
  reason?: string;
}

export interface SubscriptionRun {
  number: string;
  state: string;
  lines: (Placed & { active: string })[];
}

export interface ReturnOrder {
  number: string;
  state: string;
  lines: (Units & { lineNo: number })[];
  reason: string;
  shipment?: string;
}

/** What an amendment wants, of a line of the order or of a new one. */
export type Change =
  | { do: 'add'; line: AddedLine; of?: string }
  | { do: 'reduce'; lineId: string; quantity: string }
  | { do: 'cancel'; lineId: string }
  | { do: 'renew'; lineId: string; termEnd: string; quantity?: string; unitPrice?: string };

export interface AddedLine {
  ref: string;
  product: string;
  quantity: string;
  unitPrice: string;
  taxRate: string;
  taxIncluded?: boolean;
  listPrice?: string;
}

export interface Amendment {
  number: string;
  state: 'proposed' | 'frozen' | 'effective' | 'refused';
  effectiveDate: string;
  reason: string;
  by: string;
  changes: Change[];
  frozen: Units[];
  asks: { target: string; number: string; lines: Units[]; answer?: string }[];
  cutDown?: { lineId: string; asked: string; done: string }[];
  refusal?: Label;
  instead?: { return: Units[] };
}

export interface Fulfilment {
  plan: PlanStep[];
  shipments: Shipment[];
  subscriptions: SubscriptionRun[];
  returns: ReturnOrder[];
  amendments: Amendment[];
}
