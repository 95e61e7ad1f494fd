import { createHash, createHmac } from 'node:crypto';

/** The open SDK scrambles the secret inside the app id with this text. */
const SCRAMBLE = '0054f397c6234378b09ca7d3e5debce7';
const ENCODED_SECRET_LENGTH = 32;

export interface AppIdentity {
  /** `<clientId>_<32 characters>`. */
  readonly appId: string;
  readonly appSecret: string;
  readonly acctId: string;
  readonly userName: string;
  readonly lcid: number;
  /** `0` when no organisation is meant. */
  readonly orgNumber: string;
}

/** The signing key hidden in the second part of the app id: base64, XOR with the scramble text, base64 again. */
export function decodeClientSecret(encoded: string): string {
  if (encoded.length !== ENCODED_SECRET_LENGTH) return '';
  const bytes = Buffer.from(encoded, 'base64');
  return Buffer.from(bytes.map((byte, i) => byte ^ SCRAMBLE.charCodeAt(i))).toString('base64');
}

/** Splits the app id; both parts are empty unless there is exactly one underscore. */
export function splitAppId(appId: string): { clientId: string; clientSecret: string } {
  const [clientId, encoded, ...rest] = appId.split('_');
  if (clientId === undefined || encoded === undefined || rest.length > 0) return { clientId: '', clientSecret: '' };
  return { clientId, clientSecret: decodeClientSecret(encoded) };
}

/** base64 over the lowercase hex text of an HMAC-SHA256, as both signatures want it. */
export const hmacHexBase64 = (key: string, message: string): string =>
  Buffer.from(createHmac('sha256', key).update(message, 'utf8').digest('hex')).toString('base64');

/** Everything but letters, digits, `.`, `-` and `_` is escaped, the slash too. */
const encodePath = (path: string): string =>
  encodeURIComponent(path).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The text of `X-Api-Signature`; the third line is the query string, which this API leaves empty. */
export const signedText = (path: string, nonce: string, timestamp: string): string =>
  `POST\n${encodePath(path)}\n\nx-api-nonce:${nonce}\nx-api-timestamp:${timestamp}\n`;

/**
 * Headers that sign one POST.
 * @param path path of the URL exactly as it is sent, without host and query.
 * @param timestamp Unix seconds.
 */
export function signedHeaders(
  app: AppIdentity,
  path: string,
  timestamp: string,
  nonce: string,
): Record<string, string> {
  const { clientId, clientSecret } = splitAppId(app.appId);
  const appData = `${app.acctId},${app.userName},${app.lcid},${app.orgNumber}`;
  return {
    'X-Api-ClientID': clientId,
    'X-Api-Auth-Version': '2.0',
    'x-api-timestamp': timestamp,
    'x-api-nonce': nonce,
    'x-api-signheaders': 'x-api-timestamp,x-api-nonce',
    'X-Api-Signature': hmacHexBase64(clientSecret, signedText(path, nonce, timestamp)),
    'X-Kd-Appkey': app.appId,
    'X-Kd-Appdata': Buffer.from(appData, 'utf8').toString('base64'),
    'X-Kd-Signature': hmacHexBase64(app.appSecret, app.appId + appData),
  };
}

/** The `sign` of LoginBySign: SHA-256 over the five texts in code-unit order, joined with nothing. */
export function loginSign(app: AppIdentity, timestamp: string): string {
  const parts = [app.acctId, app.userName, app.appId, app.appSecret, timestamp].sort();
  return createHash('sha256').update(parts.join(''), 'utf8').digest('hex');
}
