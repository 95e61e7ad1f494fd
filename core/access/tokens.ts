import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Tokens hold 256 random bits, so a plain SHA-256 keeps them: there is no guessing that a slow hash would slow down.
 */
export const newToken = (): string => randomBytes(32).toString('base64url');
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Equal in constant time. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

const KEY = /^ohk_([0-9a-z]{12})_([A-Za-z0-9_-]{43})$/;

/** An API key is `ohk_<id>_<secret>`; the id may be shown, the secret is kept only as its hash. */
export const newApiKey = (): { id: string; secret: string; text: string } => {
  const id = randomBytes(9).toString('hex').slice(0, 12);
  const secret = newToken();
  return { id, secret, text: `ohk_${id}_${secret}` };
};

export function readApiKey(text: string): { id: string; secret: string } | undefined {
  const match = KEY.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { id: match[1], secret: match[2] };
}
