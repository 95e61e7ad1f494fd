import type { Connection } from 'mongoose';
import type { OrderInvoice } from '../../order/billing.js';
import type { Amendment, PlanStep, ReturnOrder, Shipment, SubscriptionRun } from '../../order/fulfilment.js';
import type { AxisStates, Hold, OrderContent } from '../../order/order.js';
import { defineModel, Plain } from './define.js';

/** Keys of commands and messages an order remembers, so that a repeated one changes nothing. */
export const KEPT_COMMANDS = 64;

/** Who did something, as it is kept with every event. */
export interface ActorStamp {
  kind: string;
  id: string;
  name: string;
}

/** An event on its way out of the order document; relayed idempotently into `events`. */
export interface OutboxEvent {
  seq: number;
  type: string;
  at: Date;
  actor: ActorStamp;
  /** Length of the chain of events that caused this one. */
  depth: number;
  data: Record<string, unknown>;
}

/** The last thing a source said about the order, so that its echo is recognised. */
export interface SourceState {
  connection: string;
  kind: string;
  digest: string;
  sourceVersion?: string;
  messageId: string;
}

export interface RuleReason {
  rule: string;
  why: string;
  whyZh: string;
}

export interface OrderDoc {
  _id: string;
  orderNumber: string;
  /** Compare-and-set counter; `revision` counts changes of content. */
  version: number;
  /** The last 16 writes, so that a lost reply can be told from a lost race. */
  writeIds: string[];
  revision: number;
  states: AxisStates;
  holds: Hold[];
  content: OrderContent;
  rejection?: RuleReason[];
  outbox: OutboxEvent[];
  eventSeq: number;
  sources: SourceState[];
  idempotency?: { caller: string; key: string; bodyHash: string };
  /** Delivery ids already applied. */
  deliveries: string[];
  /** These five are absent in orders from before there were plans; `fulfilmentState` reads them as empty. */
  plan?: PlanStep[];
  shipments?: Shipment[];
  subscriptions?: SubscriptionRun[];
  returns?: ReturnOrder[];
  amendments?: Amendment[];
  /** Invoices and credit notes of other systems. */
  invoices?: OrderInvoice[];
  /** Due date of the earliest unfinished step that nobody was alarmed about yet; the sweeper looks for it. */
  alarmOn?: string | null;
  /** The last commands and reports that were carried out, by key. */
  applied: string[];
  searchKeys: string[];
  /** True when a person has to look: held, rejected, an effect unknown, refused or parked. */
  attention: boolean;
  held: boolean;
  createdAt: Date;
  updatedAt: Date;
  createdBy: ActorStamp;
  /** When the lane has to look at this document; absent when there is nothing to do. */
  dueAt?: Date;
}

export interface EventDoc extends OutboxEvent {
  _id: string;
  orderId: string;
}

export interface RevisionDoc {
  _id: string;
  orderId: string;
  revision: number;
  content: OrderContent;
  at: Date;
  messageId?: string;
  mapping?: { name: string; revision: string };
  actor: ActorStamp;
}

export const orderModel = (connection: Connection) =>
  defineModel<OrderDoc>(
    connection,
    'orders',
    {
      _id: String,
      orderNumber: String,
      version: Number,
      writeIds: [String],
      revision: Number,
      states: Plain,
      holds: [Plain],
      content: Plain,
      rejection: { type: [Plain], default: undefined },
      outbox: [Plain],
      eventSeq: Number,
      sources: [Plain],
      idempotency: Plain,
      deliveries: [String],
      plan: { type: [Plain], default: undefined },
      shipments: { type: [Plain], default: undefined },
      subscriptions: { type: [Plain], default: undefined },
      returns: { type: [Plain], default: undefined },
      amendments: { type: [Plain], default: undefined },
      invoices: { type: [Plain], default: undefined },
      alarmOn: String,
      applied: [String],
      searchKeys: [String],
      attention: Boolean,
      held: Boolean,
      createdAt: Date,
      updatedAt: Date,
      createdBy: Plain,
      dueAt: Date,
    },
    [
      [{ orderNumber: 1 }, { unique: true }],
      [{ searchKeys: 1, _id: -1 }],
      [{ 'states.commercial': 1, _id: -1 }],
      [{ held: 1, _id: -1 }, { partialFilterExpression: { held: true } }],
      [{ dueAt: 1 }, { sparse: true }],
      [{ alarmOn: 1 }],
      [
        { 'idempotency.caller': 1, 'idempotency.key': 1 },
        { unique: true, partialFilterExpression: { 'idempotency.key': { $exists: true } } },
      ],
    ],
  );

export const eventModel = (connection: Connection) =>
  defineModel<EventDoc>(
    connection,
    'events',
    {
      _id: String,
      orderId: String,
      seq: Number,
      type: { type: String },
      at: Date,
      actor: Plain,
      depth: Number,
      data: Plain,
    },
    [[{ orderId: 1, seq: 1 }, { unique: true }]],
  );

export const revisionModel = (connection: Connection) =>
  defineModel<RevisionDoc>(
    connection,
    'revisions',
    {
      _id: String,
      orderId: String,
      revision: Number,
      content: Plain,
      at: Date,
      messageId: String,
      mapping: Plain,
      actor: Plain,
    },
    [[{ orderId: 1, revision: 1 }, { unique: true }]],
  );
