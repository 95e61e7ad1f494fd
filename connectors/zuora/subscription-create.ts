import type { EffectCall, Operation } from '../../core/connector/contract.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { ZuoraClient } from './client.js';
import { CreatePayload, payloadReader } from './payloads.js';
import { SAME_KEY } from './same-key.js';
import { findOrder, postPart, type Sending, sendOrder, wasTried } from './send-order.js';

const NAME = 'subscription.create';
const read = payloadReader(CreatePayload, NAME);

const open = (client: ZuoraClient, call: EffectCall) => {
  const payload = read(call.payload);
  const subscription = payload.order.subscriptions[0]?.orderActions[0]?.createSubscription.subscriptionNumber ?? '';
  const sending: Sending = { client, call, subscription };
  return { payload, sending };
};

/** Opens the account when it is missing, then the subscription, both under numbers the hub chose. */
export const subscriptionCreate = (client: ZuoraClient): Operation => ({
  name: NAME,
  label: { en: 'Open a subscription', zh: '创建订阅' },
  objectType: 'Subscription',
  intent: 'create',
  input: CreatePayload,
  settlement: SAME_KEY,
  send: async (call) => {
    const { payload, sending } = open(client, call);
    const there = wasTried(call) ? await findOrder(sending, payload.order) : undefined;
    if (there !== undefined) return there;
    if (call.parts['account'] === undefined) {
      await ensureAccount(sending, payload.account);
      await call.record('account', { accountNumber: payload.account.accountNumber });
    }
    return sendOrder(sending, payload.order);
  },
  find: async (call) => {
    const { payload, sending } = open(client, call);
    const receipt = await findOrder(sending, payload.order);
    return receipt === undefined ? undefined : { receipt, complete: true };
  },
});

/** An account that is there is left as it is. Somebody else may open it at the same moment: then it is there. */
async function ensureAccount(sending: Sending, account: CreatePayload['account']): Promise<void> {
  const { client, call } = sending;
  const { accountNumber } = account;
  const isThere = async (): Promise<boolean> => {
    const path = `/v1/accounts/${encodeURIComponent(accountNumber)}`;
    return (await client.read(path, `account ${accountNumber}`, call.signal)) !== undefined;
  };
  if (await isThere()) return;
  try {
    await postPart(sending, 'account', '/v1/accounts', account);
  } catch (error) {
    const refused = error instanceof HubError && error.code === 'CONNECTOR_REFUSED';
    if (!refused || !(await isThere())) throw error;
  }
}
