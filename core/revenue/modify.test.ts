import { describe, expect, test } from 'vitest';
import { catalogue, chart, lineInput, normaliseContext, orderInput } from '../../tests/support/orders.js';
import { normaliseOrder } from '../order/normalise.js';
import type { LineQuantities, OrderContent } from '../order/order.js';
import type { OrderLineInput } from '../order/schema.js';
import { applyFact } from './apply-fact.js';
import type { RevenueContract } from './contract.js';
import type { RevenueFact } from './facts.js';
import { type JournalEntry, presentJournal } from './journal.js';
import { openContract } from './open-contract.js';
import { presentContract } from './present-contract.js';

const context = { chart, catalogue, booking: { date: '2027-12-31', period: '2027-12' } };
const booked = (journal: JournalEntry | undefined): string[] =>
  journal === undefined
    ? []
    : presentJournal(journal).lines.map(
        (l) => `${l.side === 'debit' ? 'Dr' : 'Cr'} ${l.code} ${l.amount}${l.lineId ? ` ${l.lineId}` : ''}`,
      );

/** An order that is amended step by step, and its contract. */
function order(...lines: OrderLineInput[]) {
  const names = normaliseContext();
  let content: OrderContent = normaliseOrder(orderInput({ lines }), names);
  let contract: RevenueContract = openContract({ orderId: 'o', orderNumber: 'SO-1', content }, catalogue);
  const tell = (fact: RevenueFact) => {
    const applied = applyFact(contract, fact, context);
    contract = applied.contract;
    return applied.journal;
  };
  return {
    contract: () => contract,
    delivered: (lineId: string, quantity: string, date = '2027-01-01') =>
      tell({ kind: 'delivered', id: `D-${contract.version}`, date, lines: [{ lineId, quantity }] }),
    returned: (lineId: string, quantity: string, date = '2027-01-01') =>
      tell({ kind: 'returned', id: `R-${contract.version}`, date, lines: [{ lineId, quantity }] }),
    through: (day: string) => tell({ kind: 'period', id: day, through: day }),
    add: (date: string, line: OrderLineInput) => {
      const { lines: added } = normaliseOrder(orderInput({ lines: [line] }), names);
      content = { ...content, lines: [...content.lines, ...added] };
      return tell({ kind: 'modified', id: `A-${contract.version}`, date, content });
    },
    reduce: (date: string, lineId: string, change: Partial<LineQuantities>) => {
      const amended = content.lines.map((l) =>
        l.lineId === lineId ? { ...l, quantities: { ...l.quantities, ...change } } : l,
      );
      content = { ...content, lines: amended };
      return tell({ kind: 'modified', id: `A-${contract.version}`, date, content });
    },
  };
}

const gateway = (quantity: string, unitPrice: string, ref = 'L1') => lineInput({ ref, quantity, unitPrice });
const saas = (quantity: string, unitPrice: string, termStart: string, termEnd: string, ref = 'L1') =>
  lineInput({
    ref,
    product: 'SAAS-PRO',
    taxRate: '0.06',
    quantity,
    unitPrice,
    listPrice: unitPrice,
    termStart,
    termEnd,
  });

describe('added lines', () => {
  test('at their stand-alone price, less 5 %, are a contract of their own (IFRS 15.20, Example 5 Case A)', () => {
    const o = order(gateway('120', '10000.00'));
    o.delivered('line-01', '60');
    const journal = o.add('2027-02-01', gateway('30', '11400.00', 'L2'));
    expect(booked(journal)).toEqual(['Dr 1122 386460.00', 'Cr 2221.10 44460.00', 'Cr 2204 342000.00']);
    expect(o.contract().modifications).toEqual([
      {
        id: 'A-2',
        date: '2027-02-01',
        treatment: 'separate',
        paragraph: 'IFRS 15.20 / ASC 606-10-25-12',
        lineIds: ['line-02'],
        changeMinor: 34_200_000,
        remainingMinor: 34_200_000,
      },
    ]);
    expect(o.contract().obligations.map((x) => x.allocatedMinor)).toEqual([120_000_000, 34_200_000]);
    expect(booked(o.delivered('line-01', '1'))).toContain('Cr 6001.01 10000.00 line-01');
    expect(booked(o.delivered('line-02', '1'))).toContain('Cr 6001.01 11400.00 line-02');
  });

  test('below that join what is left: its price and theirs are blended (IFRS 15.21(a))', () => {
    const o = order(gateway('120', '10000.00'));
    o.delivered('line-01', '60');
    o.add('2027-02-01', gateway('30', '8000.00', 'L2'));
    // 60 x 10,000.00 + 30 x 8,000.00 = 840,000.00 for 90 units: 9,333.33 each; what was recognised stays.
    expect(o.contract()).toMatchObject({ recognisedMinor: 60_000_000, transactionPriceMinor: 144_000_000 });
    expect(o.contract().modifications).toMatchObject([
      { treatment: 'prospective', changeMinor: 24_000_000, remainingMinor: 84_000_000 },
    ]);
    expect(booked(o.delivered('line-01', '60'))).toContain('Cr 6001.01 560000.00 line-01');
    expect(booked(o.delivered('line-02', '30'))).toContain('Cr 6001.01 280000.00 line-02');
    expect(presentContract(o.contract()).obligations[0]?.explain).toMatchObject({
      formula: '600000.00 + 840000.00 × 720000.00 ÷ 1080000.00',
      paragraph: 'IFRS 15.21(a) / ASC 606-10-25-13(a)',
    });
  });

  test('a renewal at a lower price blends with the year that is left, by days (after IFRS 15 Example 7)', () => {
    const o = order(saas('10', '6000.00', '2025-01-01', '2027-12-31'));
    o.delivered('line-01', '10', '2025-01-01');
    o.through('2026-12-31');
    expect(o.contract().recognisedMinor).toBe(4_000_000);
    o.add('2027-01-01', saas('10', '8000.00', '2028-01-01', '2030-12-31', 'L2'));
    o.delivered('line-02', '10', '2027-01-01');
    // 20,000.00 left and 80,000.00 added are 100,000.00 for four years of one price.
    expect(o.contract().obligations.map((x) => x.allocatedMinor)).toEqual([6_500_000, 7_500_000]);
    const years = ['2027', '2028', '2029', '2030'].map((year) => {
      const before = o.contract().recognisedMinor;
      o.through(`${year}-12-31`);
      return o.contract().recognisedMinor - before;
    });
    expect(years[0]).toBe(2_500_000);
    expect(years.slice(1).reduce((a, b) => a + b, 0)).toBe(7_500_000);
    expect(o.contract()).toMatchObject({ status: 'satisfied', contractLiability: { minor: 0 } });
  });
});

describe('less is wanted', () => {
  test('undelivered units are credited in red letters; the rest keeps its price', () => {
    const o = order(gateway('10', '10000.00'));
    o.delivered('line-01', '4');
    expect(booked(o.reduce('2027-02-01', 'line-01', { cancelled: '2' }))).toEqual([
      'Dr 1122 -22600.00',
      'Cr 2221.10 -2600.00',
      'Cr 2204 -20000.00',
    ]);
    expect(o.contract()).toMatchObject({ transactionPriceMinor: 8_000_000, recognisedMinor: 4_000_000 });
    expect(() => o.delivered('line-01', '5')).toThrow(/only 4 are left/);
    o.delivered('line-01', '4');
    expect(o.contract()).toMatchObject({ status: 'satisfied', recognisedMinor: 8_000_000 });
  });

  test('seats that end on a day are credited from that day on; the days before stay', () => {
    const o = order(saas('10', '3650.00', '2027-01-01', '2027-12-31'));
    o.delivered('line-01', '10');
    o.through('2027-01-31');
    // Four seats for 306 days at 10.00 a day.
    expect(booked(o.reduce('2027-03-01', 'line-01', { returned: '4' }))).toEqual([
      'Dr 1122 -12974.40',
      'Cr 2221.10 -734.40',
      'Cr 2204 -12240.00',
    ]);
    o.through('2027-02-28');
    expect(o.contract().recognisedMinor).toBe(590_000);
    o.through('2027-12-31');
    expect(o.contract()).toMatchObject({
      status: 'satisfied',
      recognisedMinor: 2_426_000,
      transactionPriceMinor: 2_426_000,
    });
  });

  test('seats that ended in a closed month: revenue of the days after is taken back', () => {
    const o = order(saas('10', '3650.00', '2027-01-01', '2027-12-31'));
    o.delivered('line-01', '10');
    o.through('2027-03-31');
    expect(booked(o.returned('line-01', '10', '2027-03-11'))).toEqual([
      'Dr 1122 -31376.00',
      'Cr 6001.03 -2100.00 line-01',
      'Cr 2221.01.02 -126.00 line-01',
      'Cr 2221.10 -1650.00',
      'Cr 2204 -27500.00',
    ]);
    expect(o.contract()).toMatchObject({ status: 'satisfied', recognisedMinor: 690_000 });
  });

  test('more than is there is refused and changes nothing', () => {
    const o = order(gateway('10', '10000.00'));
    o.delivered('line-01', '4');
    const before = o.contract();
    expect(() => o.returned('line-01', '4.5')).toThrow(/only 4 are delivered and not returned/);
    expect(() => o.reduce('2027-02-01', 'line-01', { cancelled: '7' })).toThrow(/only 6 are left to cancel/);
    expect(o.contract()).toBe(before);
  });
});

describe('goods come back', () => {
  test('revenue, VAT and receivable of their units are taken back in red letters', () => {
    const o = order(gateway('10', '10000.00'));
    o.delivered('line-01', '10');
    expect(booked(o.returned('line-01', '3'))).toEqual([
      'Dr 1122 -33900.00',
      'Cr 6001.01 -30000.00 line-01',
      'Cr 2221.01.02 -3900.00 line-01',
    ]);
    expect(o.contract()).toMatchObject({
      status: 'satisfied',
      transactionPriceMinor: 7_000_000,
      recognisedMinor: 7_000_000,
    });
  });

  test('from a bundle: the discount that went with them is shared by what is kept (IFRS 15.88)', () => {
    // Allocated 7,500.00 a gateway and 5,000.00 for the training; afterwards 12,000.00 is shared 12 : 8.
    const training = lineInput({
      ref: 'L2',
      product: 'TRN-ADMIN',
      taxRate: '0.06',
      quantity: '1',
      unitPrice: '4000.00',
    });
    const o = order(gateway('2', '8000.00'), training);
    o.delivered('line-01', '2');
    o.delivered('line-02', '1');
    expect(booked(o.returned('line-01', '1'))).toEqual([
      'Dr 1122 -9040.00',
      'Cr 6001.01 -7800.00 line-01',
      'Cr 2221.01.02 -1040.00 line-01',
      'Cr 6001.05 -200.00 line-02',
    ]);
    expect(o.contract().obligations.map((x) => x.recognisedMinor)).toEqual([720_000, 480_000]);
    expect(o.contract().modifications).toMatchObject([{ treatment: 'catch-up', changeMinor: -800_000 }]);
  });
});

test('a late fact is booked where the context says and keeps its own date', () => {
  const o = order(gateway('1', '10000.00'));
  expect(o.delivered('line-01', '1', '2027-03-05')).toMatchObject({
    date: '2027-12-31',
    period: '2027-12',
    factDate: '2027-03-05',
  });
});

test('the hub bills a line added after it billed the others; a line that is not billed waits with them', () => {
  const o = order(gateway('1', '10000.00'));
  expect(o.add('2027-02-01', gateway('1', '12000.00', 'L2'))).toBeUndefined();
  expect(booked(o.delivered('line-01', '1'))[0]).toBe('Dr 1122 24860.00');
});
