import { alarmOn } from '../order/alarm.js';
import type { FulfilmentState, Outcome } from '../order/fulfilment.js';
import type { OrderDoc } from './models/order.js';
import type { OrderChange } from './order-repository.js';

/** What fulfilment sees of a stored order. */
export const fulfilmentState = (doc: OrderDoc): FulfilmentState => ({
  orderNumber: doc.orderNumber,
  revision: doc.revision,
  content: doc.content,
  states: doc.states,
  holds: doc.holds,
  plan: doc.plan ?? [],
  shipments: doc.shipments ?? [],
  subscriptions: doc.subscriptions ?? [],
  returns: doc.returns ?? [],
  amendments: doc.amendments ?? [],
  deliveries: doc.deliveries,
});

/** The fields that a fulfilment command may change, ready to be stored. */
const fulfilmentFields = (state: FulfilmentState): OrderChange['set'] => ({
  revision: state.revision,
  content: state.content,
  states: state.states,
  plan: [...state.plan],
  alarmOn: alarmOn(state.plan),
  shipments: [...state.shipments],
  subscriptions: [...state.subscriptions],
  returns: [...state.returns],
  amendments: [...state.amendments],
  deliveries: [...state.deliveries],
});

/** What a fulfilment command makes of a stored order, events included. */
export const outcomeChange = ({ state, events }: Outcome): OrderChange => ({ set: fulfilmentFields(state), events });
