import { describe, expect, test } from 'vitest';
import {
  acceptedOrder,
  played,
  quantitiesOf,
  SEATS,
  shipmentReport,
  stepStates,
  subscriptionReport,
  typesOf,
} from '../../tests/support/fulfilment.js';
import { lineInput, normaliseContext, plans } from '../../tests/support/orders.js';
import { completeStep } from './complete-step.js';
import { applyDelivery } from './deliver.js';
import { freezeAmendment } from './freeze.js';
import type { Change, FulfilmentState } from './fulfilment.js';
import { propose } from './propose.js';
import { refuseAmendment, settleAmendment } from './settle.js';
import { applyShipmentReport, planShipment } from './shipments.js';
import { applySubscriptionReport, planSubscription } from './subscriptions.js';

let count = 0;
const context = normaliseContext({ newLineId: () => `new-${++count}` });
const date = '2027-04-01';
const proposed =
  (...changes: Change[]) =>
  (state: FulfilmentState) =>
    propose(state, { effectiveDate: date, reason: 'asked by the customer', changes }, 'wang.wei', context);
const number = (state: FulfilmentState): string => state.amendments.at(-1)?.number ?? '';
const freeze = (state: FulfilmentState) => freezeAmendment(state, number(state));
const settle =
  (...refusedBy: string[]) =>
  (state: FulfilmentState) =>
    settleAmendment(state, number(state), refusedBy, plans);
const last = (state: FulfilmentState) => state.amendments.at(-1);

const reserve = (state: FulfilmentState) => completeStep(state, { stepId: '1-reserve', id: 'res', date: '2026-11-18' });
const ship = (state: FulfilmentState) => planShipment(state, ['1-ship']);
const deliver = (quantity: string) => (state: FulfilmentState) =>
  applyDelivery(state, { deliveryId: `d${quantity}`, date: '2026-11-20', lines: [{ lineId: 'line-01', quantity }] });
const atWarehouse = played(acceptedOrder({}), reserve, ship).state;
const running = played(
  acceptedOrder(SEATS),
  (s) => planSubscription(s, ['1-tenant']),
  (s) => applySubscriptionReport(s, subscriptionReport()),
).state;

describe('open units', () => {
  test('are frozen, then cancelled; amounts are those of what is left', () => {
    const frozen = played(acceptedOrder({}), proposed({ do: 'reduce', lineId: 'line-01', quantity: '4' }), freeze);
    expect(quantitiesOf(frozen.state)).toMatchObject({ open: '6', frozen: '4' });
    expect(last(frozen.state)).toMatchObject({ state: 'frozen', asks: [] });
    const { state, events } = played(frozen.state, settle());
    expect(quantitiesOf(state)).toMatchObject({ open: '6', frozen: '0', cancelled: '4' });
    expect(state.content).toMatchObject({ netMinor: 6_480_000, taxMinor: 842_400, grossMinor: 7_322_400 });
    expect(state.content.lines[0]).toMatchObject({ quantity: '10', netMinor: 6_480_000 });
    expect(state).toMatchObject({ revision: 2, states: { commercial: 'accepted' } });
    expect(state.plan.map(({ quantity }) => quantity)).toEqual(['6', '6']);
    expect(events).toEqual([
      {
        type: 'order.amended',
        data: {
          amendment: 'SO-1-A1',
          date,
          added: [],
          reduced: [{ lineId: 'line-01', quantity: '4', cancelled: '4', ended: '0' }],
        },
      },
    ]);
    expect(settle()(state)).toBeUndefined();
  });

  test('thaw when somebody decides against it', () => {
    const outcome = played(acceptedOrder({}), proposed({ do: 'cancel', lineId: 'line-01' }), freeze, (s) =>
      refuseAmendment(s, 'SO-1-A1', { en: 'kept', zh: '保留' }),
    );
    expect(quantitiesOf(outcome.state)).toMatchObject({ open: '10', frozen: '0' });
    expect(last(outcome.state)).toMatchObject({ state: 'refused', refusal: { en: 'kept' } });
    expect(outcome.state.revision).toBe(1);
  });

  test('of every line: the order is cancelled', () => {
    const all = [1, 2].map((no) => ({ do: 'cancel' as const, lineId: `line-0${no}` }));
    const { state } = played(acceptedOrder({}, SEATS), proposed(...all), freeze, settle());
    expect(state.states).toMatchObject({ commercial: 'cancelled', fulfilment: 'cancelled' });
    expect(state.content.grossMinor).toBe(0);
    expect(new Set(Object.values(stepStates(state)))).toEqual(new Set(['cancelled']));
  });
});

describe('units at the warehouse', () => {
  const frozen = played(atWarehouse, proposed({ do: 'reduce', lineId: 'line-01', quantity: '4' }), freeze).state;

  test('are asked for; when it agrees, the rest is shipped anew', () => {
    expect(last(frozen)?.asks).toEqual([
      { target: 'shipment', number: 'SO-1-D1', lines: [{ lineId: 'line-01', quantity: '4' }] },
    ]);
    const outcome = played(frozen, settle());
    expect(typesOf(outcome)).toEqual(['shipment.cancelled', 'order.amended', 'fulfilment.ready']);
    expect(outcome.events[2]?.data).toMatchObject({ action: 'ship', steps: [{ stepId: '1-ship', quantity: '6' }] });
    expect(quantitiesOf(outcome.state)).toMatchObject({ open: '6', inFulfilment: '0', cancelled: '4' });
  });

  test('stay when it refuses', () => {
    const outcome = played(frozen, settle('SO-1-D1'));
    expect(typesOf(outcome)).toEqual(['amendment.refused']);
    expect(quantitiesOf(outcome.state)).toMatchObject({ inFulfilment: '10', cancelled: '0' });
  });

  test('that left in the meantime cut the amendment down', () => {
    const gone = shipmentReport({ state: 'shipped', lines: [{ lineNo: 1, product: 'HW-GATEWAY', quantity: '9' }] });
    const { state } = played(frozen, (s) => applyShipmentReport(s, gone), settle());
    expect(quantitiesOf(state)).toMatchObject({ delivered: '9', cancelled: '1' });
    expect(last(state)).toMatchObject({ state: 'effective', cutDown: [{ lineId: 'line-01', asked: '4', done: '1' }] });
  });

  test('are not planned anew while the amendment is open', () => {
    const cancelled = played(frozen, (s) => applyShipmentReport(s, shipmentReport({ state: 'cancelled' }))).state;
    expect(quantitiesOf(cancelled)).toMatchObject({ open: '10' });
    expect(ship(cancelled)).toBeUndefined();
    expect(quantitiesOf(played(cancelled, settle(), ship).state)).toMatchObject({ inFulfilment: '6', cancelled: '4' });
  });
});

describe('delivered goods', () => {
  test('can only be returned: the rest is cancelled', () => {
    const { state } = played(
      acceptedOrder({}), deliver('7'), proposed({ do: 'cancel', lineId: 'line-01' }), freeze, settle(),
    ); // biome-ignore format: one step after the other
    expect(quantitiesOf(state)).toMatchObject({ delivered: '7', cancelled: '3' });
    expect(last(state)).toMatchObject({
      state: 'effective',
      cutDown: [{ asked: '10', done: '3' }],
      instead: { return: [{ lineId: 'line-01', quantity: '7' }] },
    });
    expect(state.states).toMatchObject({ commercial: 'accepted', fulfilment: 'delivered' });
  });

  test('alone make the amendment be refused', () => {
    const outcome = played(acceptedOrder({}), deliver('10'), proposed({ do: 'cancel', lineId: 'line-01' }), freeze);
    expect(typesOf(outcome)).toEqual(['amendment.refused']);
    expect(last(outcome.state)).toMatchObject({ state: 'refused', instead: { return: [{ quantity: '10' }] } });
  });
});

describe('running seats', () => {
  test('are asked for, and end', () => {
    const frozen = played(running, proposed({ do: 'reduce', lineId: 'line-01', quantity: '3' }), freeze).state;
    expect(last(frozen)?.asks).toMatchObject([{ target: 'subscription', number: 'SO-1-S1' }]);
    const { state, events } = played(frozen, settle());
    expect(quantitiesOf(state)).toMatchObject({ delivered: '10', returned: '3', cancelled: '0' });
    expect(state.subscriptions[0]?.lines).toMatchObject([{ quantity: '7', active: '7' }]);
    expect(events[0]?.data).toMatchObject({ reduced: [{ quantity: '3', cancelled: '0', ended: '3' }] });
  });

  test('that all end, end the subscription', () => {
    const { state } = played(running, proposed({ do: 'cancel', lineId: 'line-01' }), freeze, settle());
    expect(state.subscriptions[0]?.state).toBe('cancelled');
    expect(state.states.fulfilment).toBe('returned');
  });

  test('get more beside them, co-termed, and are renewed by a new line', () => {
    const line = lineInput({ ...SEATS, ref: 'L1+A1', quantity: '5' });
    const { termStart: _start, termEnd: _end, ...open } = line;
    const outcome = played(
      running,
      proposed(
        { do: 'add', of: 'line-01', line: open },
        { do: 'renew', lineId: 'line-01', termEnd: '2028-12-31', unitPrice: '450' },
      ),
      freeze,
      settle(),
    );
    expect(outcome.state.content.lines.slice(1)).toMatchObject([
      { lineNo: 2, ref: 'L1+A1', quantity: '5', termStart: date, termEnd: '2027-12-31' },
      { lineNo: 3, ref: 'L1+R1', quantity: '10', termStart: '2028-01-01', options: { renewalOf: 'line-01' } },
    ]);
    expect(outcome.state.content.netMinor).toBe(500_000 + 250_000 + 450_000);
    expect(outcome.events[1]).toMatchObject({
      type: 'fulfilment.ready',
      data: { steps: [{ stepId: '2-tenant' }, { stepId: '3-tenant' }] },
    });
    expect(outcome.state.states.fulfilment).toBe('part-delivered');
  });
});

describe('a proposal is refused', () => {
  const fine: Change = { do: 'reduce', lineId: 'line-01', quantity: '1' };
  const draft = { ...acceptedOrder({}), states: { ...acceptedOrder({}).states, commercial: 'draft' as const } };
  test.each<[string, string, FulfilmentState, Change[]]>([
    ['of an order that is not accepted', '$', draft, [fine]],
    ['while another is open', '$', played(acceptedOrder({}), proposed(fine)).state, [fine]],
    ['for an unknown line', '$.changes[0].lineId', acceptedOrder({}), [{ do: 'cancel', lineId: 'no' }]],
    ['for a line twice', '$.changes[1].lineId', acceptedOrder({}), [fine, fine]],
    ['for more than is left', '$.changes[0].quantity', acceptedOrder({}), [{ ...fine, quantity: '11' }]],
    ['for a ref that is there', '$.changes[0].line.ref', acceptedOrder({}), [{ do: 'add', line: lineInput() }]],
    [
      'for a wrong product',
      '$.changes[0].line.product',
      acceptedOrder({}),
      [{ do: 'add', line: lineInput({ ref: 'X', product: 'NO' }) }],
    ],
    [
      'to renew goods',
      '$.changes[0].lineId',
      acceptedOrder({}),
      [{ do: 'renew', lineId: 'line-01', termEnd: '2030-01-01' }],
    ],
    [
      'to renew to an earlier day',
      '$.changes[0].termEnd',
      running,
      [{ do: 'renew', lineId: 'line-01', termEnd: '2027-06-30' }],
    ],
  ])('%s', (_, path, state, changes) => {
    expect(() => proposed(...changes)(state)).toThrow(
      expect.objectContaining({ code: 'AMENDMENT_REFUSED', facts: expect.objectContaining({ path }) }),
    );
  });

  test('with all its faults', () => {
    const changes: Change[] = [
      { ...fine, quantity: '0' },
      { do: 'cancel', lineId: 'no' },
    ];
    expect(() => proposed(...changes)(acceptedOrder({}))).toThrow(
      expect.objectContaining({
        issues: [expect.objectContaining({ path: '$.changes[0].quantity' }), expect.anything()],
      }),
    );
  });
});

test('settling needs a frozen amendment and answers of those who were asked', () => {
  const open = played(acceptedOrder({}), proposed({ do: 'cancel', lineId: 'line-01' }));
  expect(() => settle()(open.state)).toThrow(/not frozen yet/);
  expect(() => played(open.state, freeze, settle('SO-1-D9'))).toThrow(/SO-1-D9 was not asked/);
});

test('due dates of added lines are counted from the day it is settled, never from a day that has passed', () => {
  const line = lineInput({ ref: 'L2', quantity: '1' });
  const due = (today: string) => {
    const { state } = played(acceptedOrder({}), proposed({ do: 'add', line }), freeze, (s) =>
      settleAmendment(s, number(s), [], plans, today),
    );
    return state.plan.find(({ stepId }) => stepId === '2-reserve')?.dueDate;
  };
  expect(due('2027-05-01')).toBe('2027-05-02');
  expect(due('2027-03-01')).toBe('2027-04-02');
});
