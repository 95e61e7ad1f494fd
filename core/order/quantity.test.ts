import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LineQuantities } from './order.js';
import {
  addQuantity,
  cancel,
  compareQuantity,
  deliver,
  freeze,
  openQuantities,
  orderedQuantity,
  putBack,
  readQuantity,
  release,
  returnUnits,
  subtractQuantity,
  thaw,
  writeQuantity,
} from './quantity.js';

const refusal = (why: RegExp) =>
  expect.objectContaining({ code: 'QUANTITY_REFUSED', message: expect.stringMatching(why) });
const thrown = (step: () => unknown): unknown => {
  try {
    return step();
  } catch (error) {
    return error;
  }
};

describe('arithmetic is exact at four decimals', () => {
  test('reads and writes the shortest text', () => {
    expect(['10', '10.0', '2.5000', '0.0001', '100.10', '-1.50'].map((t) => writeQuantity(readQuantity(t) ?? 999n))).toEqual([
      '10', '10', '2.5', '0.0001', '100.1', '-1.5',
    ]); // biome-ignore format: a table reads better in rows
    expect(readQuantity('1.00001')).toBeUndefined();
    expect(readQuantity('1.00000')).toBe(10_000n);
    expect(readQuantity('ten')).toBeUndefined();
  });

  test('adds, subtracts and compares', () => {
    expect(addQuantity('0.1', '0.2')).toBe('0.3');
    expect(subtractQuantity('1', '0.9999')).toBe('0.0001');
    expect(compareQuantity('1.10', '1.1')).toBe(0);
    expect(compareQuantity('9', '10')).toBe(-1);
    expect(thrown(() => addQuantity('1', 'x'))).toEqual(refusal(/no quantity/));
  });
});

describe('units move, and none is made or lost', () => {
  test('a delivery takes what is in fulfilment first, then open units', () => {
    const q = deliver(release(openQuantities('10'), '3'), '5');
    expect(q).toMatchObject({ open: '5', inFulfilment: '0', delivered: '5' });
  });

  test('more than is there is refused, and the quantities stay', () => {
    const q = freeze(openQuantities('10'), '4');
    expect(thrown(() => deliver(q, '6.0001', 'line-01'))).toEqual(
      refusal(/6\.0001 of line line-01: only 6 are open or in fulfilment/),
    );
    expect(q).toMatchObject({ open: '6', frozen: '4' });
    expect(thrown(() => cancel(q, '7'))).toEqual(refusal(/only 6 are open/));
    expect(thrown(() => thaw(q, '5'))).toEqual(refusal(/only 4 are frozen/));
  });

  test.each(['0', '-1', '0.00001', 'x'])('a move of %s is refused', (quantity) => {
    expect(thrown(() => deliver(openQuantities('10'), quantity))).toEqual(refusal(/above zero/));
  });

  test('returned never exceeds delivered', () => {
    const q = returnUnits(deliver(openQuantities('5'), '3'), '2');
    expect(q).toMatchObject({ delivered: '3', returned: '2' });
    expect(thrown(() => returnUnits(q, '1.5'))).toEqual(refusal(/only 1 are delivered and not returned/));
  });

  test('ordered = open + frozen + in fulfilment + delivered + cancelled, after any moves', () => {
    const moves = [release, deliver, putBack, freeze, thaw, cancel, returnUnits];
    const step = fc.record({ move: fc.constantFrom(...moves), units: fc.bigInt({ min: 1n, max: 60_000n }) });
    const run = fc.property(
      fc.bigInt({ min: 1n, max: 100_000n }),
      fc.array(step, { maxLength: 30 }),
      (ordered, steps) => {
        let q: LineQuantities = openQuantities(writeQuantity(ordered));
        for (const { move, units } of steps) {
          try {
            q = move(q, writeQuantity(units));
          } catch (error) {
            expect(error).toEqual(refusal(/only/));
          }
          expect(orderedQuantity(q)).toBe(writeQuantity(ordered));
          expect(compareQuantity(q.returned, q.delivered)).toBeLessThanOrEqual(0);
          for (const bucket of Object.values(q)) expect(compareQuantity(bucket, '0')).toBeGreaterThanOrEqual(0);
        }
      },
    );
    fc.assert(run, { numRuns: 200 });
  });
});
