import { describe, expect, test } from 'vitest';
import {
  acceptedOrder,
  played,
  quantitiesOf,
  SEATS,
  subscriptionReport,
  typesOf,
} from '../../tests/support/fulfilment.js';
import type { FulfilmentState } from './fulfilment.js';
import { applySubscriptionReport, planSubscription } from './subscriptions.js';

const maintenance = {
  product: 'MNT-GOLD',
  quantity: '1',
  taxRate: '0.06',
  termStart: '2026-12-01',
  termEnd: '2027-11-30',
};
const plan = (state: FulfilmentState) => planSubscription(state, ['1-tenant', '2-tenant']);
const planned = played(acceptedOrder(SEATS, maintenance), plan).state;
const report =
  (change: Parameters<typeof subscriptionReport>[0] = {}) =>
  (state: FulfilmentState) =>
    applySubscriptionReport(state, subscriptionReport(change));

test('one subscription is planned for all tenants, once', () => {
  expect(planned.subscriptions).toMatchObject([
    {
      number: 'SO-1-S1',
      state: 'planned',
      lines: [
        { lineNo: 1, quantity: '10' },
        { lineNo: 2, quantity: '1' },
      ],
    },
  ]);
  expect(quantitiesOf(planned)).toMatchObject({ open: '0', inFulfilment: '10' });
  expect(plan(planned)).toBeUndefined();
});

describe('activation', () => {
  test('delivers each line on the later of the report and the start of its term', () => {
    const { state, events } = played(planned, report());
    expect(events.filter(({ type }) => type === 'order.delivered').map(({ data }) => data)).toEqual([
      { deliveryId: 'SO-1-S1.r1.2027-01-01', date: '2027-01-01', lines: [{ lineId: 'line-01', quantity: '10' }] },
      { deliveryId: 'SO-1-S1.r1.2026-12-20', date: '2026-12-20', lines: [{ lineId: 'line-02', quantity: '1' }] },
    ]);
    expect(state.states.fulfilment).toBe('delivered');
    expect(report()(state)).toBeUndefined();
  });

  test('of fewer seats delivers those, and the others with a later report', () => {
    const some = played(planned, report({ lines: [{ lineNo: 1, quantity: '4' }] })).state;
    expect(quantitiesOf(some)).toMatchObject({ inFulfilment: '6', delivered: '4' });
    const more = played(some, report({ report: 'r2', lines: [{ lineNo: 1, quantity: '10' }] })).state;
    expect(quantitiesOf(more)).toMatchObject({ inFulfilment: '0', delivered: '10' });
    expect(quantitiesOf(more, 2)).toMatchObject({ inFulfilment: '1', delivered: '0' });
  });
});

test('a suspended subscription becomes active again without delivering twice', () => {
  const outcome = played(planned, report(), report({ report: 'r2', state: 'suspended' }), report({ report: 'r3' }));
  expect(outcome.state.subscriptions[0]?.state).toBe('active');
  expect(typesOf(outcome)).toEqual(['subscription.active']);
});

test('one that ends before it ran gives its seats back; one that ran keeps them', () => {
  const never = played(planned, report({ state: 'cancelled' }));
  expect(quantitiesOf(never.state)).toMatchObject({ open: '10', inFulfilment: '0' });
  expect(typesOf(never)).toEqual(['subscription.cancelled']);
  const ran = played(planned, report(), report({ report: 'r2', state: 'expired' }));
  expect(quantitiesOf(ran.state)).toMatchObject({ delivered: '10', returned: '0' });
  expect(() => report({ report: 'r3' })(ran.state)).toThrow(/the subscription is expired/);
});

test.each([
  ['$.subscription', { subscription: 'SO-1-S7' }],
  ['$.state', { state: 'suspended' as const }],
  ['$.lines[0].quantity', { lines: [{ lineNo: 1, quantity: '11' }] }],
  [
    '$.lines[1].lineNo',
    {
      lines: [
        { lineNo: 1, quantity: '1' },
        { lineNo: 3, quantity: '1' },
      ],
    },
  ],
])('a report is refused at %s', (path, change) => {
  expect(() => report(change)(planned)).toThrow(
    expect.objectContaining({ code: 'REPORT_REFUSED', facts: expect.objectContaining({ path }) }),
  );
});
