import { expect, test } from 'vitest';
import { lineInput, orderInput } from '../../tests/support/orders.js';
import { HubError, toProblem } from '../errors/hub-error.js';
import { readOrderInput } from './validate-input.js';

const refused = (body: unknown): HubError => {
  try {
    readOrderInput(body);
  } catch (error) {
    if (error instanceof HubError) return error;
  }
  throw new Error('was not refused');
};

test('an order passes unchanged', () => {
  const body = orderInput();
  expect(readOrderInput(body)).toBe(body);
});

test('every fault of shape is named with its place, in both languages', () => {
  const { ref: _, ...withoutRef } = lineInput();
  const error = refused({
    ...orderInput({ lines: [{ ...withoutRef, quantity: 'ten' } as never] }),
    colour: 'red',
    orderDate: '2026-02-30',
  });
  const paths = error.issues.map((issue) => issue.path).sort();
  expect(error.code).toBe('ORDER_INVALID');
  expect(paths).toEqual(['$.colour', '$.lines[0].quantity', '$.lines[0].ref', '$.orderDate']);
  expect(error.issues).toContainEqual({ path: '$.lines[0].ref', why: 'is missing', whyZh: '缺失' });
  expect(toProblem(error).titleZh).toMatch(/订单字段/);
});

test.each([null, [], 'order', 5])('%j is no order', (body) => {
  expect(refused(body).issues).toHaveLength(1);
});

test('money as a number is refused: it went through a double', () => {
  const lines = [{ ...lineInput(), unitPrice: 10.5 } as never];
  expect(refused(orderInput({ lines })).issues.map((issue) => issue.path)).toEqual(['$.lines[0].unitPrice']);
});
