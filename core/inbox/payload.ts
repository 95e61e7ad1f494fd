import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';

/** Headers worth keeping with a message; everything else, credentials above all, is dropped. */
const KEPT_HEADERS = ['content-type', 'user-agent', 'webhook-id', 'webhook-timestamp', 'x-request-id', 'prefer'];

export const keptHeaders = (headers: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(KEPT_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));

export const pack = (body: unknown): { body: Buffer; bodyBytes: number; bodySha256: string } => {
  const raw = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return { body: deflateSync(raw), bodyBytes: raw.length, bodySha256: sha256(raw) };
};

/** @param body a Buffer, or the BSON binary a lean read yields. */
export const unpackText = (body: Buffer | { buffer: Uint8Array }): string =>
  inflateSync(Buffer.isBuffer(body) ? body : body.buffer).toString('utf8');

export const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
