import { monotonicFactory } from 'ulid';
import type { Actor } from '../access/actor.js';
import { HubError } from '../errors/hub-error.js';
import { contentDigestInput } from '../order/same-content.js';
import type { OrderInput } from '../order/schema.js';
import type { HubModels } from '../store/models/index.js';
import type { OrderDoc } from '../store/models/order.js';
import type { orderApplier } from './apply-order.js';
import { sha256 } from './payload.js';

const ulid = monotonicFactory();

/**
 * Creates an order once per caller and `Idempotency-Key`.
 * @throws HubError ORDER_INVALID with all faults; ORDER_KEY_REUSED when the key came with another body;
 *   ORDER_KEY_BUSY while the first request of the key is being stored.
 */
export function orderCreator(
  models: HubModels,
  applyOrder: ReturnType<typeof orderApplier>,
  poke: (laneId: string) => void,
) {
  const busy = new Set<string>();

  const find = (caller: string, key: string) =>
    models.orders.findOne({ 'idempotency.caller': caller, 'idempotency.key': key }).lean<OrderDoc>();

  function same(doc: OrderDoc, key: string, bodyHash: string): { doc: OrderDoc; created: boolean } {
    if (doc.idempotency?.bodyHash !== bodyHash) throw new HubError('ORDER_KEY_REUSED', { key });
    return { doc, created: false };
  }

  return async function createOrder(input: OrderInput, key: string, actor: Actor) {
    const bodyHash = sha256(contentDigestInput(input));
    const there = await find(actor.id, key);
    if (there !== null) return same(there, key, bodyHash);
    const mine = `${actor.id} ${key}`;
    if (busy.has(mine)) throw new HubError('ORDER_KEY_BUSY', { key }, { retryAfterMs: 1_000 });
    busy.add(mine);
    try {
      const stamp = { kind: actor.kind, id: actor.id, name: actor.name };
      const said = {
        connection: 'api',
        kind: 'order/v1',
        messageId: `api/${actor.id}/${key}`,
        input,
        writtenBack: [],
        actor: stamp,
        externalIds: [],
      };
      const orderId = ulid();
      const applied = await applyOrder(orderId, said, { caller: actor.id, key, bodyHash });
      const doc = await find(actor.id, key);
      if (doc === null) throw new HubError('UNEXPECTED', { why: 'an order that was stored cannot be read' });
      if (applied !== 'mapped') return same(doc, key, bodyHash);
      poke(doc._id);
      return { doc, created: true };
    } finally {
      busy.delete(mine);
    }
  };
}
