import { applyDelivery, type DeliveryReport } from '../order/deliver.js';
import { fulfilmentFields, fulfilmentState } from '../store/fulfilment-state.js';
import type { ActorStamp, OrderDoc } from '../store/models/order.js';
import type { OrderChange, OrderRepository } from '../store/order-repository.js';

/**
 * What a delivery makes of a stored order; undefined when it was applied before.
 * @throws HubError DELIVERY_INVALID, ORDER_MOVE_REFUSED (not accepted)
 */
export function deliveryChange(doc: OrderDoc, report: DeliveryReport): OrderChange | undefined {
  const outcome = applyDelivery(fulfilmentState(doc), report);
  return outcome === undefined ? undefined : { set: fulfilmentFields(outcome.state), events: outcome.events };
}

/** Applies a delivery to its order, once. */
export const deliveryApplier =
  (orders: OrderRepository) =>
  async (orderId: string, report: DeliveryReport, actor: ActorStamp): Promise<'mapped' | 'unchanged'> => {
    let applied = false;
    await orders.change(orderId, actor, (doc) => {
      const change = deliveryChange(doc, report);
      applied = change !== undefined;
      return change;
    });
    return applied ? 'mapped' : 'unchanged';
  };
