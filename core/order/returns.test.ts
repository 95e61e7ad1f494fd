import { expect, test } from 'vitest';
import { acceptedOrder, played, quantitiesOf } from '../../tests/support/fulfilment.js';
import { applyDelivery } from './deliver.js';
import type { FulfilmentState } from './fulfilment.js';
import { announceReturn, receiveReturn, refuseReturn, returnable } from './returns.js';

const delivered = played(acceptedOrder({}), (state) =>
  applyDelivery(state, { deliveryId: 'd1', date: '2026-11-20', lines: [{ lineId: 'line-01', quantity: '6' }] }),
).state;
const announce = (quantity: string) => (state: FulfilmentState) =>
  announceReturn(state, { lines: [{ lineId: 'line-01', quantity }], reason: 'broken' });
const receive = (number: string, quantity?: string) => (state: FulfilmentState) =>
  receiveReturn(state, number, {
    date: '2026-12-01',
    ...(quantity === undefined ? {} : { lines: [{ lineId: 'line-01', quantity }] }),
  });

test('a return is announced, then received', () => {
  const announced = played(delivered, announce('4')).state;
  expect(quantitiesOf(announced)).toMatchObject({ returned: '0' });
  expect(returnable(announced, 'line-01')).toBe('2');
  const { state, events } = played(announced, receive('SO-1-R1'));
  expect(events).toEqual([
    {
      type: 'order.returned',
      data: { returnId: 'SO-1-R1', date: '2026-12-01', lines: [{ lineId: 'line-01', quantity: '4' }] },
    },
  ]);
  expect(quantitiesOf(state)).toMatchObject({ delivered: '6', returned: '4', open: '4' });
  expect(receive('SO-1-R1')(state)).toBeUndefined();
});

test('fewer may come back than announced; the rest can be announced anew', () => {
  const { state } = played(delivered, announce('4'), receive('SO-1-R1', '1'));
  expect(state.returns).toMatchObject([{ state: 'received', lines: [{ quantity: '1' }] }]);
  expect(returnable(state, 'line-01')).toBe('5');
});

test('a refused return frees its units', () => {
  const { state } = played(delivered, announce('6'), (s) => refuseReturn(s, 'SO-1-R1', 'too late'));
  expect(returnable(state, 'line-01')).toBe('6');
  expect(refuseReturn(state, 'SO-1-R1', 'again')).toBeUndefined();
  expect(() => receive('SO-1-R1')(state)).toThrow(/it was refused/);
});

test('when all that was delivered comes back and nothing is left, the order is returned', () => {
  const all = played(
    acceptedOrder({ quantity: '2' }),
    (s) => applyDelivery(s, { deliveryId: 'd1', date: '2026-11-20', lines: [{ lineId: 'line-01', quantity: '2' }] }),
    announce('2'),
    receive('SO-1-R1'),
  );
  expect(all.state.states.fulfilment).toBe('returned');
});

test.each([
  ['more than was delivered', announce('7'), '$.lines[0].quantity'],
  ['nothing', announce('0'), '$.lines[0].quantity'],
  ['an unknown return', receive('SO-1-R9'), '$.return'],
])('%s is refused', (_, command, path) => {
  expect(() => command(delivered)).toThrow(
    expect.objectContaining({ code: 'RETURN_REFUSED', facts: expect.objectContaining({ path }) }),
  );
});

test('receiving more than announced is refused, in one line or in two', () => {
  const { state } = played(delivered, announce('4'));
  expect(() => receive('SO-1-R1', '5')(state)).toThrow(/only 4 were announced/);
  const twice = [
    { lineId: 'line-01', quantity: '3' },
    { lineId: 'line-01', quantity: '3' },
  ];
  expect(() => receiveReturn(state, 'SO-1-R1', { date: '2026-12-01', lines: twice })).toThrow(/only 4/);
});
