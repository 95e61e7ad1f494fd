import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.js';
import { HubError } from '../errors/hub-error.js';
import type { RawRequest } from './contract.js';

/** Both ways, as the specification's own libraries have it. */
const TOLERANCE_S = 300;
/** The specification asks for 24 to 64 random bytes. */
const KEY_BYTES = { min: 24, max: 64 };

/**
 * The key behind a `whsec_` secret of Standard Webhooks 1.0.
 * @throws HubError SETTINGS_INVALID; the message never holds the secret.
 */
export function webhookKey(secret: string): Buffer {
  const encoded = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  const key = Buffer.from(encoded, 'base64');
  const canonical = key.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  if (!canonical || key.length < KEY_BYTES.min || key.length > KEY_BYTES.max) {
    const why = `a webhook secret is "whsec_" and base64 of ${KEY_BYTES.min} to ${KEY_BYTES.max} bytes`;
    throw new HubError('SETTINGS_INVALID', { why });
  }
  return key;
}

const digest = (key: Buffer, id: string, timestamp: string, body: Buffer): Buffer =>
  createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();

/** One `v1` signature as a sender puts it into `webhook-signature`. `timestampS` is in Unix seconds. */
export const signWebhook = (key: Buffer, id: string, timestampS: number, body: Buffer): string =>
  `v1,${digest(key, id, String(timestampS), body).toString('base64')}`;

export interface WebhookVerdict {
  /** The same on every retry of one event. */
  readonly id: string;
  readonly timestampS: number;
}

/**
 * Judges a request by the Standard Webhooks 1.0 rules on its raw bytes. Any of `keys` may match any `v1` signature of
 * the header, so both sides can change keys without a gap; signatures of other versions are passed over.
 * @throws HubError INBOX_BAD_SIGNATURE
 */
export function verifyWebhook(
  request: RawRequest,
  keys: readonly Buffer[],
  clock: Clock,
  connection: string,
): WebhookVerdict {
  const refuse = (why: string, whyZh: string): never => {
    throw new HubError('INBOX_BAD_SIGNATURE', { connection, why, whyZh });
  };
  const header = (name: string): string => {
    const found = Object.keys(request.headers).find((key) => key.toLowerCase() === name);
    const value = found === undefined ? undefined : request.headers[found];
    return value === undefined || value === '' ? refuse(`the header ${name} is missing`, `缺少 ${name} 头`) : value;
  };
  const id = header('webhook-id');
  const timestamp = header('webhook-timestamp');
  const signatures = header('webhook-signature');
  if (id.includes('.')) refuse('webhook-id holds a dot', 'webhook-id 含有句点');
  if (!/^\d{1,12}$/.test(timestamp))
    refuse('webhook-timestamp is no Unix time in seconds', 'webhook-timestamp 不是秒级时间戳');
  const aheadS = Number(timestamp) - clock.now().getTime() / 1000;
  if (Math.abs(aheadS) > TOLERANCE_S) {
    const [en, zh] = aheadS > 0 ? ['ahead of', '晚于'] : ['behind', '早于'];
    refuse(`it was signed more than ${TOLERANCE_S} s ${en} our time`, `签名时间${zh}本机时间超过 ${TOLERANCE_S} 秒`);
  }
  const offered = signatures.split(' ').flatMap((part) => {
    const [version, value = ''] = part.split(',', 2);
    return version === 'v1' ? [Buffer.from(value, 'base64')] : [];
  });
  const expected = keys.map((key) => digest(key, id, timestamp, request.body));
  const matches = offered.some((given) =>
    expected.some((want) => given.length === want.length && timingSafeEqual(given, want)),
  );
  if (!matches) refuse('no signature fits the body and secret', '没有与报文和密钥相符的签名');
  return { id, timestampS: Number(timestamp) };
}
