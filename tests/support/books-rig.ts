import { FIRST_STATES } from '../../core/order/axes.js';
import type { OrderInput } from '../../core/order/schema.js';
import { factIn } from '../../core/pipeline/nodes/hub/revenue-fact.js';
import { orderCommands } from '../../core/pipeline/order-commands.js';
import type { RevenueFact } from '../../core/revenue/facts.js';
import { accruer, PERIOD_ENDED } from '../../core/revenue-close/accrue.js';
import { periodClose } from '../../core/revenue-close/period-close.js';
import type { OrderDoc } from '../../core/store/models/order.js';
import { orderRepository } from '../../core/store/order-repository.js';
import { periodBook } from '../../core/store/period-book.js';
import { type BooksDeps, revenueBooks } from '../../core/store/revenue-books.js';
import { catalogue, chart, lineInput, orderContent } from './orders.js';
import { standingClock, startStoreRig } from './store-rig.js';

export const BY = { kind: 'user', id: 'zhao.min', name: '赵敏' };

/** One seat for the year 2026-11-01 to 2027-10-31. */
export const seat = lineInput({
  ref: 'S1',
  product: 'SAAS-PRO',
  quantity: '1',
  taxRate: '0.06',
  listPrice: '3650.00',
  unitPrice: '3650.00',
  termStart: '2026-11-01',
  termEnd: '2027-10-31',
});

/** The books on a store of their own, at noon of 1 December 2026 in Shanghai, with orders put there as accepted. */
export async function startBooksRig() {
  const store = await startStoreRig();
  const { models } = store;
  const clock = standingClock(Date.UTC(2026, 11, 1, 4));
  const orders = orderRepository(models, clock);
  const commands = orderCommands(models, orders, clock);
  let count = 0;

  /** Another process, as it were: its own view of the periods, and steps that a test can stop at. */
  const books = (step?: BooksDeps['step']) => {
    const periods = periodBook(models, clock);
    return revenueBooks({ models, catalogue, chart, clock, periods, ...(step === undefined ? {} : { step }) });
  };
  const periods = periodBook(models, clock);
  const closing = periodClose({
    models,
    clock,
    zone: 'Asia/Shanghai',
    periods,
    accruer: accruer({ models, clock, commands, poke: () => undefined, window: 25 }),
  });

  /** @returns its id. Line ids are `line-01` and so on. */
  async function accepted(change: Partial<OrderInput> = {}): Promise<string> {
    count += 1;
    const orderId = `order-${String(count).padStart(5, '0')}`;
    const now = clock.now();
    const doc: OrderDoc = {
      _id: orderId,
      orderNumber: `SO-${count}`,
      version: 1,
      writeIds: [],
      revision: 1,
      states: { ...FIRST_STATES, commercial: 'accepted' },
      holds: [],
      content: orderContent(change),
      outbox: [],
      eventSeq: 0,
      sources: [],
      deliveries: [],
      applied: [],
      searchKeys: [],
      attention: false,
      held: false,
      createdAt: now,
      updatedAt: now,
      createdBy: BY,
    };
    await models.orders.create(doc);
    return orderId;
  }

  /** What the lanes do with a period's end: each order's events are relayed, and their facts applied. */
  async function workLanes(withBooks = books()): Promise<number> {
    const told = await models.orders.find({ dueAt: { $lte: clock.now() } }).lean<OrderDoc[]>();
    const work = (order: OrderDoc): Promise<void> =>
      orders.relay(order, async (event) => {
        if (event.type !== PERIOD_ENDED) return;
        const fact = await factIn(event, async () => order.content);
        if (fact !== undefined) await withBooks.apply(order._id, fact);
      });
    await Promise.all(told.map(work));
    return told.length;
  }

  return { ...store, clock, periods, books, closing, accepted, workLanes, commands };
}
export type BooksRig = Awaited<ReturnType<typeof startBooksRig>>;

export const delivered = (id: string, date: string, lineId = 'line-01', quantity = '1'): RevenueFact => ({
  kind: 'delivered',
  id,
  date,
  lines: [{ lineId, quantity }],
});
