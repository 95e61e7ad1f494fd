import type { Contract } from './books-types';
import type { Fulfilment } from './fulfilment-types';

/** What the hub's HTTP API answers. Money and quantities are decimal text; instants are ISO 8601 in UTC; dates are plain. */
export interface Label {
  en: string;
  zh: string;
}

export interface Page<T> {
  items: T[];
  /** Cursor of the following page; absent on the last. */
  next?: string;
}

export type Axis = 'commercial' | 'fulfilment' | 'billing' | 'payment' | 'revenue';
export const AXES: readonly Axis[] = ['commercial', 'fulfilment', 'billing', 'payment', 'revenue'];
export type States = Record<Axis, string>;

export interface Session {
  actor: { id: string; name: string; kind: string; roles: string[]; permissions: string[] };
  environment: 'sandbox' | 'production';
}

export interface OrderSummary {
  orderId: string;
  orderNumber: string;
  revision: number;
  customer: { code: string; name: string };
  currency: string;
  gross: string;
  states: States;
  label: Label;
  /** 0 to 1 for each axis. */
  shares: Record<Axis, number>;
  attention: boolean;
  held: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface LineQuantities {
  open: string;
  frozen: string;
  inFulfilment: string;
  delivered: string;
  cancelled: string;
  returned: string;
}

export interface PresentedLine {
  lineId: string;
  lineNo: number;
  /** The source's own id of the line. */
  ref: string;
  product: string;
  name: string;
  nameZh: string;
  kind: string;
  unit: string;
  /** All that was ordered. */
  quantity: string;
  /** What is still wanted: less what was cancelled or ended early. */
  effectiveQuantity: string;
  unitPrice: string;
  listPrice?: string;
  taxRate: string;
  taxIncluded?: boolean;
  list?: string;
  net: string;
  tax: string;
  gross: string;
  termStart?: string;
  termEnd?: string;
  quantities: LineQuantities;
}

export interface PresentedOrder extends Fulfilment {
  orderDate: string;
  currency: string;
  customer: { code: string; name: string };
  seller?: string;
  opportunity?: string;
  contractNumber?: string;
  poNumber?: string;
  paymentTermsDays?: number;
  note?: string;
  lines: PresentedLine[];
  net: string;
  tax: string;
  gross: string;
}

export interface Hold {
  id: string;
  type: string;
  reason: string;
  reasonZh: string;
  by: string;
  at: string;
  /** Set once somebody lifted it. */
  released?: unknown;
}

export interface OrderDetail extends OrderSummary {
  order: PresentedOrder;
  holds: Hold[];
  refs: { connection: string; type: string; id: string }[];
  rejection?: { rule: string; why: string; whyZh: string }[];
  openTasks: Task[];
  contract?: Contract;
}

export type TimelineKind = 'message' | 'event' | 'rule' | 'task' | 'effect' | 'journal';

export interface TimelineItem {
  id: string;
  at: string;
  kind: TimelineKind;
  tone: 'planned' | 'running' | 'confirmed' | 'unknown' | 'refused' | 'parked' | 'neutral';
  title: Label;
  detail?: Label;
  by?: string;
  ref?: { kind: string; id: string };
  data?: Record<string, unknown>;
}

export interface PathStep {
  role: string;
  roleName: Label;
  state: string;
  by?: string;
  at?: string;
}

export interface Task {
  taskId: string;
  kind: 'approval' | 'todo';
  state: 'waiting' | 'approved' | 'rejected' | 'done' | 'recalled';
  title: Label;
  reason: Label;
  role: string;
  roleName: Label;
  level: number;
  orderId: string;
  orderNumber: string;
  customerName: string;
  currency: string;
  gross: string;
  createdAt: string;
  decidedAt?: string;
  decidedBy?: string;
  /** The step of the plan that a to-do asks for, and when it is due. */
  stepId?: string;
  dueDate?: string;
  comment?: string;
  mayDecide: boolean;
  path: PathStep[];
}

export interface TaskDetail extends Task {
  order: PresentedOrder;
  revision: number;
  revenue?: {
    transactionPrice: string;
    obligations: {
      lineId: string;
      name: string;
      nameZh: string;
      kind: string;
      net: string;
      standAlonePrice: string;
      allocated: string;
      difference: string;
    }[];
  };
}

export type Decision = 'approve' | 'reject' | 'done';
export type EffectState = 'planned' | 'sending' | 'confirmed' | 'unknown' | 'refused' | 'parked';

/** A problem+json answer (`detail`), or a problem stored with an effect or message (`fix`): both say what to do. */
export interface Problem {
  status?: number;
  code: string;
  cure?: 'wait' | 'data' | 'setup' | 'code';
  title: string;
  titleZh?: string;
  detail?: string;
  detailZh?: string;
  fix?: string;
  fixZh?: string;
  /** Names the request in the hub's log. */
  instance?: string;
  path?: string;
  issues?: { path: string; why: string; whyZh: string }[];
}

export interface Effect {
  key: string;
  connection: string;
  operation: string;
  objectType: string;
  businessKey: string;
  intent: string;
  state: EffectState;
  settlement: string;
  orderId: string;
  orderNumber: string;
  attempts: { at: string; endedAt?: string; did: 'send' | 'ask' | 'person'; outcome?: string; problem?: Problem }[];
  parts?: unknown;
  receipt?: unknown;
  problem?: Problem;
  payload?: unknown;
  nextAt?: string;
}

export interface Attachment {
  attachmentId: string;
  on: { kind: 'order' | 'task' | 'evidence'; orderId: string; taskId?: string; stepId?: string };
  name: string;
  type: string;
  /** Bytes. */
  size: number;
  sha256: string;
  by: { id: string; name: string };
  at: string;
}

export type Settle = 'ask' | 'there' | 'not-there' | 'retry';

export interface Connection {
  name: string;
  type: string;
  label: Label;
  sandbox: boolean;
  state: string;
  triggers: { name: string; label: Label }[];
  operations: { name: string; label: Label }[];
  lastMessageAt?: string;
  provenAt?: string;
}

export interface Proof {
  ok: boolean;
  checks: { check: Label; ok: boolean; said: string }[];
}
