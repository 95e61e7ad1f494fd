import {
  Binary,
  BSON,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from './decode.js';
import { encode } from './encode.js';

/** Lone surrogates have no UTF-8 form. */
const wellFormed = (text: string): boolean => Buffer.from(text).toString() === text;

const roundTrip = (document: object): void => {
  const bytes = Buffer.from(BSON.serialize(document));
  expect(encode(decode(bytes)).toString('hex')).toBe(bytes.toString('hex'));
};

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }).filter(wellFormed),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.integer().map((value) => new Double(value)),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.uint8Array().map((bytes) => new Binary(bytes, 0)),
);
const { document } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value')), tie('document')),
  document: fc.dictionary(fc.string({ unit: 'grapheme' }).filter(wellFormed), tie('value')),
}));

describe('a document comes back byte for byte', () => {
  test('whatever it holds', () => {
    fc.assert(
      fc.property(document, (made) => roundTrip(made as object)),
      { numRuns: 500 },
    );
  });

  test('with the rare types, and with the number types kept apart', () => {
    roundTrip({
      int: new Int32(5),
      double: new Double(5),
      minusZero: -0,
      nan: Number.NaN,
      long: Long.fromNumber(5),
      beyondInt32: 2 ** 40,
      decimal: Decimal128.fromString('1234.50'),
      regex: new BSONRegExp('^a', 'i'),
      code: new Code('f'),
      scoped: new Code('f', { a: 1 }),
      time: new Timestamp({ t: 7, i: 3 }),
      uuid: new Binary(Buffer.alloc(16, 1), 4),
      low: new MinKey(),
      high: new MaxKey(),
      before1970: new Date(-1),
      keys: { 10: 'a', 2: 'b', b: 1 },
    });
  });
});

describe('bytes that are no document are refused', () => {
  const good = Buffer.from(BSON.serialize({ a: 'text', b: [1, { c: true }], d: new Date(0) }));

  test('at any cut', () => {
    for (let length = 0; length < good.length; length++) {
      expect(() => decode(good.subarray(0, length))).toThrow(/BSON|range/);
    }
  });

  test('whatever byte is changed, decoding ends with a document or a refusal', () => {
    for (let at = 0; at < good.length; at++) {
      for (const value of [0, 1, 127, 255]) {
        const bad = Buffer.from(good);
        bad[at] = value;
        try {
          expect(decode(bad)).toBeInstanceOf(Map);
        } catch (error) {
          expect((error as Error).name).toMatch(/ProtocolError|RangeError|BSONError/);
        }
      }
    }
  });

  test('when it is nested without end', () => {
    let deep: object = {};
    for (let level = 0; level < 300; level++) deep = { deep };
    expect(() => decode(Buffer.from(BSON.serialize(deep)))).toThrow(/nested deeper/);
  });
});
