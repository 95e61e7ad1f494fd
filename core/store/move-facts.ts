import type { MoveFacts } from '../order/axes.js';
import type { OrderDoc } from './models/order.js';

/** What the guards of the axes look at, of an order document and what was loaded beside it. */
export const moveFacts = (
  doc: OrderDoc,
  loaded: Partial<Pick<MoveFacts, 'waitingTasks' | 'recognisedMinor' | 'allocatedMinor'>> = {},
): MoveFacts => ({
  order: doc.orderNumber,
  lines: doc.content.lines,
  openHolds: doc.holds.filter((hold) => hold.released === undefined).length,
  waitingTasks: 0,
  recognisedMinor: 0,
  allocatedMinor: 0,
  ...loaded,
});
