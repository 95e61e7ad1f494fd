import { describe, expect, test } from 'vitest';
import type { PlanStep } from '../api/fulfilment-types';
import { isOverdue, isReportable, less, summarisePlan } from './plan';

const step = (action: string, change: Partial<PlanStep> = {}): PlanStep => ({
  stepId: `1-${action}`,
  lineId: 'l1',
  lineNo: 1,
  action,
  after: [],
  quantity: '10',
  done: '0',
  state: 'waiting',
  passesControl: false,
  evidence: [],
  ...change,
});

test.each([
  ['ready', '2026-11-24', true],
  ['waiting', '2026-11-24', true],
  ['ready', '2026-11-25', false],
  ['done', '2026-11-24', false],
  ['cancelled', '2026-11-24', false],
] as const)('a step that is %s and due %s is overdue on the 25th: %s', (state, dueDate, expected) => {
  expect(isOverdue({ state, dueDate }, '2026-11-25')).toBe(expected);
});

test('a step without a due date is never overdue', () => {
  expect(isOverdue({ state: 'ready' }, '9999-12-31')).toBe(false);
});

test.each([
  [{ state: 'ready', role: 'production' }, true],
  [{ state: 'ready' }, false],
  [{ state: 'waiting', role: 'production' }, false],
  [{ state: 'ready', role: 'production', done: '10.0' }, false],
] as const)('a person may report %o: %s', (change, expected) => {
  expect(isReportable(step('install', change))).toBe(expected);
});

describe('a plan in a sentence', () => {
  test('counts what is wanted and names the ready step before waiting ones', () => {
    const plan = [
      step('reserve', { state: 'done' }),
      step('install', { dueDate: '2026-11-01' }),
      step('ship', { state: 'ready' }),
      step('accept', { state: 'cancelled', dueDate: '2026-11-01' }),
    ];
    expect(summarisePlan(plan, '2026-11-25')).toMatchObject({
      total: 3,
      done: 1,
      overdue: 1,
      next: { action: 'ship' },
    });
  });

  test('has no next step when all is done', () => {
    expect(summarisePlan([step('ship', { state: 'done' })], '2026-11-25')).toEqual({ total: 1, done: 1, overdue: 0 });
  });
});

test.each([
  ['10', '3', '7'],
  ['0.1', '0.30', '-0.20'],
  ['5', '-5', '10'],
])('%s less %s is %s', (a, b, expected) => {
  expect(less(a, b)).toBe(expected);
});
