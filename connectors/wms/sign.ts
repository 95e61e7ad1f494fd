import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A query parameter, decoded. */
export type Pair = readonly [name: string, value: string];

export const SIGN_METHODS = ['md5', 'hmac', 'hmac-sha256'] as const;
export type SignMethod = (typeof SIGN_METHODS)[number];

export const isSignMethod = (method: string): method is SignMethod =>
  SIGN_METHODS.some((candidate) => candidate === method);

const byBytes = ([a]: Pair, [b]: Pair): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Every parameter but the signature itself and the blank ones, by byte order of the names, name and value joined. */
const joined = (query: readonly Pair[]): string =>
  query
    .filter(([name, value]) => name !== 'sign' && name.trim() !== '' && value.trim() !== '')
    .toSorted(byBytes)
    .map(([name, value]) => `${name}${value}`)
    .join('');

const upperHex = (digest: Buffer): string => digest.toString('hex').toUpperCase();

/**
 * The signature of a Qimen call, upper-case hex: query as `joined`, then the body's bytes as they go over the wire.
 * `md5` puts the secret before and after; the others use it as the key of an HMAC (`hmac` is HMAC-MD5).
 */
export function signOf(query: readonly Pair[], body: Buffer, secret: string, method: SignMethod): string {
  const text = joined(query);
  if (method === 'md5') {
    return upperHex(createHash('md5').update(secret).update(text).update(body).update(secret).digest());
  }
  return upperHex(
    createHmac(method === 'hmac' ? 'md5' : 'sha256', secret)
      .update(text)
      .update(body)
      .digest(),
  );
}

/** Compares in constant time; lower-case hex is another signature. */
export function sameSign(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
