import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { App } from './data.js';

/** Who a valid signature or login speaks for. */
export interface Caller {
  readonly acctId: string;
  readonly userName: string;
  readonly lcid: string;
  readonly orgNumber: string;
}

const MASK = Buffer.from('0054f397c6234378b09ca7d3e5debce7', 'ascii');

function hiddenKey(appId: string): string {
  const parts = appId.split('_');
  const scrambled = parts.length === 2 ? (parts[1] ?? '') : '';
  if (scrambled.length !== MASK.length) return '';
  const bytes = Buffer.from(scrambled, 'base64');
  for (let i = 0; i < bytes.length; i += 1) bytes.writeUInt8(bytes.readUInt8(i) ^ MASK.readUInt8(i), i);
  return bytes.toString('base64');
}

/** Signatures travel as base64 over the hex text of the MAC. */
function isSignature(given: string, key: string, message: string): boolean {
  const mac = createHmac('sha256', key).update(message).digest('hex');
  return sameBytes(Buffer.from(given, 'base64'), Buffer.from(mac, 'ascii'));
}

const sameBytes = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

const single = (headers: IncomingHttpHeaders, name: string): string => String(headers[name] ?? '');

function escapedPath(path: string): string {
  return [...Buffer.from(path, 'utf8')]
    .map((byte) => (/[A-Za-z0-9._-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : hexEscape(byte)))
    .join('');
}

const hexEscape = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** Seconds or milliseconds, told apart by length; NaN for anything else. */
const instantMs = (text: string): number =>
  /^\d{10}$/.test(text) ? Number(text) * 1000 : /^\d{13}$/.test(text) ? Number(text) : Number.NaN;

/**
 * Judges the signature headers of one request over the path exactly as it was sent. The gateway's signature is checked
 * when it is present, the application's always. A nonce may come again: the vendor's own kits repeat it.
 */
export function verifyRequest(
  headers: IncomingHttpHeaders,
  pathAsSent: string,
  apps: readonly App[],
  clock: { readonly nowMs: number; readonly skewMs: number | undefined },
): Caller | undefined {
  const appId = single(headers, 'x-kd-appkey');
  const app = apps.find((a) => a.appId === appId);
  if (app === undefined) return undefined;
  const appData = Buffer.from(single(headers, 'x-kd-appdata'), 'base64').toString('utf8');
  if (!isSignature(single(headers, 'x-kd-signature'), app.appSecret, appId + appData)) return undefined;
  const gateway = single(headers, 'x-api-signature');
  if (gateway !== '' && !isGatewaySigned(headers, gateway, appId, pathAsSent, clock)) return undefined;
  const [acctId, userName, lcid, orgNumber, ...rest] = appData.split(',');
  if (acctId === undefined || userName === undefined || lcid === undefined || rest.length > 0) return undefined;
  return { acctId, userName, lcid, orgNumber: orgNumber ?? '0' };
}

function isGatewaySigned(
  headers: IncomingHttpHeaders,
  signature: string,
  appId: string,
  path: string,
  clock: { readonly nowMs: number; readonly skewMs: number | undefined },
): boolean {
  const [timestamp, nonce] = [single(headers, 'x-api-timestamp'), single(headers, 'x-api-nonce')];
  const signed = single(headers, 'x-api-signheaders').toLowerCase().split(',').sort().join();
  const at = instantMs(timestamp);
  if (single(headers, 'x-api-clientid') !== appId.split('_')[0]) return false;
  if (signed !== 'x-api-nonce,x-api-timestamp' || nonce === '' || Number.isNaN(at)) return false;
  if (clock.skewMs !== undefined && Math.abs(clock.nowMs - at) > clock.skewMs) return false;
  const lines = ['POST', escapedPath(path), '', `x-api-nonce:${nonce}`, `x-api-timestamp:${timestamp}`, ''];
  return isSignature(signature, hiddenKey(appId), lines.join('\n'));
}

/** The `sign` of LoginBySign is right for these five texts. Only SHA-256 counts. */
export function verifyLogin(texts: readonly string[], sign: string): boolean {
  const ordered = [...texts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const hash = createHash('sha256');
  for (const text of ordered) hash.update(text);
  return sameBytes(Buffer.from(sign, 'utf8'), Buffer.from(hash.digest('hex'), 'utf8'));
}
