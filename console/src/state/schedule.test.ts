import { expect, test } from 'vitest';
import type { PlannedMonth } from '../api/books-types';
import { monthRows, scheduledOf } from './schedule';

const of = (...months: PlannedMonth[]) => ({ schedule: { performed: '0.00', unscheduled: '0.00', months } });
const month = (period: string, amount: string, recognised = false): PlannedMonth => ({ period, amount, recognised });

test('months of several obligations are added up, the recognised part apart, oldest first', () => {
  const rows = monthRows([
    of(month('2026-12', '100.10'), month('2026-11', '30.00', true), month('2026-11', '20.00')),
    of(month('2026-11', '0.05', true)),
    {},
  ]);
  expect(rows).toMatchObject([
    { period: '2026-11', planned: '50.05', recognised: '30.05' },
    { period: '2026-12', planned: '100.10', recognised: '0' },
  ]);
});

test('bars are parts of the largest month; what is taken back draws nothing', () => {
  const rows = monthRows([
    of(month('2026-11', '-10.00', true), month('2026-12', '40.00', true), month('2027-01', '10.00')),
  ]);
  expect(rows.map((r) => [r.plannedWidth, r.recognisedWidth])).toEqual([
    [0, 0],
    [100, 100],
    [25, 0],
  ]);
});

test('nothing over time, no rows', () => {
  expect(monthRows([of(), {}])).toEqual([]);
});

test('only obligations with months are served over time', () => {
  const served = of(month('2026-11', '1.00'));
  expect(scheduledOf([of(), served, {}])).toEqual([served]);
});
