import { describe, expect, test } from 'vitest';
import {
  acceptedOrder,
  played,
  quantitiesOf,
  shipmentReport,
  stepStates,
  typesOf,
} from '../../tests/support/fulfilment.js';
import { completeStep } from './complete-step.js';
import type { FulfilmentState } from './fulfilment.js';
import { applyShipmentReport, planShipment, shipmentCancelled } from './shipments.js';

const reserve = (lineNo: number) => (state: FulfilmentState) =>
  completeStep(state, { stepId: `${lineNo}-reserve`, id: `res-${lineNo}`, date: '2026-11-18' });
const plan = (state: FulfilmentState) => planShipment(state, ['1-ship']);
const planned = played(acceptedOrder({}), reserve(1), plan);
const line = (quantity: string, change: object = {}) => ({ lineNo: 1, product: 'HW-GATEWAY', quantity, ...change });
const report = (change: Parameters<typeof shipmentReport>[0]) => (state: FulfilmentState) =>
  applyShipmentReport(state, shipmentReport(change));

describe('planning a shipment', () => {
  test('takes the open units into fulfilment, once', () => {
    expect(planned.state.shipments).toEqual([
      {
        number: 'SO-1-D1',
        state: 'planned',
        lines: [{ lineId: 'line-01', lineNo: 1, product: 'HW-GATEWAY', quantity: '10', shipped: '0' }],
        parcels: [],
        reports: [],
      },
    ]);
    expect(quantitiesOf(planned.state)).toMatchObject({ open: '0', inFulfilment: '10' });
    expect(planned.state.states.fulfilment).toBe('reserved');
    expect(plan(planned.state)).toBeUndefined();
  });

  test('waits for the reservation, and for holds', () => {
    expect(plan(acceptedOrder({}))).toBeUndefined();
    const held = { ...played(acceptedOrder({}), reserve(1)).state, holds: [{}] };
    expect(() => plan(held)).toThrow(/a hold is open/);
    expect(() => planShipment(planned.state, ['1-reserve'])).toThrow(/no ship step/);
  });
});

describe('reports', () => {
  test('count up; units of a plain line are delivered as they leave', () => {
    const parcels = [{ carrier: 'SF', tracking: 'SF1' }];
    const first = played(planned.state, report({ lines: [line('4')], parcels }));
    expect(typesOf(first)).toEqual(['shipment.part-shipped', 'order.delivered']);
    expect(first.events[1]?.data).toMatchObject({ deliveryId: 'SO-1-D1.r1', carrier: 'SF', tracking: 'SF1' });
    expect(first.state.states.fulfilment).toBe('part-delivered');
    const last = played(first.state, report({ report: 'r2', state: 'shipped', lines: [line('6')] }));
    expect(quantitiesOf(last.state)).toMatchObject({ inFulfilment: '0', delivered: '10' });
    expect(last.state.shipments[0]).toMatchObject({ state: 'shipped', reports: ['r1', 'r2'] });
    expect(stepStates(last.state)).toEqual({ '1-reserve': 'done', '1-ship': 'done' });
  });

  test('count once', () => {
    const { state } = played(planned.state, report({ lines: [line('4')] }));
    expect(report({ lines: [line('4')] })(state)).toBeUndefined();
  });

  test('show as shipped while the units are not installed', () => {
    const start = played(acceptedOrder({ product: 'HW-SERVER' }), reserve(1), plan).state;
    const server = (quantity: string) => line(quantity, { product: 'HW-SERVER' });
    const part = played(start, report({ lines: [server('4')] }));
    expect(typesOf(part)).toEqual(['shipment.part-shipped']);
    expect(part.state.states.fulfilment).toBe('part-shipped');
    const all = played(part.state, report({ report: 'r2', state: 'shipped', lines: [server('6')] }));
    expect(all.state.states.fulfilment).toBe('shipped');
    expect(typesOf(all)).toEqual(['shipment.shipped', 'fulfilment.ready']);
    expect(quantitiesOf(all.state)).toMatchObject({ inFulfilment: '10', delivered: '0' });
  });

  test('that end with less put the rest back, to be shipped anew', () => {
    const short = played(planned.state, report({ state: 'shipped', lines: [line('7')] }));
    expect(quantitiesOf(short.state)).toMatchObject({ open: '3', inFulfilment: '0', delivered: '7' });
    expect(short.events.at(-1)).toMatchObject({ type: 'fulfilment.ready', data: { steps: [{ quantity: '3' }] } });
    expect(played(short.state, plan).state.shipments[1]).toMatchObject({
      number: 'SO-1-D2',
      lines: [{ quantity: '3' }],
    });
  });

  test.each(['cancelled', 'rejected'] as const)(
    '%s: what was not shipped is open, and nobody ships it by itself',
    (state) => {
      const partly = played(planned.state, report({ lines: [line('4')] })).state;
      const outcome = played(partly, report({ report: 'r2', state, reason: 'no stock' }));
      expect(outcome.events).toEqual([
        { type: `shipment.${state}`, data: { shipment: 'SO-1-D1', reason: 'no stock' } },
      ]);
      expect(quantitiesOf(outcome.state)).toMatchObject({ open: '6', inFulfilment: '0', delivered: '4' });
      expect(stepStates(outcome.state)['1-ship']).toBe('ready');
      expect(shipmentCancelled(outcome.state, 'SO-1-D1')).toBeUndefined();
    },
  );

  test.each([
    ['$.lines[0].quantity', { lines: [line('11')] }],
    ['$.lines[0].quantity', { lines: [line('0')] }],
    ['$.lines[1].quantity', { lines: [line('6'), line('5')] }],
    ['$.lines[0].lineNo', { lines: [line('1', { lineNo: 2 })] }],
    ['$.lines[0].product', { lines: [line('1', { product: 'HW-SERVER' })] }],
    ['$.lines', { state: 'shipped' as const }],
    ['$.shipment', { shipment: 'SO-1-D9' }],
    ['$.date', { date: '2026-11-17' }],
  ])('are refused at %s', (path, change) => {
    expect(() => report(change)(planned.state)).toThrow(
      expect.objectContaining({ code: 'REPORT_REFUSED', facts: expect.objectContaining({ path }) }),
    );
  });

  test('after the end are refused', () => {
    const { state } = played(planned.state, report({ state: 'shipped', lines: [line('10')] }));
    expect(() => report({ report: 'r2', state: 'cancelled' })(state)).toThrow(/the shipment is shipped/);
  });
});
