import type { EffectCall, Operation } from '../../core/connector/contract.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { Row, ZuoraClient } from './client.js';
import { SYSTEM } from './errors.js';
import { CancelPayload, type ChangeAction, ChangePayload, payloadReader } from './payloads.js';
import { SAME_KEY } from './same-key.js';
import { findOrder, type OrderBody, type Sending, sendOrder, wasTried } from './send-order.js';

interface SubscriptionOrder extends OrderBody {
  readonly subscriptions: readonly { readonly subscriptionNumber: string }[];
}

const sendingOf = (client: ZuoraClient, call: EffectCall, order: SubscriptionOrder): Sending => ({
  client,
  call,
  subscription: order.subscriptions[0]?.subscriptionNumber ?? '',
});

/** Looks for the order first when it may have been sent, and asks for its body only when it must be sent. */
async function sendOnce(sending: Sending, order: SubscriptionOrder, bodyOf: () => Promise<OrderBody>) {
  const there = wasTried(sending.call) ? await findOrder(sending, order) : undefined;
  return there ?? sendOrder(sending, await bodyOf());
}

async function lookFor(sending: Sending, order: SubscriptionOrder) {
  const receipt = await findOrder(sending, order);
  return receipt === undefined ? undefined : { receipt, complete: true };
}

const readChange = payloadReader(ChangePayload, 'subscription.change');

/** Adds, changes, removes and renews in one order, which Zuora does as a whole or not at all. */
export const subscriptionChange = (client: ZuoraClient): Operation => ({
  name: 'subscription.change',
  label: { en: 'Change a subscription', zh: '变更订阅' },
  objectType: 'Subscription',
  intent: 'change',
  input: ChangePayload,
  settlement: SAME_KEY,
  send: async (call) => {
    const { order } = readChange(call.payload);
    const sending = sendingOf(client, call, order);
    return sendOnce(sending, order, async () => withRatePlans(order, await ratePlansOf(sending, order)));
  },
  find: async (call) => {
    const { order } = readChange(call.payload);
    return lookFor(sendingOf(client, call, order), order);
  },
});

const readCancel = payloadReader(CancelPayload, 'subscription.cancel');

/** Ends a subscription at a date. */
export const subscriptionCancel = (client: ZuoraClient): Operation => ({
  name: 'subscription.cancel',
  label: { en: 'Cancel a subscription', zh: '取消订阅' },
  objectType: 'Subscription',
  intent: 'cancel',
  input: CancelPayload,
  settlement: SAME_KEY,
  send: async (call) => {
    const { order } = readCancel(call.payload);
    return sendOnce(sendingOf(client, call, order), order, async () => order);
  },
  find: async (call) => {
    const { order } = readCancel(call.payload);
    return lookFor(sendingOf(client, call, order), order);
  },
});

type ChangeOrder = ChangePayload['order'];

/** The charge number by which an action names a rate plan of the subscription; undefined when it names none. */
const chargeOf = (action: ChangeAction): string | undefined =>
  action.removeProduct?.chargeNumber ?? action.updateProduct?.chargeUpdates[0]?.chargeNumber;

/**
 * Ids of rate plans by charge number. They are noted before the order is sent: once it is done, a removed rate plan can
 * no longer be looked up. @throws HubError CONNECTOR_REFUSED when the subscription has no such charge.
 */
async function ratePlansOf(
  { client, call, subscription }: Sending,
  order: ChangeOrder,
): Promise<Readonly<Record<string, string>>> {
  const wanted = (order.subscriptions[0]?.orderActions ?? []).flatMap((action) => chargeOf(action) ?? []);
  if (wanted.length === 0) return {};
  const noted = call.parts['ratePlans'];
  if (noted !== undefined) return noted as Readonly<Record<string, string>>;
  const what = `subscription ${subscription}`;
  const held = await client.read(`/v1/subscriptions/${encodeURIComponent(subscription)}`, what, call.signal);
  const plans = (held?.['ratePlans'] ?? []) as readonly Row[];
  const byCharge = plans.flatMap((plan) =>
    ((plan['ratePlanCharges'] ?? []) as readonly Row[]).map(
      (charge) => [String(charge['number']), String(plan['id'])] as const,
    ),
  );
  const ids = Object.fromEntries(byCharge.filter(([number]) => wanted.includes(number)));
  const missing = wanted.find((number) => ids[number] === undefined);
  if (missing !== undefined) {
    throw new HubError('CONNECTOR_REFUSED', { system: SYSTEM, what, why: `it has no charge ${missing}` });
  }
  await call.record('ratePlans', ids);
  return ids;
}

/** The order in Zuora's own words: rate plans named by their id there. */
function withRatePlans(order: ChangeOrder, ids: Readonly<Record<string, string>>): OrderBody {
  const named = (action: ChangeAction) => {
    const ratePlanId = ids[chargeOf(action) ?? ''];
    if (action.removeProduct !== undefined) return { ...action, removeProduct: { ratePlanId } };
    return action.updateProduct === undefined
      ? action
      : { ...action, updateProduct: { ratePlanId, ...action.updateProduct } };
  };
  return {
    ...order,
    subscriptions: order.subscriptions.map((sub) => ({ ...sub, orderActions: sub.orderActions.map(named) })),
  };
}
