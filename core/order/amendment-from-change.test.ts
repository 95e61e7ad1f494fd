import { expect, test } from 'vitest';
import { acceptedOrder, played, SEATS } from '../../tests/support/fulfilment.js';
import { lineInput, normaliseContext, orderContent, orderInput, plans } from '../../tests/support/orders.js';
import { amendmentFromChange } from './amendment-from-change.js';
import { freezeAmendment } from './freeze.js';
import { propose } from './propose.js';
import { settleAmendment } from './settle.js';

const seats = lineInput({ ref: 'L2', ...SEATS });
const before = orderInput({ lines: [lineInput(), seats] });
const content = orderContent({ lines: before.lines });
const said = (first: object, second: object = {}) => orderInput({ lines: [lineInput(first), { ...seats, ...second }] });

test('the same order changes nothing, stated amounts or not', () => {
  expect(amendmentFromChange(content, before)).toEqual([]);
  expect(amendmentFromChange(content, { ...before, totals: { net: '113000.00' } })).toEqual([]);
});

test('more is an added line beside it, seats of the same term', () => {
  const { termStart: _start, ...coTermed } = seats;
  expect(amendmentFromChange(content, said({ quantity: '12' }, { quantity: '15', netAmount: '7500.00' }))).toEqual([
    { do: 'add', line: lineInput({ ref: 'L1+A1', quantity: '2' }) },
    { do: 'add', of: 'line-02', line: { ...coTermed, ref: 'L2+A1', quantity: '5' } },
  ]);
});

test('less is a reduction, a missing line a cancellation, an unknown one an addition', () => {
  const other = lineInput({ ref: 'L3' });
  expect(amendmentFromChange(content, orderInput({ lines: [lineInput({ quantity: '7' }), other] }))).toEqual([
    { do: 'reduce', lineId: 'line-01', quantity: '3' },
    { do: 'add', line: other },
    { do: 'cancel', lineId: 'line-02' },
  ]);
});

test.each([
  ['a price', said({ unitPrice: '1.00' })],
  ['a term', said({}, { termEnd: '2028-12-31' })],
  ['the customer', { ...before, customer: { code: 'C-2', name: 'other' } }],
  ['the seller', { ...before, seller: 'S-200' }],
])('another %s is for a person to decide', (_, changed) => {
  expect(amendmentFromChange(content, changed)).toBeUndefined();
});

test('what an earlier change added counts to the line it was added to', () => {
  const order = acceptedOrder({});
  const changes = amendmentFromChange(order.content, orderInput({ lines: [lineInput({ quantity: '12' })] })) ?? [];
  const context = normaliseContext({ newLineId: () => 'line-added' });
  const { state } = played(
    order,
    (s) => propose(s, { effectiveDate: '2026-12-01', reason: 'source', changes }, 'crm', context),
    (s) => freezeAmendment(s, 'SO-1-A1'),
    (s) => settleAmendment(s, 'SO-1-A1', [], plans),
  );
  const next = (quantity: string) =>
    amendmentFromChange(state.content, orderInput({ lines: [lineInput({ quantity })] }));
  expect(next('12')).toEqual([]);
  expect(next('13')).toMatchObject([{ do: 'add', line: { ref: 'L1+A2', quantity: '1' } }]);
  expect(next('9')).toEqual([
    { do: 'cancel', lineId: 'line-added' },
    { do: 'reduce', lineId: 'line-01', quantity: '1' },
  ]);
});
