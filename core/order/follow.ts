import { deriveFulfilment, moveAxis, type Progress } from './axes.js';
import type { FulfilmentState, PlanStep } from './fulfilment.js';
import type { AxisStates, Fulfilment, LineQuantities, OrderLine } from './order.js';
import { isNone } from './quantity.js';

const finished = (step: PlanStep): boolean => step.state === 'done' || step.state === 'cancelled';

function shipProgress(plan: readonly PlanStep[]): Progress {
  const steps = plan.filter((step) => step.action === 'ship');
  if (steps.every((step) => isNone(step.done))) return 'none';
  return steps.every(finished) ? 'all' : 'part';
}

/** True when there was something to accept, and all of it is. */
const customerAccepted = (plan: readonly PlanStep[]): boolean => {
  const steps = plan.filter((step) => step.action === 'accept');
  return steps.some((step) => step.state === 'done') && steps.every(finished);
};

export const openAmendment = (state: FulfilmentState) =>
  state.amendments.find((amendment) => amendment.state === 'proposed' || amendment.state === 'frozen');

/** Back-ordered is told by name and stays until goods move; a final state waits for an open amendment to be decided. */
function shown(state: FulfilmentState): Fulfilment {
  const derived = deriveFulfilment(state.content.lines, shipProgress(state.plan));
  const { fulfilment } = state.states;
  if (fulfilment === 'back-ordered' && (derived === 'not-started' || derived === 'reserved')) return fulfilment;
  if (derived === 'returned' && openAmendment(state) !== undefined)
    return fulfilment === 'accepted' ? 'accepted' : 'delivered';
  return derived === 'delivered' && customerAccepted(state.plan) ? 'accepted' : derived;
}

/** The guards' facts, as far as fulfilment knows them. */
export const moveFactsOf = ({ orderNumber, content, holds }: FulfilmentState) => ({
  order: orderNumber,
  lines: content.lines,
  openHolds: holds.filter((hold) => hold.released === undefined).length,
  waitingTasks: 0,
  recognisedMinor: 0,
  allocatedMinor: 0,
});

/**
 * Moves the fulfilment axis to what plan and quantities show.
 * @throws HubError ORDER_MOVE_REFUSED when a guard does not hold, e.g. the order is not accepted.
 */
export function follow(state: FulfilmentState): FulfilmentState {
  const to = shown(state);
  const facts = moveFactsOf(state);
  const move = (states: AxisStates, next: Fulfilment): AxisStates =>
    states.fulfilment === next ? states : moveAxis(states, 'fulfilment', next, facts);
  const by: readonly Fulfilment[] =
    to === 'accepted' && state.states.fulfilment !== 'accepted' ? ['delivered', to] : [to];
  return { ...state, states: by.reduce(move, state.states) };
}

export const changeLine = (
  state: FulfilmentState,
  lineId: string,
  change: (line: OrderLine) => OrderLine,
): FulfilmentState => ({
  ...state,
  content: {
    ...state.content,
    lines: state.content.lines.map((line) => (line.lineId === lineId ? change(line) : line)),
  },
});

type Move = (quantities: LineQuantities, quantity: string, line?: string) => LineQuantities;

/** Moves units of one line; nothing for a quantity of zero. @throws HubError QUANTITY_REFUSED */
export const moveUnits = (state: FulfilmentState, move: Move, lineId: string, quantity: string): FulfilmentState =>
  isNone(quantity)
    ? state
    : changeLine(state, lineId, (line) => ({ ...line, quantities: move(line.quantities, quantity, lineId) }));
