import { expect, test } from 'vitest';
import { hashOf, newApiKey, newToken, readApiKey, sameHash } from './tokens.js';

test('a key is read back into its parts', () => {
  for (let i = 0; i < 200; i += 1) {
    const { id, secret, text } = newApiKey();
    expect(readApiKey(text)).toEqual({ id, secret });
  }
});

test('what is no key is not read', () => {
  const { text } = newApiKey();
  const others = ['', 'ohk_', `${text}x`, text.slice(0, -1), text.replace('ohk', 'OHK'), ` ${text}`, `${text}\n`];
  expect(others.map(readApiKey)).toEqual(others.map(() => undefined));
});

test('tokens hold 256 bits; hashes are compared whole', () => {
  expect(Buffer.from(newToken(), 'base64url')).toHaveLength(32);
  expect(sameHash(hashOf('a'), hashOf('a'))).toBe(true);
  expect(sameHash(hashOf('a'), hashOf('b'))).toBe(false);
  expect(sameHash(hashOf('a'), hashOf('a').slice(1))).toBe(false);
});
