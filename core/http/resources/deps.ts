import type { Actor } from '../../access/actor.js';
import type { Clock } from '../../clock.js';
import type { Connections } from '../../connector/connections.js';
import type { EffectLedger } from '../../effect/ledger.js';
import type { Inbox } from '../../inbox/inbox.js';
import type { AddingLines } from '../../inbox/own-reports.js';
import type { Refs } from '../../inbox/refs.js';
import type { OrderInput } from '../../order/schema.js';
import type { RevenueContract } from '../../revenue/contract.js';
import type { CloseDriver } from '../../revenue-close/close-driver.js';
import type { HubModels } from '../../store/models/index.js';
import type { OrderDoc } from '../../store/models/order.js';
import type { OrderRepository } from '../../store/order-repository.js';
import type { TaskBook } from '../../task/task-book.js';

/** What the resources of the API work with. */
export interface ResourceDeps {
  readonly models: HubModels;
  readonly clock: Clock;
  readonly orders: OrderRepository;
  readonly refs: Refs;
  readonly inbox: Inbox;
  readonly tasks: TaskBook;
  readonly effects: Pick<EffectLedger, 'find' | 'settleByPerson'>;
  readonly connections: Connections;
  /** What checking the added lines of an amendment needs. */
  readonly adding: AddingLines;
  /** Creates an order once per caller and key. @throws HubError ORDER_INVALID, ORDER_KEY_REUSED, ORDER_KEY_BUSY */
  readonly createOrder: (input: OrderInput, key: string, actor: Actor) => Promise<{ doc: OrderDoc; created: boolean }>;
  /** What the revenue contract of this order would be, for whoever signs it. */
  readonly previewContract: (doc: OrderDoc) => RevenueContract;
  /** Takes the next step of closing a period. @throws HubError PERIOD_NOT_ENDED, PERIOD_EARLIER_OPEN */
  readonly closePeriod: CloseDriver['close'];
  /** Look at a lane soon. */
  readonly poke: (laneId: string) => void;
  /** Opens a connection anew after its settings changed, its poller too. */
  readonly reconnect: (connection: string) => Promise<void>;
  /** Resolves when the message left `received`, or when the time is up. */
  readonly settled: (messageId: string, waitMs: number) => Promise<void>;
  /** Appends to the audit log. */
  readonly audit: (actor: Actor, action: string, resource: string, detail?: Record<string, unknown>) => Promise<void>;
}
