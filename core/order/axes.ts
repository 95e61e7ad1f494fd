import type { Label } from '../connector/contract.js';
import { HubError } from '../errors/hub-error.js';
import type { Axis, AxisStates, Fulfilment, Hold, LineQuantities } from './order.js';
import { compareQuantity } from './quantity.js';
import { AXIS_WORDS, HELD, STATE_WORDS } from './words.js';

export const FIRST_STATES: AxisStates = Object.freeze({
  commercial: 'draft',
  fulfilment: 'not-started',
  billing: 'unbilled',
  payment: 'not-due',
  revenue: 'not-started',
});

type Moves = { readonly [A in Axis]: { readonly [S in AxisStates[A]]: readonly Exclude<AxisStates[A], S>[] } };

/** Every step an axis can take. A state without steps is final and is never left. */
// biome-ignore format: tables read better in rows
export const MOVES: Moves = {
  commercial: {
    draft: ['in-approval', 'accepted', 'rejected', 'cancelled'],
    'in-approval': ['draft', 'accepted', 'rejected', 'cancelled'],
    accepted: ['amended', 'cancelled', 'closed'],
    amended: ['accepted', 'cancelled', 'closed'],
    rejected: ['draft'], // a corrected order from its source is a new revision
    cancelled: [], closed: [],
  },
  fulfilment: {
    'not-started': ['reserved', 'back-ordered', 'part-shipped', 'shipped', 'part-delivered', 'delivered', 'cancelled'],
    reserved: ['not-started', 'back-ordered', 'part-shipped', 'shipped', 'part-delivered', 'delivered', 'cancelled'],
    'back-ordered': ['not-started', 'reserved', 'part-shipped', 'shipped', 'part-delivered', 'delivered', 'cancelled'],
    'part-shipped': ['shipped', 'part-delivered', 'delivered', 'returned'],
    shipped: ['part-shipped', 'part-delivered', 'delivered', 'returned'], // back: an amendment added a line
    'part-delivered': ['delivered', 'returned'],
    delivered: ['part-delivered', 'accepted', 'returned'],
    accepted: ['part-delivered', 'returned'],
    returned: [], cancelled: [],
  },
  billing: {
    unbilled: ['part-billed', 'billed'],
    'part-billed': ['billed', 'credited'],
    billed: ['part-billed', 'credited'], // lines were added, or part of it was credited
    credited: ['part-billed', 'billed'],
  },
  payment: {
    'not-due': ['unpaid', 'part-paid', 'paid'],
    unpaid: ['part-paid', 'paid', 'overdue'],
    'part-paid': ['paid', 'overdue', 'refunded'],
    overdue: ['part-paid', 'paid'],
    paid: ['refunded'],
    refunded: [],
  },
  revenue: {
    'not-started': ['part-recognised', 'recognised', 'on-hold'],
    'part-recognised': ['recognised', 'on-hold', 'reversed'],
    'on-hold': ['not-started', 'part-recognised', 'recognised', 'reversed'],
    recognised: ['part-recognised', 'reversed'], // back: an amendment added something
    reversed: ['part-recognised', 'recognised'],
  },
};

export type CountedLine = { readonly quantity: string; readonly quantities: LineQuantities };

/** What the guards look at, loaded beforehand. */
export interface MoveFacts {
  /** Number people know the order by; for the message. */
  readonly order: string;
  readonly lines: readonly CountedLine[];
  readonly openHolds: number;
  readonly waitingTasks: number;
  /** Of the revenue contract, in minor units of its currency; 0 without a contract. */
  readonly recognisedMinor: number;
  readonly allocatedMinor: number;
}

/** A guard is a sentence that must hold; it gives the reason when it does not. */
type Guard = (states: AxisStates, facts: MoveFacts) => Label | undefined;
const unless = (holds: boolean, en: string, zh: string): Label | undefined => (holds ? undefined : { en, zh });

const isZero = (quantity: string): boolean => compareQuantity(quantity, '0') === 0;
const everyUnitHas = (facts: MoveFacts, ...done: ('delivered' | 'cancelled')[]): boolean =>
  facts.lines.every(({ quantities: q }) =>
    (['open', 'frozen', 'inFulfilment', 'delivered', 'cancelled'] as const).every(
      (bucket) => done.some((d) => d === bucket) || isZero(q[bucket]),
    ),
  );

const noHoldIsOpen: Guard = (_, f) => unless(f.openHolds === 0, 'a hold is open', '存在未解除的暂挂');
const noTaskIsWaiting: Guard = (_, f) => unless(f.waitingTasks === 0, 'an approval is waiting', '尚有待审批任务');
const nothingIsDelivered: Guard = (_, f) =>
  unless(
    f.lines.every((l) => isZero(l.quantities.delivered)),
    'units are delivered already',
    '已有交付',
  );
const nothingIsUnderWay: Guard = (_, f) =>
  unless(
    f.lines.every((l) => isZero(l.quantities.inFulfilment)),
    'units are in fulfilment',
    '尚有数量在履约中',
  );
const everyUnitIsSettled: Guard = (_, f) =>
  unless(
    everyUnitHas(f, 'delivered', 'cancelled'),
    'units are neither delivered nor cancelled',
    '尚有数量未交付也未取消',
  );
const somethingIsDelivered: Guard = (_, f) =>
  unless(
    f.lines.some((l) => !isZero(l.quantities.delivered)),
    'nothing is delivered',
    '尚无交付',
  );
const theOrderIsAccepted: Guard = (s) =>
  unless(s.commercial === 'accepted' || s.commercial === 'amended', 'the order is not accepted', '订单尚未接受');
const somethingIsRecognised: Guard = (_, f) =>
  unless(f.recognisedMinor > 0, 'no revenue is recognised', '尚未确认收入');
const allIsRecognised: Guard = (_, f) =>
  unless(f.recognisedMinor === f.allocatedMinor, 'revenue is not recognised in full', '收入尚未全部确认');

/** By axis and target state; a state without an entry asks for nothing more than the step. */
const GUARDS: { readonly [A in Axis]?: { readonly [S in AxisStates[A]]?: readonly Guard[] } } = {
  commercial: {
    accepted: [noHoldIsOpen, noTaskIsWaiting],
    cancelled: [nothingIsDelivered, nothingIsUnderWay],
    closed: [everyUnitIsSettled],
  },
  fulfilment: {
    reserved: [theOrderIsAccepted, noHoldIsOpen],
    'back-ordered': [theOrderIsAccepted],
    'part-shipped': [theOrderIsAccepted], // goods that left are told of, held or not
    shipped: [theOrderIsAccepted],
    'part-delivered': [theOrderIsAccepted, somethingIsDelivered],
    delivered: [theOrderIsAccepted, somethingIsDelivered, everyUnitIsSettled],
    cancelled: [nothingIsDelivered],
  },
  revenue: {
    'part-recognised': [somethingIsRecognised],
    recognised: [allIsRecognised],
  },
};

/**
 * Moves one axis; the others stay.
 * @throws HubError ORDER_MOVE_REFUSED when there is no such step or a guard does not hold.
 */
export function moveAxis<A extends Axis>(states: AxisStates, axis: A, to: AxisStates[A], facts: MoveFacts): AxisStates {
  const from: AxisStates[A] = states[axis];
  const steps: Readonly<Record<string, readonly string[]>> = MOVES[axis];
  const guards: Readonly<Record<string, readonly Guard[] | undefined>> = GUARDS[axis] ?? {};
  const noStep = { en: `${axis} has no step from ${from}`, zh: `${AXIS_WORDS[axis].zh}状态不能从 ${from} 转移` };
  const refusal = steps[from]?.includes(to)
    ? guards[to]?.map((guard) => guard(states, facts)).find((why) => why !== undefined)
    : noStep;
  if (refusal !== undefined) {
    throw new HubError('ORDER_MOVE_REFUSED', { order: facts.order, to, why: refusal.en, whyZh: refusal.zh });
  }
  return { ...states, [axis]: to };
}

export const isFinal = <A extends Axis>(axis: A, state: AxisStates[A]): boolean => {
  const steps: Readonly<Record<string, readonly string[]>> = MOVES[axis];
  return steps[state]?.length === 0;
};

/** How far the goods left the warehouse. */
export type Progress = 'none' | 'part' | 'all';

/**
 * The fulfilment that quantities and shipping show: delivered units count before shipped ones, shipped ones before units
 * that are in fulfilment (reserved). That units are back-ordered or were accepted by the customer is told by events.
 */
export function deriveFulfilment(lines: readonly CountedLine[], shipped: Progress = 'none'): Fulfilment {
  const some = (bucket: keyof LineQuantities): boolean => lines.some((line) => !isZero(line.quantities[bucket]));
  const left = some('open') || some('frozen') || some('inFulfilment');
  const allReturned = lines.every(({ quantities: q }) => compareQuantity(q.returned, q.delivered) === 0);
  if (some('delivered')) {
    if (left) return 'part-delivered';
    return allReturned ? 'returned' : 'delivered';
  }
  if (!left) return 'cancelled';
  if (shipped !== 'none') return shipped === 'all' ? 'shipped' : 'part-shipped';
  return some('inFulfilment') ? 'reserved' : 'not-started';
}

/** The one label a person sees: the first of hold, an unfinished or ended sale, overdue, paid, and how far delivery is. */
export function deriveLabel(states: AxisStates, holds: readonly Pick<Hold, 'released'>[]): Label {
  if (holds.some((hold) => hold.released === undefined)) return HELD;
  const sold = states.commercial === 'accepted' || states.commercial === 'amended';
  if (!sold) return STATE_WORDS.commercial[states.commercial];
  if (states.payment === 'overdue' || states.payment === 'refunded') return STATE_WORDS.payment[states.payment];
  if (states.fulfilment === 'not-started') return STATE_WORDS.commercial[states.commercial];
  const delivered = states.fulfilment === 'delivered' || states.fulfilment === 'accepted';
  if (delivered && states.payment === 'paid') return STATE_WORDS.payment.paid;
  return STATE_WORDS.fulfilment[states.fulfilment];
}
