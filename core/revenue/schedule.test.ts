import { describe, expect, test } from 'vitest';
import { cutBefore, monthsOf, recognisedOf, recognisedThrough, type Segment, servedDays } from './schedule.js';

const segment = (change: Partial<Segment>): Segment => ({
  units: '1',
  weight: '100',
  netMinor: 0,
  taxMinor: 0,
  amountMinor: 0,
  from: '2027-01-01',
  to: '2027-12-31',
  batch: 'D-1',
  ...change,
});

describe('even recognition by day', () => {
  test('129.00 over 181 days, cumulative rounding: the months add up where rounding each alone loses 0.01', () => {
    const months = monthsOf([segment({ amountMinor: 12_900, from: '2025-01-21', to: '2025-07-20' })]);
    expect(months.map((m) => m.amountMinor)).toEqual([784, 1996, 2209, 2138, 2209, 2139, 1425]);
    expect(months[0]).toEqual({ period: '2025-01', amountMinor: 784, recognised: false });
  });

  test('300 a year for three years of support paid in advance (IFRS 15 Example 30)', () => {
    const support = [segment({ amountMinor: 30_000, from: '2025-01-01', to: '2027-12-31' })];
    expect(
      ['2024-12-31', '2025-12-31', '2026-12-31', '2027-12-31'].map((day) => recognisedThrough(support, day)),
    ).toEqual([0, 10_000, 20_000, 30_000]);
  });

  test('what is recognised and what is to come are told apart inside a month', () => {
    const half = segment({ amountMinor: 3100, to: '2027-01-31', through: '2027-01-10' });
    expect(recognisedOf(half).amountMinor).toBe(1000);
    expect(monthsOf([half])).toEqual([
      { period: '2027-01', amountMinor: 1000, recognised: true },
      { period: '2027-01', amountMinor: 2100, recognised: false },
    ]);
  });

  test('pieces keep the worth and the recognition of the whole to the minor unit', () => {
    const whole = segment({ amountMinor: 1001, taxMinor: 61, netMinor: 997, through: '2027-05-05' });
    const pieces = cutBefore(whole, ['2027-08-01', '2027-05-06', '2027-01-01', '2028-01-01']);
    expect(pieces.map(({ from, to, through }) => [from, to, through])).toEqual([
      ['2027-01-01', '2027-05-05', '2027-05-05'],
      ['2027-05-06', '2027-07-31', undefined],
      ['2027-08-01', '2027-12-31', undefined],
    ]);
    const total = (pick: (s: Segment) => number): number => pieces.reduce((t, piece) => t + pick(piece), 0);
    expect([total((s) => s.amountMinor), total((s) => s.taxMinor), total((s) => s.netMinor)]).toEqual([1001, 61, 997]);
    expect(total((s) => recognisedOf(s).amountMinor)).toBe(recognisedOf(whole).amountMinor);
  });

  test.each([
    ['before the term', '2026-12-01', { from: '2027-01-01', to: '2027-12-31' }],
    ['inside it', '2027-03-15', { from: '2027-03-15', to: '2027-12-31' }],
    ['after it: everything on that day', '2028-02-01', { from: '2028-02-01', to: '2028-02-01' }],
  ])('units activated %s', (_, day, days) => {
    expect(servedDays({ termStart: '2027-01-01', termEnd: '2027-12-31' }, day)).toEqual(days);
  });

  test('without a term a year is served, leap day or not', () => {
    expect(servedDays({}, '2028-02-29')).toEqual({ from: '2028-02-29', to: '2029-02-28' });
    expect(servedDays({}, '2027-03-01')).toEqual({ from: '2027-03-01', to: '2028-02-29' });
  });
});
