import { describe, expect, test } from 'vitest';
import { catalogue, chart, lineInput, orderContent } from '../../tests/support/orders.js';
import { applyFact } from './apply-fact.js';
import type { RevenueContract } from './contract.js';
import { assertBalanced, type JournalEntry, presentJournal, reverse } from './journal.js';
import { openContract } from './open-contract.js';

const context = { chart, catalogue, booking: { date: '2026-11-30', period: '2026-11' } };

const contractOf = (change: Parameters<typeof orderContent>[0]): RevenueContract =>
  openContract({ orderId: 'o', orderNumber: 'SO-1', content: orderContent(change) }, catalogue);
const deliver = (contract: RevenueContract, id: string, ...lines: [lineId: string, quantity: string][]) =>
  applyFact(
    contract,
    { kind: 'delivered', id, date: '2026-11-30', lines: lines.map(([lineId, quantity]) => ({ lineId, quantity })) },
    context,
  );
const booked = (journal: JournalEntry | undefined): string[] =>
  journal === undefined
    ? []
    : presentJournal(journal).lines.map(
        (l) => `${l.side === 'debit' ? 'Dr' : 'Cr'} ${l.code} ${l.amount}${l.lineId ? ` ${l.lineId}` : ''}`,
      );

// Gateways at 1,000.00 under list; the training is sold at half price. Net 20,000.00; stand-alone 24,000.00 + 8,000.00.
const bundle = {
  lines: [
    lineInput({ quantity: '2', unitPrice: '8000.00' }),
    lineInput({
      ref: 'L2',
      product: 'TRN-ADMIN',
      taxRate: '0.06',
      quantity: '1',
      unitPrice: '4000.00',
      listPrice: '8000.00',
    }),
  ],
};

describe('a delivery is booked', () => {
  test('nothing at acceptance; the first delivery bills the whole contract', () => {
    const opened = contractOf(bundle);
    expect(opened).toMatchObject({
      status: 'open',
      version: 1,
      receivable: { minor: 0 },
      contractLiability: { minor: 0 },
    });
    const { contract, journal } = deliver(opened, 'D-1', ['line-01', '1']);
    // Allocated 15,000.00 and 5,000.00; VAT 2,080.00 and 240.00.
    expect(booked(journal)).toEqual([
      'Dr 1122 22320.00',
      'Cr 6001.01 7500.00 line-01',
      'Cr 2221.01.02 1040.00 line-01',
      'Cr 2221.10 1280.00',
      'Cr 2204 12500.00',
    ]);
    expect(journal).toMatchObject({
      key: 'J-SO-1-D-1',
      period: '2026-11',
      contractId: 'RC-SO-1',
      cause: { kind: 'delivered', id: 'D-1' },
    });
    expect(contract).toMatchObject({
      status: 'performing',
      version: 2,
      receivable: { minor: 2_232_000 },
      contractLiability: { minor: 1_250_000 },
    });
  });

  test('later deliveries turn liability and pending VAT into revenue and output VAT, to zero', () => {
    const first = deliver(contractOf(bundle), 'D-1', ['line-01', '1']).contract;
    const second = deliver(first, 'D-2', ['line-01', '1'], ['line-02', '1']);
    expect(booked(second.journal)).toEqual([
      'Dr 2204 12500.00',
      'Dr 2221.10 1280.00',
      'Cr 6001.01 7500.00 line-01',
      'Cr 2221.01.02 1040.00 line-01',
      'Cr 6001.05 5000.00 line-02',
      'Cr 2221.01.02 240.00 line-02',
    ]);
    expect(second.contract).toMatchObject({
      status: 'satisfied',
      contractLiability: { minor: 0, baseMinor: 0 },
      pendingVat: { minor: 0, baseMinor: 0 },
    });
  });

  test('thirds are rounded cumulatively: nothing is left over', () => {
    let contract = contractOf({ lines: [lineInput({ quantity: '3', unitPrice: '33.3333', listPrice: '33.3333' })] });
    const revenue: string[] = [];
    for (const id of ['D-1', 'D-2', 'D-3']) {
      const step = deliver(contract, id, ['line-01', '1']);
      contract = step.contract;
      revenue.push(...booked(step.journal).filter((line) => line.startsWith('Cr 6001')));
    }
    expect(revenue).toEqual(['Cr 6001.01 33.33 line-01', 'Cr 6001.01 33.34 line-01', 'Cr 6001.01 33.33 line-01']);
  });

  test('a subscription waits for its schedule: opening a tenant bills, and recognises nothing', () => {
    const lines = [
      lineInput({ product: 'SAAS-PRO', taxRate: '0.06', quantity: '10', unitPrice: '3600.00', listPrice: '3600.00' }),
      lineInput({ ref: 'L2', quantity: '1', unitPrice: '12000.00' }),
    ];
    const opened = deliver(contractOf({ lines }), 'D-1', ['line-01', '4']);
    expect(booked(opened.journal)).toEqual(['Dr 1122 51720.00', 'Cr 2221.10 3720.00', 'Cr 2204 48000.00']);
    expect(opened.contract.obligations[0]).toMatchObject({
      deliveredQuantity: '4',
      recognisedMinor: 0,
      taxReleasedMinor: 0,
    });
    expect(() => deliver(opened.contract, 'D-2', ['line-01', '7'])).toThrow(/only 6 are left/);
    const more = deliver(opened.contract, 'D-2', ['line-01', '6']);
    expect(more.journal).toBeUndefined();
    expect(more.contract).toMatchObject({ version: 3, status: 'performing', contractLiability: { minor: 4_800_000 } });
    expect(deliver(more.contract, 'D-3', ['line-02', '1']).contract.status).toBe('performing');
  });

  test('in a foreign currency both currencies balance, and balances are released at the rate they were booked at', () => {
    const usd = { currency: 'USD', lines: [lineInput({ quantity: '3', unitPrice: '0.33', listPrice: '0.33' })] };
    let contract = contractOf(usd);
    const base: number[] = [];
    for (const id of ['D-1', 'D-2', 'D-3']) {
      const step = deliver(contract, id, ['line-01', '1']);
      contract = step.contract;
      base.push(...(step.journal?.lines.filter((l) => l.account === 'receivable').map((l) => l.baseMinor) ?? []));
      if (step.journal !== undefined) assertBalanced(step.journal);
    }
    expect(base).toEqual([795]); // 1.12 USD at 7.0950 = 7.9464
    expect(contract).toMatchObject({
      contractLiability: { minor: 0, baseMinor: 0 },
      pendingVat: { minor: 0, baseMinor: 0 },
    });
  });

  test('a free order moves no amount', () => {
    const free = contractOf({ lines: [lineInput({ unitPrice: '0' })] });
    expect(deliver(free, 'D-1', ['line-01', '10'])).toMatchObject({
      journal: undefined,
      contract: { status: 'satisfied' },
    });
  });
});

describe('a delivery is refused', () => {
  const contract = contractOf(bundle);
  test.each<[string, [string, string][], RegExp]>([
    ['beyond what was ordered', [['line-01', '2.0001']], /only 2 are left to deliver/],
    [
      'beyond it in two lines of one delivery',
      [
        ['line-01', '1'],
        ['line-01', '1.5'],
      ],
      /2\.5 of line line-01: only 2 are left/,
    ],
    ['of an unknown line', [['line-09', '1']], /it is no line of contract RC-SO-1/],
    ['of nothing', [['line-01', '0']], /above zero/],
    ['of less than nothing', [['line-01', '-1']], /above zero/],
  ])('%s', (_, lines, why) => {
    expect(() => deliver(contract, 'D-1', ...lines)).toThrow(
      expect.objectContaining({ code: 'QUANTITY_REFUSED', message: expect.stringMatching(why) }),
    );
  });
});

describe('a journal', () => {
  const journal = deliver(contractOf(bundle), 'D-1', ['line-01', '1']).journal;
  if (journal === undefined) throw new Error('nothing was booked');

  test('that does not balance is refused, in either currency', () => {
    const off = (change: { amountMinor?: number; baseMinor?: number }): JournalEntry => ({
      ...journal,
      lines: journal.lines.map((line, at) => (at === 1 ? { ...line, ...change } : line)),
    });
    expect(() => assertBalanced(off({ amountMinor: 1 }))).toThrow(
      /balancing journal J-SO-1-D-1: debit 22320\.00, credit 14820\.01 in CNY/,
    );
    expect(() => assertBalanced(off({ baseMinor: 1 }))).toThrow(
      expect.objectContaining({ code: 'JOURNAL_UNBALANCED' }),
    );
  });

  test('is reversed in red letters: same accounts and sides, negative amounts, in its own period', () => {
    const red = reverse(journal, 'J-D-1-R', '2026-12-02');
    assertBalanced(red);
    expect(red).toMatchObject({ key: 'J-D-1-R', reverses: 'J-SO-1-D-1', date: '2026-12-02', period: '2026-12' });
    expect(red.lines.map((l) => [l.account, l.side])).toEqual(journal.lines.map((l) => [l.account, l.side]));
    expect(presentJournal(red)).toMatchObject({ debit: '-22320.00', credit: '-22320.00' });
  });

  test('is presented with codes, names and money as text', () => {
    const presented = presentJournal(journal);
    expect(presented).toMatchObject({
      debit: '22320.00',
      credit: '22320.00',
      currency: 'CNY',
      memo: { zh: '订单 SO-1 交付 D-1' },
    });
    expect(presented.lines[0]).toMatchObject({
      account: 'receivable',
      code: '1122',
      name: { zh: '应收账款' },
      side: 'debit',
      baseAmount: '22320.00',
    });
    expect(JSON.parse(JSON.stringify(presented))).toEqual(presented);
  });
});
