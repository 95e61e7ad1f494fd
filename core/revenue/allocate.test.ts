import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogue, lineInput, orderContent } from '../../tests/support/orders.js';
import { sum } from '../order/money.js';
import { allocate } from './allocate.js';
import { openContract } from './open-contract.js';
import { presentContract } from './present-contract.js';

const shares = (price: number, weights: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    allocate(
      price,
      Object.entries(weights).map(([id, weight]) => ({ id, weight: BigInt(weight) })),
    ).map((a) => [a.id, a.allocatedMinor]),
  );

describe('published examples, in minor units', () => {
  test.each([
    ['IFRS 15 Example 33: three methods of estimating', 10_000, { A: 50, B: 25, C: 75 }, { A: 3333, B: 1667, C: 5000 }],
    [
      'machine, installation and warranty',
      10_000_000,
      { machine: 75, installation: 14, warranty: 20 },
      { machine: 6_880_734, installation: 1_284_404, warranty: 1_834_862 },
    ],
    [
      'a discount spread over three products (Ind AS 115.81)',
      19_000_000,
      { G: 90, T: 44, M: 66 },
      { G: 8_550_000, T: 4_180_000, M: 6_270_000 },
    ],
    [
      'three support terms of one price',
      720_000,
      { L1: 2592, L2: 2592, L3: 2592 },
      { L1: 240_000, L2: 240_000, L3: 240_000 },
    ],
    [
      'a range with the high point chosen',
      42_000,
      { licence: 184, services: 333 },
      { licence: 14_948, services: 27_052 },
    ],
    ['a premium over the stand-alone prices', 30_000, { A: 50, B: 50 }, { A: 15_000, B: 15_000 }],
  ])('%s', (_, price, weights, expected) => {
    expect(shares(price, weights)).toEqual(expected);
  });
});

test('every figure can be computed again from its explanation', () => {
  const weight = fc.bigInt({ min: 1n, max: 10n ** 24n });
  const run = fc.property(
    fc.integer({ min: 0, max: 10 ** 12 }),
    fc.array(weight, { minLength: 1, maxLength: 30 }),
    (price, weights) => {
      const allocations = allocate(
        price,
        weights.map((w, at) => ({ id: `line-${at}`, weight: w })),
      );
      expect(sum(allocations.map((a) => a.allocatedMinor))).toBe(price);
      for (const { allocatedMinor, explanation: e } of allocations) {
        expect(BigInt(e.numerator)).toBe(BigInt(e.transactionPriceMinor) * BigInt(e.weight));
        expect(e.denominator).toBe(e.totalWeight);
        expect(BigInt(e.numerator) / BigInt(e.denominator)).toBe(BigInt(e.floorMinor));
        expect(allocatedMinor).toBe(Number(e.floorMinor) + (e.extraUnit ? 1 : 0));
      }
      expect(allocations.map((a) => a.explanation.remainderRank).sort((a, b) => a - b)).toEqual(
        weights.map((_, at) => at + 1),
      );
    },
  );
  fc.assert(run, { numRuns: 200 });
});

describe('stand-alone prices of an order', () => {
  const open = (lines: Parameters<typeof orderContent>[0]) =>
    openContract({ orderId: 'o', orderNumber: 'SO-1', content: orderContent(lines) }, catalogue);

  test('price times quantity; a yearly price times the term too', () => {
    const saas = { product: 'SAAS-PRO', taxRate: '0.06', quantity: '10', unitPrice: '1', listPrice: '1' };
    const standAlone = (termStart?: string, termEnd?: string) =>
      open({ lines: [lineInput({ ...saas, ...(termStart && termEnd ? { termStart, termEnd } : {}) })] }).obligations[0]
        ?.standAloneMinor;
    expect(standAlone()).toBe(3_600_000);
    expect(standAlone('2027-01-01', '2027-12-31')).toBe(3_600_000);
    expect(standAlone('2027-01-15', '2030-01-14')).toBe(10_800_000);
    expect(standAlone('2027-01-01', '2027-01-31')).toBe(300_000);
    expect(standAlone('2028-02-01', '2028-02-29')).toBe(300_000);
    expect(standAlone('2027-01-01', '2027-01-10')).toBe(98_630); // 36,000.00 x 10 / 365
  });

  test('an order shows net, stand-alone price, allocation and how it came about', () => {
    const contract = open({
      lines: [
        lineInput({ quantity: '1', unitPrice: '12000.00' }),
        lineInput({
          ref: 'L2',
          product: 'TRN-ADMIN',
          taxRate: '0.06',
          quantity: '1',
          unitPrice: '4000.01',
          listPrice: '8000.00',
        }),
      ],
    });
    const presented = presentContract(contract);
    expect(presented).toMatchObject({
      status: 'open',
      transactionPrice: '16000.01',
      recognised: '0.00',
      receivable: '0.00',
    });
    expect(presented.obligations).toMatchObject([
      { lineId: 'line-01', net: '12000.00', standAlonePrice: '12000.00', allocated: '9600.01', difference: '-2399.99' },
      { lineId: 'line-02', net: '4000.01', standAlonePrice: '8000.00', allocated: '6400.00', difference: '2399.99' },
    ]);
    expect(presented.obligations[0]?.explain).toEqual({
      formula: '16000.01 × 12000.00 ÷ 20000.00',
      fraction: '4800003/5',
      rounding: '9600.00 rounded down; remainder rank 1/2, one unit more',
      roundingZh: '向下取整 9600.00；余数排名 1/2，加一个最小单位',
      paragraph: 'IFRS 15.76 / ASC 606-10-32-31',
    });
    expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
  });

  test('a product without a price in the currency, and an order without a rate, are refused', () => {
    const gbp = { currency: 'GBP', lines: [lineInput()] };
    const content = { ...orderContent(gbp), rate: '9.1', baseGrossMinor: 1 };
    expect(() => openContract({ orderId: 'o', orderNumber: 'SO-1', content }, catalogue)).toThrow(
      /HW-GATEWAY has no stand-alone selling price in GBP/,
    );
    expect(() => open(gbp)).toThrow(/no rate from GBP to CNY/);
  });
});
