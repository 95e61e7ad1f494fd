import { type PresentedOrder, presentOrder } from '../order/present.js';
import type { OrderDoc } from './models/order.js';

/** A stored order as API, mappings and rules see it. */
export const presentDoc = ({ _id: orderId, orderNumber, revision, states, content }: OrderDoc): PresentedOrder =>
  presentOrder({ orderId, orderNumber, revision, states, content });
