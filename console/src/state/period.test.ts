import { expect, test } from 'vitest';
import type { Period } from '../api/books-types';
import { hasEnded, periodState, progressOf, turnoverOf } from './period';

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

test('the turnover of a closed period is one exact sum in the base currency; an open one has none', () => {
  const account = (baseDebit: string) => ({
    ...{ code: '1122', account: 'receivable', name: { en: 'a', zh: '甲' }, currency: 'USD' },
    ...{ debit: '1.00', credit: '0.00', baseCurrency: 'CNY', baseDebit, baseCredit: '0.00' },
  });
  const totals = { journals: 2, voided: 0, accounts: [account('0.10'), account('0.20')] };
  expect(turnoverOf(period({ state: 'closed', totals }))).toEqual([{ currency: 'CNY', gross: '0.30' }]);
  expect(turnoverOf(period())).toEqual([]);
});
