import { createHash } from 'node:crypto';
import type { EffectCall, Receipt } from '../../core/connector/contract.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { Row, ZuoraClient } from './client.js';
import { SYSTEM } from './errors.js';

/** What an order must say to be told from another one with its number. */
export interface OrderBody {
  readonly orderNumber: string;
  readonly orderDate: string;
  readonly existingAccountNumber: string;
  readonly subscriptions: readonly unknown[];
}

export interface Sending {
  readonly client: ZuoraClient;
  readonly call: EffectCall;
  readonly subscription: string;
}

const MOST_KEY = 255;
/** Leaves room for the part's name and the number of the attempt. */
const MOST_EFFECT_KEY = MOST_KEY - 20;

/** Attempts that Zuora answered with a failure, each under a key of its own. */
const attemptsOf = (call: EffectCall): number => {
  const count = call.parts['attempt'];
  return typeof count === 'number' ? count : 0;
};

/**
 * The effect's key, hashed when it is too long or not plain ASCII. Zuora keeps a failed answer under its key as well, so
 * each failure moves on to the next key: `…~1`, `…~2`.
 */
export function idempotencyKey(call: EffectCall, part: 'account' | 'order'): string {
  const fits = call.key.length <= MOST_EFFECT_KEY && /^[\x21-\x7e]+$/.test(call.key);
  const key = fits ? call.key : createHash('sha256').update(call.key).digest('hex');
  const attempt = attemptsOf(call);
  return `${key}${part === 'order' ? '' : `/${part}`}${attempt === 0 ? '' : `~${attempt}`}`;
}

/** Posts one part. When the failure would come again under its key, that is noted before the error is thrown. */
export async function postPart(sending: Sending, part: 'account' | 'order', path: string, body: unknown): Promise<Row> {
  const { client, call } = sending;
  const posted = await client.post({
    path,
    body,
    idempotencyKey: idempotencyKey(call, part),
    track: call.businessKey,
    what: `${part} of ${call.businessKey}`,
    signal: call.signal,
  });
  if (posted.ok) return posted.body;
  if (posted.keyIsSpent) await call.record('attempt', attemptsOf(call) + 1);
  throw posted.error;
}

/** Whether this effect may have reached Zuora before, so that it is looked for first. */
export const wasTried = (call: EffectCall): boolean => !call.firstSend || attemptsOf(call) > 0;

/**
 * Posts an order. A refusal is taken as success when the order stands there already.
 * @throws HubError CONNECTOR_OUTCOME_UNKNOWN when the answer was lost: sending it again with the same key is safe.
 */
export async function sendOrder(sending: Sending, order: OrderBody): Promise<Receipt> {
  try {
    const said = await postPart(sending, 'order', '/v1/orders', order);
    const [first] = (said['subscriptions'] ?? []) as readonly Row[];
    return receiptOf(sending, String(said['orderNumber']), String(said['status']), false, first?.['status']);
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'CONNECTOR_REFUSED') throw error;
    const found = await findOrder(sending, order);
    if (found === undefined) throw error;
    return found;
  }
}

/** States in which an order did what it says; a draft or a failed one did not. */
const DONE = new Set(['Completed', 'Pending', 'Scheduled', 'Executing']);

/**
 * Looks for the order by its number, which the hub chose.
 * @throws HubError CONNECTOR_REFUSED when the number belongs to an order of another account, day or subscription.
 */
export async function findOrder(sending: Sending, order: OrderBody): Promise<Receipt | undefined> {
  const { client, call, subscription } = sending;
  const path = `/v1/orders/${encodeURIComponent(order.orderNumber)}`;
  const answer = await client.read(path, `order ${order.orderNumber}`, call.signal);
  const held = answer?.['order'] as Row | undefined;
  if (held === undefined || !DONE.has(String(held['status']))) return undefined;
  const numbers = ((held['subscriptions'] ?? []) as readonly Row[]).map((row) => row['subscriptionNumber']);
  const same =
    held['existingAccountNumber'] === order.existingAccountNumber &&
    held['orderDate'] === order.orderDate &&
    numbers.includes(subscription);
  if (same) return receiptOf(sending, order.orderNumber, String(held['status']), true);
  const why = 'the number is in use by another order';
  throw new HubError('CONNECTOR_REFUSED', { system: SYSTEM, what: `order ${order.orderNumber}`, why });
}

const receiptOf = (
  { subscription }: Sending,
  orderNumber: string,
  orderStatus: string,
  alreadyThere: boolean,
  subscriptionStatus?: unknown,
): Receipt => ({
  remoteId: subscription,
  remoteNumber: subscription,
  alreadyThere,
  detail: { orderNumber, orderStatus, ...(subscriptionStatus === undefined ? {} : { subscriptionStatus }) },
});
