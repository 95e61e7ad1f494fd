import type { EffectCall, Operation, Receipt } from '../../core/connector/contract.js';
import type { QimenClient } from './client.js';
import { DELIVERY, type Found, findDocument } from './document.js';
import { refused } from './errors.js';
import { CancelPayload } from './payload.js';
import type { Place } from './place.js';

const GONE = new Set(['PARTDELIVERED', 'DELIVERED']);
const CANCELLED = new Set(['CANCELED', 'CLOSED']);

const deedOf = (call: EffectCall, writes: boolean) => ({
  what: `cancelling ${DELIVERY.object} ${call.businessKey}`,
  writes,
});

const done = (call: EffectCall, alreadyThere: boolean): Receipt => ({ remoteId: call.businessKey, alreadyThere });

/**
 * Cancels a delivery order; the warehouse refuses once goods have left. Cancelling twice ends in the same state, and
 * the state can be asked for: `lookup`. Some warehouses take the cancel and decide later: `CANCELEDFAIL` then comes in
 * as a report.
 */
export function deliveryOrderCancel(client: QimenClient, place: Place, settleAfterMs: number): Operation {
  const look = (call: EffectCall): Promise<Found | undefined> => findDocument(client, DELIVERY, place, call);

  return {
    name: 'delivery-order.cancel',
    label: { en: 'Cancel a delivery order', zh: '取消发货单' },
    objectType: DELIVERY.object,
    intent: 'cancel',
    input: CancelPayload,
    settlement: { kind: 'lookup', settleAfterMs },
    send: async (call) => {
      const { warehouseCode, ownerCode } = place;
      const { orderType = 'JYCK', cancelReason } = call.payload as { orderType?: string; cancelReason?: string };
      const request = {
        warehouseCode,
        ownerCode,
        orderCode: call.businessKey,
        orderType,
        ...(cancelReason === undefined ? {} : { cancelReason }),
      };
      const answer = await client.call('order.cancel', request, deedOf(call, true), call.signal);
      if (answer.ok) return done(call, false);
      const found = await look(call);
      if (found !== undefined && CANCELLED.has(found.status)) return done(call, true);
      throw refused(deedOf(call, true), `${answer.message} (${answer.code})`);
    },
    find: async (call) => {
      const found = await look(call);
      if (found === undefined) return undefined;
      if (GONE.has(found.status)) throw refused(deedOf(call, false), `goods have left, it is ${found.status}`);
      return CANCELLED.has(found.status) ? { receipt: done(call, true), complete: true } : undefined;
    },
  };
}
