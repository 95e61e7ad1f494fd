import { monotonicFactory } from 'ulid';
import type { Clock } from '../clock.js';
import { HubError } from '../errors/hub-error.js';
import { isDuplicateKey } from './connect.js';
import type { HubModels } from './models/index.js';
import type { ActorStamp, OrderDoc, OutboxEvent } from './models/order.js';

/** At most this many events may wait in the order document; more means the relay does not keep up. */
const OUTBOX_LIMIT = 100;
const KEPT_WRITE_IDS = 16;
const RACES = 20;

const ulid = monotonicFactory();

/** An event before it has its number. */
export type NewEvent = Pick<OutboxEvent, 'type' | 'data'> & { depth?: number };

/** What a change leaves behind: the fields that differ and the events it causes. */
export interface OrderChange {
  readonly set: Partial<Omit<OrderDoc, '_id' | 'version' | 'writeIds' | 'outbox' | 'eventSeq'>>;
  readonly events: readonly NewEvent[];
  /** Fields to be taken away. */
  readonly unset?: readonly ('rejection' | 'idempotency')[];
}

const number = (events: readonly NewEvent[], from: number, at: Date, actor: ActorStamp): OutboxEvent[] =>
  events.map((event, i) => ({
    seq: from + i + 1,
    type: event.type,
    at,
    actor,
    depth: event.depth ?? 0,
    data: event.data,
  }));

export type OrderRepository = ReturnType<typeof orderRepository>;

/** Orders as aggregates: one document, changed by compare-and-set, with its events in the same write. */
export function orderRepository(models: HubModels, clock: Clock) {
  const { orders, events } = models;

  const find = async (orderId: string): Promise<OrderDoc | undefined> =>
    (await orders.findOne({ _id: orderId }).lean<OrderDoc>()) ?? undefined;

  /** By id or by number. @throws HubError ORDER_NOT_FOUND */
  async function get(idOrNumber: string): Promise<OrderDoc> {
    const doc =
      (await find(idOrNumber)) ?? (await orders.findOne({ orderNumber: idOrNumber }).lean<OrderDoc>()) ?? undefined;
    if (doc === undefined) throw new HubError('ORDER_NOT_FOUND', { order: idOrNumber });
    return doc;
  }

  /** Inserts a new order with its first events. @returns false when the order (or its idempotency key) is there. */
  async function insert(
    doc: Omit<OrderDoc, 'version' | 'writeIds' | 'outbox' | 'eventSeq'>,
    first: readonly NewEvent[],
    actor: ActorStamp,
  ): Promise<boolean> {
    const outbox = number(first, 0, clock.now(), actor);
    try {
      await orders.create({
        ...doc,
        version: 1,
        writeIds: [ulid()],
        outbox,
        eventSeq: outbox.length,
        dueAt: clock.now(),
      });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /**
   * Reads, decides, and writes when nobody was faster; else decides again on what is there now.
   * `decide` returns undefined when there is nothing to change.
   * @throws HubError ORDER_NOT_FOUND, VERSION_CONFLICT after too many races, ORDER_BUSY when the outbox is full.
   */
  async function change(
    orderId: string,
    actor: ActorStamp,
    decide: (doc: OrderDoc) => OrderChange | undefined,
  ): Promise<OrderDoc> {
    for (let race = 0; race < RACES; race += 1) {
      const doc = await get(orderId);
      const change = decide(doc);
      if (change === undefined) return doc;
      const now = clock.now();
      const added = number(change.events, doc.eventSeq, now, actor);
      if (doc.outbox.length + added.length > OUTBOX_LIMIT) throw new HubError('ORDER_BUSY', { order: doc.orderNumber });
      const writeId = ulid();
      const next: OrderDoc = {
        ...doc,
        ...change.set,
        version: doc.version + 1,
        writeIds: [...doc.writeIds, writeId].slice(-KEPT_WRITE_IDS),
        outbox: [...doc.outbox, ...added],
        eventSeq: doc.eventSeq + added.length,
        updatedAt: now,
        ...(added.length > 0 ? { dueAt: now } : {}),
      };
      for (const field of change.unset ?? []) delete next[field];
      const { matchedCount } = await orders.replaceOne({ _id: doc._id, version: doc.version }, next);
      if (matchedCount === 1 || (await find(doc._id))?.writeIds.includes(writeId)) return next;
    }
    throw new HubError('VERSION_CONFLICT', { what: 'order', id: orderId });
  }

  /** Relays waiting events into their own documents (relaying again changes nothing), then clears them. */
  async function relay(doc: OrderDoc, react: (event: OutboxEvent) => Promise<void>): Promise<void> {
    for (const event of doc.outbox) {
      try {
        await events.create({ ...event, _id: `${doc._id}/${event.seq}`, orderId: doc._id });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      await react(event);
    }
    const last = doc.outbox.at(-1)?.seq ?? 0;
    await orders.updateOne({ _id: doc._id }, { $pull: { outbox: { seq: { $lte: last } } } });
    await orders.updateOne({ _id: doc._id, outbox: { $size: 0 } }, { $unset: { dueAt: 1 } });
  }

  return { find, get, insert, change, relay };
}
