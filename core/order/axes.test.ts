import { describe, expect, test } from 'vitest';
import { deriveFulfilment, deriveLabel, FIRST_STATES, isFinal, MOVES, type MoveFacts, moveAxis } from './axes.js';
import { AXES, type Axis, type AxisStates } from './order.js';
import { cancel, deliver, openQuantities, release, returnUnits } from './quantity.js';
import { STATE_WORDS } from './words.js';

const line = (quantities = openQuantities('10')) => ({ quantity: '10', quantities });
const facts = (change: Partial<MoveFacts> = {}): MoveFacts => ({
  order: 'SO-2026-1',
  lines: [line()],
  openHolds: 0,
  waitingTasks: 0,
  recognisedMinor: 0,
  allocatedMinor: 100,
  ...change,
});
const accepted: AxisStates = { ...FIRST_STATES, commercial: 'accepted' };
const delivered = facts({ lines: [line(deliver(openQuantities('10'), '10'))] });

const outcome = <A extends Axis>(states: AxisStates, axis: A, to: AxisStates[A], f = facts()): string => {
  try {
    return moveAxis(states, axis, to, f)[axis];
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
};

test('a move changes its own axis only', () => {
  expect(moveAxis(accepted, 'billing', 'billed', facts())).toEqual({ ...accepted, billing: 'billed' });
});

describe('every state of every axis', () => {
  const all = AXES.flatMap((axis) => Object.keys(STATE_WORDS[axis]).map((state) => [axis, state] as const));

  test.each(all)('%s %s has a row in the table, words, and steps to known states', (axis, state) => {
    const rows: Readonly<Record<string, readonly string[]>> = MOVES[axis];
    expect(rows[state]).toBeDefined();
    for (const to of rows[state] ?? []) expect(Object.keys(STATE_WORDS[axis])).toContain(to);
  });

  test.each(all.filter(([axis, state]) => isFinal(axis, state as never)))(
    '%s %s is final: no step leaves it',
    (axis, state) => {
      for (const to of Object.keys(STATE_WORDS[axis])) {
        expect(outcome({ ...accepted, [axis]: state }, axis, to as never, delivered)).toMatch(/has no step from/);
      }
    },
  );

  test('all can be reached from the first', () => {
    for (const axis of AXES) {
      const rows: Readonly<Record<string, readonly string[]>> = MOVES[axis];
      const seen = new Set<string>([FIRST_STATES[axis]]);
      for (const state of seen) for (const to of rows[state] ?? []) seen.add(to);
      expect([...seen].sort()).toEqual(Object.keys(STATE_WORDS[axis]).sort());
    }
  });
});

describe('guards', () => {
  test.each([
    ['a hold is open', outcome(FIRST_STATES, 'commercial', 'accepted', facts({ openHolds: 1 }))],
    ['an approval is waiting', outcome(FIRST_STATES, 'commercial', 'accepted', facts({ waitingTasks: 1 }))],
    ['units are delivered already', outcome(accepted, 'commercial', 'cancelled', delivered)],
    [
      'units are in fulfilment',
      outcome(accepted, 'commercial', 'cancelled', facts({ lines: [line(release(openQuantities('10'), '1'))] })),
    ],
    ['units are neither delivered nor cancelled', outcome(accepted, 'commercial', 'closed')],
    ['the order is not accepted', outcome(FIRST_STATES, 'fulfilment', 'reserved')],
    ['nothing is delivered', outcome(accepted, 'fulfilment', 'delivered')],
    ['no revenue is recognised', outcome(accepted, 'revenue', 'part-recognised')],
    ['revenue is not recognised in full', outcome(accepted, 'revenue', 'recognised', facts({ recognisedMinor: 99 }))],
  ])('%s', (why, said) => {
    expect(said).toMatch(new RegExp(`^moving order SO-2026-1 to .*: ${why}$`));
  });

  test('let through what they guard', () => {
    expect(outcome(FIRST_STATES, 'commercial', 'accepted')).toBe('accepted');
    expect(outcome(accepted, 'commercial', 'closed', delivered)).toBe('closed');
    expect(outcome(accepted, 'fulfilment', 'delivered', delivered)).toBe('delivered');
    expect(outcome(accepted, 'revenue', 'recognised', facts({ recognisedMinor: 100 }))).toBe('recognised');
  });
});

test('fulfilment follows the quantities', () => {
  const open = openQuantities('10');
  const all = deliver(open, '10');
  const shown = (...quantities: (typeof open)[]) => deriveFulfilment(quantities.map(line));
  expect(shown(open)).toBe('not-started');
  expect(shown(release(open, '1'), open)).toBe('reserved');
  expect(shown(all, open)).toBe('part-delivered');
  expect(shown(deliver(open, '9'))).toBe('part-delivered');
  expect(shown(all, cancel(open, '10'))).toBe('delivered');
  expect(shown(cancel(open, '10'))).toBe('cancelled');
  expect(shown(returnUnits(all, '10'))).toBe('returned');
  expect(shown(returnUnits(all, '9'))).toBe('delivered');
});

test('one label: hold, unfinished sale, overdue, delivery, paid', () => {
  const label = (change: Partial<AxisStates>, holds: { released?: never }[] = []) =>
    deriveLabel({ ...accepted, ...change }, holds);
  expect(label({}, [{}])).toEqual({ en: 'on hold', zh: '已暂挂' });
  expect(label({ commercial: 'in-approval' })).toEqual({ en: 'in approval', zh: '审批中' });
  expect(label({ commercial: 'rejected' }).zh).toBe('已驳回');
  expect(label({})).toEqual({ en: 'accepted', zh: '已接受' });
  expect(label({ fulfilment: 'part-delivered' }).zh).toBe('部分交付');
  expect(label({ fulfilment: 'delivered', payment: 'overdue' }).zh).toBe('逾期');
  expect(label({ fulfilment: 'delivered', payment: 'paid' }).zh).toBe('已回款');
});
