import { describe, expect, test } from 'vitest';
import { acceptedOrder, played, quantitiesOf, SEATS, stepStates, typesOf } from '../../tests/support/fulfilment.js';
import { completeStep } from './complete-step.js';
import { applyDelivery } from './deliver.js';
import { overdue } from './plan.js';
import { readySteps } from './ready.js';

const done = (stepId: string, id: string, quantity?: string) => (state: ReturnType<typeof acceptedOrder>) =>
  completeStep(state, { stepId, id, date: '2026-11-20', ...(quantity === undefined ? {} : { quantity }) });

describe('a plan', () => {
  test('has the steps of each kind; what waits for nothing is ready', () => {
    const state = acceptedOrder({}, { product: 'HW-SERVER' }, { product: 'SVC-IMPL', taxRate: '0.06' }, SEATS);
    expect(stepStates(state)).toEqual({
      '1-reserve': 'ready',
      '1-ship': 'waiting',
      '2-reserve': 'ready',
      '2-ship': 'waiting',
      '2-install': 'waiting',
      '2-accept': 'waiting',
      '3-perform': 'ready',
      '3-accept': 'waiting',
      '4-tenant': 'ready',
    });
    expect(state.plan.find(({ stepId }) => stepId === '2-ship')).toMatchObject({
      after: ['2-reserve'],
      quantity: '10',
      done: '0',
      passesControl: false,
      dueDate: '2026-11-25',
    });
  });

  test('lets work in a bundle wait for its goods, and that of other bundles not', () => {
    const service = { product: 'SVC-IMPL', taxRate: '0.06', quantity: '5' };
    const state = acceptedOrder({}, { product: 'HW-SERVER', parent: 'L1' }, { ...service, parent: 'L1' }, service);
    const of = (stepId: string) => state.plan.find((step) => step.stepId === stepId)?.after;
    expect(of('3-perform')).toEqual(['1-ship', '2-ship', '2-install']);
    expect(of('4-perform')).toEqual([]);
  });

  test('tells what becomes ready: tenants and goods together, the rest one by one', () => {
    const state = acceptedOrder({}, SEATS, { ...SEATS, quantity: '3' });
    const ready = readySteps({ ...state, plan: [] }, state);
    expect(ready.map(({ data }) => [data['action'], (data['steps'] as unknown[]).length])).toEqual([
      ['reserve', 1],
      ['tenant', 2],
    ]);
    const reserved = played(state, done('1-reserve', 't1'));
    expect(reserved.events).toEqual([
      {
        type: 'fulfilment.ready',
        data: {
          action: 'ship',
          steps: [{ stepId: '1-ship', lineId: 'line-01', lineNo: 1, product: 'HW-GATEWAY', quantity: '10' }],
        },
      },
    ]);
  });

  test('takes its due date from the line where there is one, and says what is late', () => {
    const state = acceptedOrder({ deliveryDate: '2026-12-24' });
    expect(overdue(state.plan, '2026-11-19')).toEqual([]);
    expect(overdue(state.plan, '2026-11-20').map(({ stepId }) => stepId)).toEqual(['1-reserve']);
    expect(overdue(state.plan, '2026-12-25').map(({ stepId }) => stepId)).toEqual(['1-reserve', '1-ship']);
  });
});

describe('a step that is done', () => {
  const days = acceptedOrder({ product: 'SVC-IMPL', quantity: '5', taxRate: '0.06' });

  test('in part is a milestone: its units are delivered, the next step waits for the rest', () => {
    const part = played(days, done('1-perform', 'm1', '2'));
    expect(quantitiesOf(part.state)).toMatchObject({ open: '3', delivered: '2' });
    expect(part.events).toEqual([
      {
        type: 'order.delivered',
        data: { deliveryId: 'm1', date: '2026-11-20', lines: [{ lineId: 'line-01', quantity: '2' }] },
      },
    ]);
    expect(stepStates(part.state)).toEqual({ '1-perform': 'ready', '1-accept': 'waiting' });
    const whole = played(part.state, done('1-perform', 'm2'));
    expect(typesOf(whole)).toEqual(['order.delivered', 'fulfilment.ready']);
    expect(whole.state.states.fulfilment).toBe('delivered');
    expect(played(whole.state, done('1-accept', 'm3')).state.states.fulfilment).toBe('accepted');
  });

  test('twice by the same evidence is done once', () => {
    const { state } = played(days, done('1-perform', 'm1', '2'));
    expect(done('1-perform', 'm1', '2')(state)).toBeUndefined();
  });

  test.each([
    ['there is no such step', done('9-ship', 'x')],
    ['it is waiting', done('1-accept', 'x')],
    ['only 5 are left', done('1-perform', 'x', '6')],
    ['the quantity must be above zero', done('1-perform', 'x', '0')],
  ])('is refused: %s', (why, command) => {
    expect(() => command(days)).toThrow(
      expect.objectContaining({ code: 'PLAN_STEP_REFUSED', facts: expect.objectContaining({ why }) }),
    );
  });
});

test('a reported delivery beats the plan: earlier steps are done by the same evidence', () => {
  const state = acceptedOrder({ product: 'HW-SERVER', quantity: '4' });
  const report = { deliveryId: 'd1', date: '2026-11-20', lines: [{ lineId: 'line-01', quantity: '4' }] };
  const outcome = played(state, (s) => applyDelivery(s, report));
  expect(stepStates(outcome.state)).toEqual({
    '1-reserve': 'done',
    '1-ship': 'done',
    '1-install': 'done',
    '1-accept': 'ready',
  });
  expect(outcome.state.plan[0]?.evidence).toEqual([{ kind: 'delivery', id: 'd1', date: '2026-11-20', quantity: '4' }]);
  expect(typesOf(outcome)).toEqual(['order.delivered', 'fulfilment.ready']);
  expect(applyDelivery(outcome.state, report)).toBeUndefined();
  expect(() => applyDelivery(outcome.state, { ...report, deliveryId: 'd2' })).toThrow(/\$\.lines\[0\]\.quantity/);
});
