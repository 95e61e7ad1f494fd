import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  convertMinor,
  divideRounded,
  explainSplit,
  readDecimal,
  readMoney,
  rescale,
  splitByLargestRemainder,
  sum,
  writeMoney,
} from './money.js';

const refused = (step: () => unknown): string => {
  try {
    return `gave ${String(step())}`;
  } catch (error) {
    return error instanceof Error ? error.message : 'no error';
  }
};

test('money is read and written exactly, by the digits of its currency', () => {
  expect(readMoney('1234.5', 'CNY', '$')).toBe(123_450);
  expect(readMoney('1234.500', 'CNY', '$')).toBe(123_450);
  expect(readMoney('-0.01', 'USD', '$')).toBe(-1);
  expect(readMoney('500', 'JPY', '$')).toBe(500);
  expect([writeMoney(5, 'CNY'), writeMoney(-5, 'CNY'), writeMoney(500, 'JPY'), writeMoney(1, 'KWD')]).toEqual([
    '0.05',
    '-0.05',
    '500',
    '0.001',
  ]);
  expect(refused(() => readMoney('1.001', 'CNY', '$.a'))).toMatch(/\$\.a: CNY has 2 decimal places/);
  expect(refused(() => readMoney('90071992547409.93', 'CNY', '$.a'))).toMatch(/too large/);
  expect(refused(() => readMoney('1e3', 'CNY', '$.a'))).toMatch(/not an amount/);
  expect(refused(() => readMoney('1', 'constructor', '$.a'))).toMatch(/not known/);
});

test('halves are rounded away from zero', () => {
  expect([divideRounded(5n, 10n), divideRounded(-5n, 10n), divideRounded(4n, 10n), divideRounded(15n, -10n)]).toEqual([
    1n,
    -1n,
    0n,
    -2n,
  ]);
  expect(rescale(readDecimal('1.005') ?? { units: 0n, scale: 0 }, 2)).toBe(101n);
});

test('a conversion is rounded once, to the digits of the other currency', () => {
  const rate = (text: string) => readDecimal(text) ?? { units: 0n, scale: 0 };
  expect(convertMinor(100_000, 'JPY', 'CNY', rate('0.04593'))).toBe(459_300);
  expect(convertMinor(10_050, 'USD', 'JPY', rate('154.3'))).toBe(15_507);
});

describe('a split by largest remainder', () => {
  test('gives the odd units to the largest remainders, ties to the lower id', () => {
    const thirds = splitByLargestRemainder(100, [
      { id: 'b', weight: 1n },
      { id: 'a', weight: 1n },
      { id: 'c', weight: 1n },
    ]);
    expect(Object.fromEntries(thirds)).toEqual({ a: 34, b: 33, c: 33 });
    expect(
      explainSplit(100, [
        { id: 'x', weight: 1n },
        { id: 'y', weight: 2n },
      ]),
    ).toMatchObject([
      { id: 'x', amountMinor: 33, numerator: 100n, denominator: 3n, floor: 33n, rest: 1n, rank: 2, extraUnit: false },
      { id: 'y', amountMinor: 67, floor: 66n, rest: 2n, rank: 1, extraUnit: true },
    ]);
  });

  test('never loses a unit, and no share is a whole unit off', () => {
    const parts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 18n }), { minLength: 1, maxLength: 40 });
    const amount = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
    const run = fc.property(amount, parts, (amountMinor, weights) => {
      const shares = explainSplit(
        amountMinor,
        weights.map((weight, at) => ({ id: `p${at}`, weight })),
      );
      expect(sum(shares.map((share) => share.amountMinor))).toBe(amountMinor);
      for (const share of shares) {
        const off = BigInt(share.amountMinor) * share.denominator - share.numerator;
        expect(off < share.denominator && off > -share.denominator).toBe(true);
        expect(Object.is(share.amountMinor, -0)).toBe(false);
      }
    });
    fc.assert(run, { numRuns: 300 });
  });
});
