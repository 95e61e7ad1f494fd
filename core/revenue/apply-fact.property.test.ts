import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogue, chart, lineInput, orderContent } from '../../tests/support/orders.js';
import { sum } from '../order/money.js';
import { writeQuantity } from '../order/quantity.js';
import type { OrderLineInput } from '../order/schema.js';
import { applyFact } from './apply-fact.js';
import type { RevenueContract } from './contract.js';
import { assertBalanced, type JournalEntry } from './journal.js';
import { openContract } from './open-contract.js';

/** A few seconds on an idle machine. */
const BUSY_MACHINE_MS = 60_000;

/** Kinds whose units are recognised when delivered. */
const PRODUCTS = ['HW-GATEWAY', 'HW-CUSTOM-RACK', 'LIC-PLATFORM', 'SVC-IMPL', 'TRN-ADMIN'];
const RATE: Readonly<Record<string, string>> = { 'SVC-IMPL': '0.06', 'TRN-ADMIN': '0.06' };

const line = fc.record({
  product: fc.constantFrom(...PRODUCTS),
  units: fc.bigInt({ min: 1n, max: 500_000n }),
  price: fc.integer({ min: 0, max: 9_999_999 }),
});
/** Each cut is which line is delivered next and how much of what is left of it, in per mille. */
const cut = fc.record({ line: fc.nat(), share: fc.bigInt({ min: 1n, max: 1000n }) });
const cases = fc.record({
  currency: fc.constantFrom('CNY', 'USD', 'JPY'),
  lines: fc.array(line, { minLength: 1, maxLength: 6 }),
  cuts: fc.array(cut, { maxLength: 20 }),
});

const lineOf = (
  { product, units, price }: { product: string; units: bigint; price: number },
  at: number,
): OrderLineInput =>
  lineInput({
    ref: `L${at}`,
    product,
    quantity: writeQuantity(units),
    listPrice: '9999.999',
    unitPrice: `${Math.floor(price / 1000)}.${String(price % 1000).padStart(3, '0')}`,
    taxRate: RATE[product] ?? '0.13',
  });

/** Balance of an account over journals, credit positive. */
const balance = (journals: readonly JournalEntry[], account: string, pick: 'amountMinor' | 'baseMinor'): number =>
  sum(
    journals
      .flatMap((journal) => journal.lines)
      .flatMap((l) => (l.account.startsWith(account) ? [l.side === 'credit' ? l[pick] : -l[pick]] : [])),
  );

function checkStep(contract: RevenueContract, journals: readonly JournalEntry[]): void {
  const { contractLiability: liability, pendingVat: pending } = contract;
  const beyond = contract.obligations.filter(
    (o) => o.recognisedMinor > o.allocatedMinor || o.taxReleasedMinor > o.taxMinor,
  );
  const falling = journals.at(-1)?.lines.filter((l) => l.amountMinor <= 0 || l.baseMinor < 0) ?? [];
  expect([beyond, falling, liability.minor >= 0, liability.baseMinor >= 0, pending.minor >= 0]).toEqual([
    [],
    [],
    true,
    true,
    true,
  ]);
  const booked = (['contractLiability', 'pendingOutputVat'] as const).map((account) => ({
    minor: balance(journals, account, 'amountMinor'),
    baseMinor: balance(journals, account, 'baseMinor'),
  }));
  expect(booked).toEqual([liability, pending]);
}

test(
  'partial deliveries in any order: balanced at every step, complete at the end',
  () => {
    const run = fc.property(cases, ({ currency, lines, cuts }) => {
      const content = orderContent({ currency, lines: lines.map(lineOf) });
      let contract = openContract({ orderId: 'o', orderNumber: 'SO-1', content }, catalogue);
      expect(sum(contract.obligations.map((o) => o.allocatedMinor))).toBe(content.netMinor);

      const left = lines.map(({ units }) => units);
      const journals: JournalEntry[] = [];
      const deliver = (at: number, units: bigint): void => {
        if (units === 0n) return;
        left[at] = (left[at] ?? 0n) - units;
        const lineId = content.lines[at]?.lineId ?? '';
        const fact = {
          kind: 'delivered',
          id: `D-${contract.version}`,
          date: '2026-11-30',
          lines: [{ lineId, quantity: writeQuantity(units) }],
        } as const;
        const step = applyFact(contract, fact, {
          chart,
          catalogue,
          booking: { date: fact.date, period: '2026-11' },
        });
        contract = step.contract;
        if (step.journal !== undefined) {
          assertBalanced(step.journal);
          journals.push(step.journal);
        }
        checkStep(contract, journals);
      };
      for (const { line: any, share } of cuts) {
        const at = any % lines.length;
        deliver(at, ((left[at] ?? 0n) * share) / 1000n);
      }
      for (const [at, units] of left.entries()) deliver(at, units);

      expect(contract.status).toBe('satisfied');
      expect(contract.obligations.map((o) => o.recognisedMinor)).toEqual(
        contract.obligations.map((o) => o.allocatedMinor),
      );
      expect(balance(journals, 'revenue.', 'amountMinor')).toBe(content.netMinor);
      expect(balance(journals, 'outputVat', 'amountMinor')).toBe(content.taxMinor);
      expect(balance(journals, 'receivable', 'amountMinor')).toBe(0 - content.grossMinor);
      const income = balance(journals, 'revenue.', 'baseMinor') + balance(journals, 'outputVat', 'baseMinor');
      expect(income + balance(journals, 'receivable', 'baseMinor')).toBe(0);
      expect(contract.contractLiability).toEqual({ minor: 0, baseMinor: 0 });
      expect(contract.pendingVat).toEqual({ minor: 0, baseMinor: 0 });
    });
    fc.assert(run, { numRuns: 60 });
  },
  BUSY_MACHINE_MS,
);
