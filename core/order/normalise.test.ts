import { describe, expect, test } from 'vitest';
import { lineInput, normaliseContext, orderContent, orderInput } from '../../tests/support/orders.js';
import { HubError, type Issue } from '../errors/hub-error.js';
import { normaliseOrder } from './normalise.js';
import { deliver } from './quantity.js';
import type { OrderInput, OrderLineInput } from './schema.js';

const issuesOf = (input: OrderInput, context = normaliseContext()): readonly Issue[] => {
  try {
    normaliseOrder(input, context);
  } catch (error) {
    if (error instanceof HubError && error.code === 'ORDER_INVALID') return error.issues;
    throw error;
  }
  return [];
};
const pathsOf = (input: OrderInput): string[] => issuesOf(input).map((issue) => issue.path);
const withLine = (change: Partial<OrderLineInput>): OrderInput => orderInput({ lines: [lineInput(change)] });

describe('amounts', () => {
  test('are computed without VAT in the price', () => {
    const content = orderContent();
    expect(content).toMatchObject({
      netMinor: 10_800_000,
      taxMinor: 1_404_000,
      grossMinor: 12_204_000,
      seller: 'S-100',
    });
    expect(content.lines[0]).toMatchObject({
      lineId: 'line-01',
      lineNo: 1,
      kind: 'hardware',
      unit: 'Pcs',
      listMinor: 12_000_000,
    });
  });

  test('are computed from gross when VAT is in the price: net and tax add up to it', () => {
    const { lines } = orderContent({
      lines: [lineInput({ quantity: '3', unitPrice: '9.99', listPrice: '11.30', taxIncluded: true })],
    });
    // 29.97 / 1.13 = 26.5221..., 33.90 / 1.13 = 30.00
    expect(lines[0]).toMatchObject({ grossMinor: 2997, netMinor: 2652, taxMinor: 345, listMinor: 3000 });
  });

  test('round half away from zero at the digits of the currency', () => {
    const usd = orderContent({
      currency: 'USD',
      lines: [lineInput({ quantity: '0.5', unitPrice: '0.01', listPrice: '0.03' })],
    });
    expect(usd.lines[0]).toMatchObject({ netMinor: 1, taxMinor: 0, listMinor: 2 });
    const jpy = orderContent({
      currency: 'JPY',
      lines: [lineInput({ quantity: '3', unitPrice: '33.5', listPrice: '40' })],
    });
    expect(jpy.lines[0]).toMatchObject({ netMinor: 101, taxMinor: 13, grossMinor: 114 });
  });

  test('are converted at the rate of the order date', () => {
    const usd = { currency: 'USD', lines: [lineInput({ quantity: '1', unitPrice: '1700.00', listPrice: '1700.00' })] };
    expect(orderContent(usd)).toMatchObject({ grossMinor: 192_100, rate: '7.0950', baseGrossMinor: 1_362_950 });
    expect(orderContent({ ...usd, orderDate: '2026-10-31' })).toMatchObject({ rate: '7.0885' });
    const early = orderContent({ ...usd, orderDate: '2020-01-01' });
    expect(early).not.toHaveProperty('rate');
    expect(early).not.toHaveProperty('baseGrossMinor');
    const yen = orderContent({
      currency: 'JPY',
      lines: [lineInput({ quantity: '1', unitPrice: '100000', listPrice: '100000' })],
    });
    expect(yen).toMatchObject({ grossMinor: 113_000, baseGrossMinor: 519_009 });
  });

  test('stated by the source are accepted when they agree, however they are written', () => {
    const lines = [lineInput({ netAmount: '108000', taxAmount: '14040.00', grossAmount: '122040.0' })];
    expect(issuesOf(orderInput({ lines, totals: { net: '108000.00', tax: '14040', gross: '122040.00' } }))).toEqual([]);
  });
});

describe('a bad order is refused with place and reason', () => {
  test('unknown product', () => {
    expect(issuesOf(withLine({ product: 'HW-NOPE' }))).toEqual([
      { path: '$.lines[0].product', why: 'HW-NOPE is not in the catalogue', whyZh: '产品目录中没有 HW-NOPE' },
    ]);
  });

  test('inactive product', () => {
    const context = normaliseContext();
    const gone = {
      ...context.catalogue,
      product: (sku: string) => ({ ...required(context.catalogue.product(sku)), active: false }),
    };
    expect(issuesOf(orderInput(), { ...context, catalogue: gone }).map((i) => i.path)).toEqual(['$.lines[0].product']);
  });

  test.each(['-1', '0', '0.0000', '0.00001', '1.00005'])('quantity %s', (quantity) => {
    expect(pathsOf(withLine({ quantity }))).toEqual(['$.lines[0].quantity']);
  });

  test('quantity 1.50000 has no more than four decimals that count', () => {
    expect(orderContent({ lines: [lineInput({ quantity: '1.50000' })] }).lines[0]?.quantity).toBe('1.5');
  });

  test('unknown currency', () => {
    expect(issuesOf(orderInput({ currency: 'XXX' }))).toEqual([
      { path: '$.currency', why: 'currency XXX is not known', whyZh: '未知币种 XXX' },
    ]);
  });

  test('the same line twice', () => {
    expect(issuesOf(orderInput({ lines: [lineInput(), lineInput()] }))).toEqual([
      { path: '$.lines[1].ref', why: '"L1" is already the ref of line 1', whyZh: '“L1”与第 1 行重复' },
    ]);
  });

  test('unknown parent and a circle of parents', () => {
    expect(pathsOf(withLine({ parent: 'L9' }))).toEqual(['$.lines[0].parent']);
    expect(pathsOf(withLine({ parent: 'L1' }))).toEqual(['$.lines[0].parent']);
    const circle = [lineInput({ parent: 'L2' }), lineInput({ ref: 'L2', parent: 'L1' })];
    expect(pathsOf(orderInput({ lines: circle }))).toEqual(['$.lines[0].parent', '$.lines[1].parent']);
    const tree = [lineInput(), lineInput({ ref: 'L2', parent: 'L1' }), lineInput({ ref: 'L3', parent: 'L2' })];
    expect(pathsOf(orderInput({ lines: tree }))).toEqual([]);
  });

  test('dates out of order', () => {
    const lines = [lineInput({ deliveryDate: '2026-11-17', termStart: '2026-12-01', termEnd: '2026-11-30' })];
    expect(pathsOf(orderInput({ requestedDate: '2026-11-01', lines }))).toEqual([
      '$.requestedDate',
      '$.lines[0].deliveryDate',
      '$.lines[0].termEnd',
    ]);
    const sameDay = [lineInput({ deliveryDate: '2026-11-18', termStart: '2026-01-01', termEnd: '2026-01-01' })];
    expect(pathsOf(orderInput({ requestedDate: '2026-11-18', lines: sameDay }))).toEqual([]);
  });

  test.each(['-1', '100.01'])('discount of %s percent', (percent) => {
    expect(pathsOf(withLine({ discounts: [{ name: 'loyalty', percent }] }))).toEqual([
      '$.lines[0].discounts[0].percent',
    ]);
  });

  test('a tax rate that the product cannot have', () => {
    expect(pathsOf(withLine({ taxRate: '0.06' }))).toEqual(['$.lines[0].taxRate']);
    expect(pathsOf(withLine({ taxRate: '0.130' }))).toEqual([]);
  });

  test('a price below zero', () => {
    expect(pathsOf(withLine({ unitPrice: '-1.00' }))).toEqual(['$.lines[0].unitPrice']);
  });

  test('stated amounts that do not add up, to the cent', () => {
    const lines = [lineInput({ netAmount: '108000.01', taxAmount: '14040.00', grossAmount: '122040.01' })];
    const found = issuesOf(orderInput({ lines, totals: { gross: '122040.01', net: '108000.001' } }));
    expect(found).toEqual([
      {
        path: '$.lines[0].netAmount',
        why: 'says 108000.01, the lines give 108000.00',
        whyZh: '为 108000.01，按行计算为 108000.00',
      },
      {
        path: '$.lines[0].grossAmount',
        why: 'says 122040.01, the lines give 122040.00',
        whyZh: '为 122040.01，按行计算为 122040.00',
      },
      { path: '$.totals.net', why: 'CNY has 2 decimal places', whyZh: 'CNY 只有 2 位小数' },
      {
        path: '$.totals.gross',
        why: 'says 122040.01, the lines give 122040.00',
        whyZh: '为 122040.01，按行计算为 122040.00',
      },
    ]);
  });

  test('amounts that are too large: of a line, and of all lines', () => {
    expect(pathsOf(withLine({ quantity: '999999999', unitPrice: '999999999', listPrice: '1' }))).toEqual([
      '$.lines[0]',
    ]);
    const big = { quantity: '1', unitPrice: '70000000000000', listPrice: '1' };
    expect(pathsOf(orderInput({ lines: [lineInput(big), lineInput({ ...big, ref: 'L2' })] })).length).toBeGreaterThan(
      0,
    );
  });

  test('with every fault at once', () => {
    const lines = [
      lineInput({ quantity: '-2', product: 'NO-1' }),
      lineInput({ taxRate: '0.5', deliveryDate: '2020-01-01' }),
    ];
    expect(pathsOf(orderInput({ lines })).sort()).toEqual([
      '$.lines[0].product',
      '$.lines[0].quantity',
      '$.lines[1].deliveryDate',
      '$.lines[1].ref',
      '$.lines[1].taxRate',
    ]);
  });
});

describe('a changed order', () => {
  const first = orderContent({
    lines: [lineInput(), lineInput({ ref: 'L2', product: 'LIC-PLATFORM', quantity: '1' })],
  });
  const shipped = {
    ...first,
    lines: first.lines.map((line) =>
      line.ref === 'L1' ? { ...line, quantities: deliver(line.quantities, '4') } : line,
    ),
  };

  test('keeps the identity of its lines, whatever their order', () => {
    const lines = [
      lineInput({ ref: 'L3' }),
      lineInput({ ref: 'L2', product: 'LIC-PLATFORM', quantity: '1' }),
      lineInput(),
    ];
    const next = orderContent({ lines }, { previous: first, newLineId: () => 'line-new' });
    expect(next.lines.map((line) => line.lineId)).toEqual(['line-new', 'line-02', 'line-01']);
  });

  test('opens or closes the difference and leaves what was delivered', () => {
    const lines = [lineInput({ quantity: '6' }), lineInput({ ref: 'L2', product: 'LIC-PLATFORM', quantity: '1' })];
    const next = orderContent({ lines }, { previous: shipped });
    expect(next.lines[0]?.quantities).toMatchObject({ open: '2', delivered: '4' });
  });

  test('cannot fall below what was delivered, or drop such a line', () => {
    const less = orderInput({ lines: [lineInput({ quantity: '3' }), lineInput({ ref: 'L2', quantity: '1' })] });
    expect(issuesOf(less, normaliseContext({ previous: shipped })).map((i) => i.path)).toEqual(['$.lines[0].quantity']);
    const gone = orderInput({ lines: [lineInput({ ref: 'L2', quantity: '1' })] });
    expect(issuesOf(gone, normaliseContext({ previous: shipped })).map((i) => i.path)).toEqual(['$.lines']);
  });
});

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('missing');
  return value;
}
