import { expect, test } from 'vitest';
import { later, lookBack, readWatermark, writeWatermark } from './watermark.js';

const A = '2026-01-15T09:30:00.000Z';
const B = '2026-01-15T09:31:00.000Z';

test('a watermark is read as it was written', () => {
  for (const mark of [
    { orders: A, lines: B },
    { orders: A, lines: undefined },
    { orders: undefined, lines: B },
  ]) {
    expect(readWatermark(writeWatermark(mark))).toEqual(mark);
  }
});

test.each([undefined, '', 'orders=yesterday', "orders=2026-01-15T09:30:00Z' OR Id != '"])(
  '%s starts from the beginning',
  (text) => expect(readWatermark(text)).toEqual({ orders: undefined, lines: undefined }),
);

test('looks back by the overlap and never moves back', () => {
  expect(lookBack(B, 60_000)).toBe(A);
  expect([later(undefined, A), later(A, B), later(B, A), later(A, undefined)]).toEqual([A, B, B, A]);
});
