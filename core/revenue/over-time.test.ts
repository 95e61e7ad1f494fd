import { describe, expect, test } from 'vitest';
import { catalogue, chart, lineInput, orderContent } from '../../tests/support/orders.js';
import type { OrderContent } from '../order/order.js';
import { applyFact } from './apply-fact.js';
import type { RevenueContract } from './contract.js';
import type { RevenueFact } from './facts.js';
import { type JournalEntry, presentJournal } from './journal.js';
import { type ExternalBilling, openContract } from './open-contract.js';
import { presentContract } from './present-contract.js';

const context = { chart, catalogue, booking: { date: '2027-12-31', period: '2027-12' } };
const booked = (journal: JournalEntry | undefined): string[] =>
  journal === undefined
    ? []
    : presentJournal(journal).lines.map(
        (l) => `${l.side === 'debit' ? 'Dr' : 'Cr'} ${l.code} ${l.amount}${l.lineId ? ` ${l.lineId}` : ''}`,
      );

/** Ten seats for 2027 at 3,600.00, which is their stand-alone price. */
const seats = lineInput({
  product: 'SAAS-PRO',
  taxRate: '0.06',
  quantity: '10',
  unitPrice: '3600.00',
  listPrice: '3600.00',
  termStart: '2027-01-01',
  termEnd: '2027-12-31',
});

function play(content: OrderContent, facts: readonly RevenueFact[], external: ExternalBilling = {}) {
  let contract: RevenueContract = openContract({ orderId: 'o', orderNumber: 'SO-1', content }, catalogue, external);
  const journals: (JournalEntry | undefined)[] = [];
  for (const fact of facts) {
    const applied = applyFact(contract, fact, context);
    contract = applied.contract;
    journals.push(applied.journal);
  }
  return { contract, journals, last: booked(journals.at(-1)) };
}
const activated = (quantity: string, date = '2027-01-01', id = 'D-1'): RevenueFact => ({
  kind: 'delivered',
  id,
  date,
  lines: [{ lineId: 'line-01', quantity }],
});
const through = (day: string): RevenueFact => ({ kind: 'period', id: `P-${day}`, through: day });
const refused = (code: string, why: RegExp) => expect.objectContaining({ code, message: expect.stringMatching(why) });

describe('time recognises', () => {
  const content = orderContent({ lines: [seats] });

  test('a month is 31 of 365 days of the price and of its VAT', () => {
    const { contract, journals, last } = play(content, [activated('10'), through('2027-01-31')]);
    expect(last).toEqual([
      'Dr 2204 3057.53',
      'Dr 2221.10 183.45',
      'Cr 6001.03 3057.53 line-01',
      'Cr 2221.01.02 183.45 line-01',
    ]);
    expect(journals[1]).toMatchObject({
      key: 'J-SO-1-P202701',
      cause: { kind: 'period', id: 'P-2027-01-31' },
      factDate: '2027-01-31',
      date: '2027-12-31',
      period: '2027-12',
    });
    expect(contract).toMatchObject({ recognisedMinor: 305_753, nextDue: '2027-02', recognisedThrough: '2027-01-31' });
  });

  test('an earlier day changes nothing at all; a part of a month has a key of its own', () => {
    const { contract, journals } = play(content, [activated('10'), through('2027-02-14')]);
    expect(journals[1]?.key).toBe('J-SO-1-P20270214');
    expect(applyFact(contract, through('2027-01-31'), context)).toEqual({ contract, journal: undefined });
  });

  test('seats that started late are caught up by the next period, the last period ends it', () => {
    const facts = [activated('4'), through('2027-03-31'), activated('6', '2027-02-01', 'D-2')];
    const late = play(content, facts);
    expect(late.last).toEqual([]);
    expect(late.contract.nextDue).toBe('2027-02');
    const end = play(content, [...facts, through('2027-12-31')]).contract;
    expect(end).toMatchObject({
      status: 'satisfied',
      recognisedMinor: 3_600_000,
      contractLiability: { minor: 0, baseMinor: 0 },
      pendingVat: { minor: 0, baseMinor: 0 },
    });
    expect(end.nextDue).toBeUndefined();
  });

  test('the schedule is shown with what it comes from', () => {
    const { contract } = play(content, [activated('5'), through('2027-01-31')]);
    const [obligation] = presentContract(contract).obligations;
    expect(obligation?.schedule).toMatchObject({
      performed: '0.00',
      unscheduled: '18000.00',
      segments: [
        { from: '2027-01-01', to: '2027-12-31', units: '5', amount: '18000.00', recognisedThrough: '2027-01-31' },
      ],
    });
    expect(obligation?.schedule?.months).toHaveLength(12);
    expect(obligation?.schedule?.months.slice(0, 2)).toEqual([
      { period: '2027-01', amount: '1528.77', recognised: true },
      { period: '2027-02', amount: '1380.82', recognised: false },
    ]);
  });
});

describe('another system bills', () => {
  const external = { kinds: ['subscription'] } as const;
  const content = orderContent({ lines: [seats] });
  const invoice = (netMinor: number, taxMinor: number, credit = false): RevenueFact => ({
    kind: 'invoiced',
    id: credit ? 'CN-1' : 'INV-1',
    date: '2027-02-01',
    credit,
    lines: [{ lineId: 'line-01', netMinor, taxMinor }],
  });

  test('service before the invoice is a contract asset; the invoice turns it into a receivable', () => {
    const facts = [activated('10'), through('2027-01-31')];
    const served = play(content, facts, external);
    expect(served.last).toEqual(['Dr 1473 3057.53', 'Cr 6001.03 3057.53 line-01']);
    const billed = play(content, [...facts, invoice(900_000, 54_000)], external);
    expect(billed.last).toEqual([
      'Dr 1122 9540.00',
      'Cr 2221.01.02 183.45 line-01',
      'Cr 2221.10 356.55',
      'Cr 2204 5942.47',
      'Cr 1473 3057.53',
    ]);
    expect(billed.contract).toMatchObject({
      contractAsset: { minor: 0, baseMinor: 0 },
      contractLiability: { minor: 594_247 },
    });
  });

  test('a credit note is in red letters, and never exceeds the invoices', () => {
    const facts = [activated('10'), invoice(900_000, 54_000)];
    expect(play(content, [...facts, invoice(100_000, 6000, true)], external).last).toEqual([
      'Dr 1122 -1060.00',
      'Cr 2221.10 -60.00',
      'Cr 2204 -1000.00',
    ]);
    expect(() => play(content, [...facts, invoice(900_001, 0, true)], external)).toThrow(
      refused('REVENUE_FACT_REFUSED', /CN-1 .* line line-01 would be credited beyond its invoices/),
    );
  });

  test('an invoice for a line that the hub bills is refused', () => {
    expect(() => play(content, [invoice(1, 0)])).toThrow(refused('REVENUE_FACT_REFUSED', /the hub bills line line-01/));
  });

  test('two products, payment due after both (IFRS 15 Example 39): asset first, receivable on the invoice', () => {
    const lines = [
      lineInput({ quantity: '1', unitPrice: '400.00', product: 'SVC-IMPL', taxRate: '0.06' }),
      lineInput({ ref: 'L2', quantity: '1.5', unitPrice: '400.00', product: 'SVC-IMPL', taxRate: '0.06' }),
    ];
    const invoiced: RevenueFact = {
      kind: 'invoiced',
      id: 'INV-1',
      date: '2027-02-01',
      credit: false,
      lines: [
        { lineId: 'line-01', netMinor: 40_000, taxMinor: 0 },
        { lineId: 'line-02', netMinor: 60_000, taxMinor: 0 },
      ],
    };
    const b: RevenueFact = {
      kind: 'delivered',
      id: 'B',
      date: '2027-02-01',
      lines: [{ lineId: 'line-02', quantity: '1.5' }],
    };
    const facts = [activated('1'), b, invoiced];
    const { journals, contract } = play(orderContent({ lines }), facts, { lineIds: ['line-01', 'line-02'] });
    expect(journals.map(booked)).toEqual([
      ['Dr 1473 400.00', 'Cr 6001.04 400.00 line-01'],
      ['Dr 1473 600.00', 'Cr 6001.04 600.00 line-02'],
      ['Dr 1122 1000.00', 'Cr 1473 1000.00'],
    ]);
    expect(contract.status).toBe('satisfied');
  });
});
