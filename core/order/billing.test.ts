import { describe, expect, test } from 'vitest';
import { FIRST_STATES } from './axes.js';
import { type BillingState, deriveBilling, takeInvoice } from './billing.js';
import type { OrderLine } from './order.js';

const line = (lineNo: number): OrderLine =>
  ({ lineId: `L${lineNo}`, lineNo, quantity: '1', quantities: {} }) as unknown as OrderLine;
const state = (over: Partial<BillingState> = {}): BillingState => ({
  orderNumber: 'SO-1',
  content: { currency: 'CNY', netMinor: 120_000, lines: [line(1), line(2)] } as unknown as BillingState['content'],
  states: FIRST_STATES,
  invoices: [],
  ...over,
});
const report = (invoice: string, net: string, kind: 'invoice' | 'credit' = 'invoice', lineNo = 1) => ({
  schema: 'invoice/v1' as const,
  invoice,
  kind,
  date: '2026-10-01',
  currency: 'CNY',
  lines: [{ lineNo, net, tax: '6.00' }],
});

/** Takes the reports one after the other. */
function play(...reports: ReturnType<typeof report>[]): BillingState {
  let now = state();
  for (const next of reports) now = { ...now, ...takeInvoice(now, next) };
  return now;
}

describe('invoices of other systems', () => {
  test('move the billing axis as far as they reach', () => {
    expect(play(report('I1', '100.00')).states.billing).toBe('part-billed');
    expect(play(report('I1', '100.00'), report('I2', '1100.00')).states.billing).toBe('billed');
    expect(play(report('I1', '1200.00'), report('C1', '100.00', 'credit')).states.billing).toBe('part-billed');
    expect(play(report('I1', '1200.00'), report('C1', '1200.00', 'credit')).states.billing).toBe('credited');
  });

  test('count once', () => {
    const once = play(report('I1', '100.00'));
    expect(takeInvoice(once, report('I1', '100.00'))).toBeUndefined();
    expect(once.invoices).toHaveLength(1);
  });

  test('name lines of the order, in its currency', () => {
    expect(play(report('I1', '100.00', 'invoice', 2)).invoices[0]?.lines).toEqual([
      { lineId: 'L2', netMinor: 10_000, taxMinor: 600 },
    ]);
    expect(() => takeInvoice(state(), report('I1', '1.00', 'invoice', 9))).toThrow(
      expect.objectContaining({
        code: 'REPORT_INVALID',
        facts: expect.objectContaining({ path: '$.lines[0].lineNo' }),
      }),
    );
    expect(() => takeInvoice(state(), { ...report('I1', '1.00'), currency: 'USD' })).toThrow(
      expect.objectContaining({ code: 'REPORT_INVALID' }),
    );
  });

  test('after the end of its term an item is about the line that renews it', () => {
    const first = { ...line(1), termEnd: '2026-10-31' };
    const renewal = { ...line(2), termEnd: '2027-10-31', options: { renewalOf: 'L1' } };
    const content = { ...state().content, lines: [first, renewal] };
    const item = (from: string) => ({
      ...report(from, '10.00'),
      lines: [{ lineNo: 1, net: '10.00', tax: '0.60', from }],
    });
    const billed = (from: string) => takeInvoice(state({ content }), item(from))?.taken.lines[0]?.lineId;
    expect([billed('2026-09-01'), billed('2026-11-01')]).toEqual(['L1', 'L2']);
  });

  test('nothing invoiced is unbilled', () => {
    expect(deriveBilling(100, [])).toBe('unbilled');
  });
});
