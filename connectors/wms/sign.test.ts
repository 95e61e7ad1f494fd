import { describe, expect, test } from 'vitest';
import { beijingMs, beijingText } from './beijing-time.js';
import { readQuery, writeQuery } from './query.js';
import { type Pair, sameSign, signOf } from './sign.js';

const query: readonly Pair[] = [
  ['method', 'taobao.qimen.inventory.query'],
  ['timestamp', '2026-01-15 10:30:00'],
  ['format', 'xml'],
  ['app_key', '12345678'],
  ['v', '2.0'],
  ['sign_method', 'md5'],
  ['customerId', 'c1234567890'],
];
const bodyOf = (item: string): Buffer =>
  Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><request><criteriaList><criteria><warehouseCode>WH1</warehouseCode><ownerCode>OWN1</ownerCode><itemCode>${item}</itemCode><inventoryType>ZP</inventoryType></criteria></criteriaList></request>`,
  );
const body = bodyOf('SKU1');
const SIGN = '85D7148C71E64319810A26BBA35FD96C';

describe('the published vectors', () => {
  test('MD5, also over UTF-8', () => {
    expect(body).toHaveLength(226);
    expect(signOf(query, body, 'demosecret', 'md5')).toBe(SIGN);
    expect(signOf(query, bodyOf('面包'), 'demosecret', 'md5')).toBe('BBED8CC83D8B204842CDED97D873B33B');
  });

  test('HMAC-MD5', () => {
    const hmac = query.map(([name, value]): Pair => [name, name === 'sign_method' ? 'hmac' : value]);
    expect(signOf(hmac, body, 'demosecret', 'hmac')).toBe('9D1D65C7C2FEE383601CF00B2322EC1A');
  });

  test('the wire query', () => {
    expect(writeQuery([...query, ['sign', SIGN]])).toBe(
      `method=taobao.qimen.inventory.query&timestamp=2026-01-15%2010%3A30%3A00&format=xml&app_key=12345678&v=2.0&sign_method=md5&customerId=c1234567890&sign=${SIGN}`,
    );
  });
});

describe('what is signed', () => {
  test('blank parameters and the signature itself do not count, the order does not matter', () => {
    const more: readonly Pair[] = [['sign', 'X'], ['session', ''], ['other', '  '], ...query.toReversed()];
    expect(signOf(more, body, 'demosecret', 'md5')).toBe(SIGN);
  });

  test('names are sorted by bytes: upper case first', () => {
    const empty = Buffer.alloc(0);
    const two: readonly Pair[] = [
      ['a', '1'],
      ['B', '2'],
    ];
    expect(signOf(two, empty, 's', 'md5')).toBe(signOf([['B', '2a1']], empty, 's', 'md5'));
  });

  test('secret, body and query each change it', () => {
    const others = [
      signOf(query, body, 'demosecreT', 'md5'),
      signOf(query, Buffer.concat([body, Buffer.from(' ')]), 'demosecret', 'md5'),
      signOf([...query, ['extra', '1']], body, 'demosecret', 'md5'),
      signOf(query, body, 'demosecret', 'hmac-sha256'),
    ];
    expect(new Set([SIGN, ...others]).size).toBe(5);
    expect(others[3]).toHaveLength(64);
  });

  test('lower case is another signature', () => {
    expect(sameSign(SIGN, SIGN)).toBe(true);
    expect(sameSign(SIGN.toLowerCase(), SIGN)).toBe(false);
    expect(sameSign('', SIGN)).toBe(false);
  });
});

describe('the query', () => {
  test('is decoded once, plus and %20 are blanks', () => {
    expect(readQuery('t=10%3A30+x%20y&p=%2525&e=&n')).toEqual([
      ['t', '10:30 x y'],
      ['p', '%25'],
      ['e', ''],
      ['n', ''],
    ]);
  });

  test('another charset is noticed', () => {
    expect(readQuery('customerId=%C3%E6%B0%FC')).toBeUndefined();
  });
});

test('times are Beijing times', () => {
  expect(beijingText(new Date('2026-01-15T02:30:00Z'))).toBe('2026-01-15 10:30:00');
  expect(beijingMs('2026-01-15 10:30:00')).toBe(Date.UTC(2026, 0, 15, 2, 30));
  for (const text of ['2026-02-30 10:00:00', '2026-01-15T10:30:00', '2026-01-15 25:00:00', '']) {
    expect(beijingMs(text)).toBeUndefined();
  }
});
