import { expect, test } from 'vitest';
import type { Period } from '../api/books-types';
import { hasEnded, periodState, progressOf } from './period';

const period = (change: Partial<Period> = {}): Period => ({
  period: '2026-10',
  state: 'open',
  numbers: 4,
  reserved: 0,
  ...change,
});
const asked = { by: '赵敏', at: '2026-11-02T01:00:00Z' };

test('a close that was asked for counts as closing until it is done', () => {
  expect(periodState(period())).toBe('open');
  expect(periodState(period({ closeAsked: asked }))).toBe('closing');
  expect(periodState(period({ state: 'closed', closeAsked: asked }))).toBe('closed');
});

test.each([
  [period(), undefined],
  [period({ progress: { total: 4, due: 3, blockers: [] } }), 0.25],
  [period({ progress: { total: 0, due: 0, blockers: [] } }), 1],
  [period({ state: 'closed', progress: { total: 4, due: 4, blockers: [] } }), 1],
])('progress of %o', (given, expected) => {
  expect(progressOf(given)).toBe(expected);
});

test('a month can be closed from its next month on', () => {
  expect(hasEnded('2026-10', '2026-11-01')).toBe(true);
  expect(hasEnded('2026-11', '2026-11-30')).toBe(false);
  expect(hasEnded('2026-12', '2027-01-01')).toBe(true);
});
