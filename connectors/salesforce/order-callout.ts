import type { Clock } from '../../core/clock.js';
import type { InboundMessage, RawRequest, WebhookTrigger } from '../../core/connector/contract.js';
import { parseJson } from '../../core/connector/parse-json.js';
import { verifyWebhook } from '../../core/connector/standard-webhook.js';
import { HubError } from '../../core/errors/hub-error.js';
import { MAPPING, orderMessage } from './order-message.js';

export interface CalloutOptions {
  readonly connection: string;
  readonly clock: Clock;
  /** None: the connection has no signing secret and every callout is refused. */
  readonly keys: readonly Buffer[];
  readonly orderStatuses: readonly string[];
}

const wrong = (path: string, why: string, whyZh: string): HubError =>
  new HubError('INBOX_BODY_MALFORMED', { path, why, whyZh });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An Apex callout that posts `{"eventId", "order"}`, the order as one query of the poll gives it, signed by Standard
 * Webhooks. The dedupe key is that of the poll, so an order that comes both ways is taken once. Orders in a status the
 * connection does not read yield no message.
 */
export const orderCallout = (options: CalloutOptions): WebhookTrigger => ({
  kind: 'webhook',
  name: 'order-callout',
  label: { en: 'Orders, posted by Apex', zh: 'Apex 推送订单' },
  mapping: MAPPING,
  read: (request) => readCallout(request, options),
});

function readCallout(request: RawRequest, options: CalloutOptions): InboundMessage | readonly InboundMessage[] {
  verifyWebhook(request, options.keys, options.clock, options.connection);
  const body = parseJson(request.body);
  if (!isObject(body)) throw wrong('$', 'must be an object', '必须为对象');
  if (typeof body['eventId'] !== 'string' || body['eventId'] === '') throw wrong('$.eventId', 'is missing', '缺失');
  const order = body['order'];
  if (!isObject(order)) throw wrong('$.order', 'must be an object', '必须为对象');
  if (!isWhole(order['OrderItems'])) {
    throw wrong(
      '$.order.OrderItems',
      'must hold all lines: {"done":true,"records":[…]}',
      '必须包含全部订单行且 done 为 true',
    );
  }
  const message = orderMessage(order);
  if (message === undefined) {
    const why = 'must have an Id of an Order and SystemModstamp or LastModifiedDate';
    throw wrong('$.order', why, '必须含订单 Id 以及 SystemModstamp 或 LastModifiedDate');
  }
  const status = order['Status'];
  return typeof status === 'string' && !options.orderStatuses.includes(status) ? [] : message;
}

/** Half an order must not replace a whole one. */
const isWhole = (lines: unknown): boolean =>
  isObject(lines) && Array.isArray(lines['records']) && lines['done'] !== false;
