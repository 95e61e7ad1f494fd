import { type PresentedOrder, presentOrder } from '../order/present.js';
import { fulfilmentState } from './fulfilment-state.js';
import type { OrderDoc } from './models/order.js';

/** A stored order as API, mappings and rules see it. */
export const presentDoc = (doc: OrderDoc): PresentedOrder => {
  const { _id: orderId, orderNumber, revision, states, content } = doc;
  return presentOrder({ orderId, orderNumber, revision, states, content, carried: fulfilmentState(doc) });
};
