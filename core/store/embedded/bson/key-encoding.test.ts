import { Binary, Decimal128, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterPrefix, KeyWriter } from './key-encoding.js';
import { compare } from './order.js';
import { double, type Value, WholeDouble } from './values.js';

/** Lone surrogates have no UTF-8 form. */
const wellFormed = (text: string): boolean => Buffer.from(text).toString() === text;

const writer = new KeyWriter();
const encoded = (value: Value): { key: Buffer; unordered: boolean } => {
  writer.reset().value(value);
  return { key: writer.take(), unordered: writer.unordered };
};

const tricky: Value[] = [
  0,
  -0,
  1,
  -1,
  0.1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  new WholeDouble(1),
  2 ** 53,
  2 ** 53 + 2,
  9007199254740993n,
  9007199254740992n,
  -9007199254740993n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  2 ** 63,
  Decimal128.fromString('1'),
  Decimal128.fromString('9007199254740993'),
  Decimal128.fromString('0.5'),
  '',
  'a',
  'a\0',
  'a\0b',
  'ab',
  '\uffff',
  '😀',
  '\ud7ff',
  null,
  true,
  false,
  new MinKey(),
  new MaxKey(),
  [],
  [1],
  [1, 2],
  ['a'],
  new Map(),
  new Map([['a', 1]]),
  new Map([['a', 'x']]),
  new Map([['b', 1]]),
  new Date(0),
  new Date(-1),
  new Date(8.64e15),
  new Timestamp({ t: 1, i: 1 }),
  new Binary(Buffer.from([1, 2])),
  new Binary(Buffer.from([3])),
];

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...tricky),
    fc.string({ unit: 'binary' }).filter(wellFormed),
    fc.double().map((number) => double(number)),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .dictionary(fc.constantFrom('a', 'b', 'ab'), tie('value'), { maxKeys: 3 })
      .map((entries) => new Map(Object.entries(entries))),
  ),
})).value;

test('keys are in the order of their values, and equal exactly for equal values', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(Buffer.compare(encoded(a).key, encoded(b).key)).toBe(Math.sign(compare(a, b)));
    }),
    { numRuns: 5_000 },
  );
  for (const a of tricky) {
    for (const b of tricky) expect(Buffer.compare(encoded(a).key, encoded(b).key)).toBe(Math.sign(compare(a, b)));
  }
});

test('no key is the beginning of another one, also upside down', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [left, right] = [encoded(a).key, encoded(b).key];
      if (!left.equals(right)) expect(right.subarray(0, left.length).equals(left)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

test('a decimal that is no double is unequal to its neighbours and says that its order is not exact', () => {
  const decimal = encoded(Decimal128.fromString('0.1'));
  expect(decimal.unordered).toBe(true);
  expect(decimal.key.equals(encoded(0.1).key)).toBe(false);
  expect(decimal.key.equals(encoded(Decimal128.fromString('0.10')).key)).toBe(true);
  expect(decimal.key.equals(encoded(Decimal128.fromString('0.1000000000000000000001')).key)).toBe(false);
  expect(encoded(Decimal128.fromString('1E+6000')).key.equals(encoded(Number.POSITIVE_INFINITY).key)).toBe(false);
});

test('the end of a prefix lies above everything that starts with it', () => {
  expect(afterPrefix(Buffer.from([1, 255, 255]))).toEqual(Buffer.from([2]));
  expect(afterPrefix(Buffer.from([255, 255]))).toBeUndefined();
});
