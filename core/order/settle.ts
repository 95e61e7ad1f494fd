import type { Label } from '../connector/contract.js';
import { moveAxis } from './axes.js';
import { follow, moveFactsOf, moveUnits } from './follow.js';
import { findAmendment, withAmendment } from './freeze.js';
import {
  type Amendment,
  type Ask,
  type FulfilmentState,
  isOverTime,
  type OrderEvent,
  type Outcome,
} from './fulfilment.js';
import { giveBack } from './hand-over.js';
import type { AxisStates } from './order.js';
import { syncPlan } from './plan.js';
import type { PlanTemplates } from './plan-template.js';
import { refuseAmendmentOf } from './propose.js';
import {
  addQuantity,
  cancel,
  isNone,
  lessQuantity,
  restQuantity,
  returnUnits,
  sumQuantities,
  thaw,
} from './quantity.js';
import { isLiveSubscription, told } from './ready.js';
import { withLines } from './reprice.js';
import { returnable } from './returns.js';
import { shipmentCancelled } from './shipments.js';

const ASKED_REFUSED: Label = { en: 'those who hold the units refused', zh: '持有该数量的系统已拒绝' };
const ENDED: Label = { en: 'the order ended meanwhile', zh: '订单期间已终结' };

const thawed = (state: FulfilmentState, { frozen }: Amendment): FulfilmentState =>
  frozen.reduce((now, { lineId, quantity }) => moveUnits(now, thaw, lineId, quantity), state);

function refused(
  before: FulfilmentState,
  state: FulfilmentState,
  amendment: Amendment,
  why: Label,
  events: readonly OrderEvent[] = [],
): Outcome {
  const after = follow(withAmendment(state, { ...amendment, state: 'refused', frozen: [], refusal: why }));
  return told(before, after, [
    ...events,
    { type: 'amendment.refused', data: { amendment: amendment.number, reason: why } },
  ]);
}

/**
 * Somebody decides against an amendment that has not taken effect: what it held is open again. Undefined when it was
 * refused before.
 * @throws HubError AMENDMENT_REFUSED for an unknown amendment, and for one that took effect.
 */
export function refuseAmendment(before: FulfilmentState, number: string, why: Label): Outcome | undefined {
  const amendment = findAmendment(before, number);
  if (amendment.state === 'refused') return undefined;
  if (amendment.state === 'effective') {
    const issue = { path: '$.amendment', why: `${number} took effect already`, whyZh: `${number} 已生效` };
    return refuseAmendmentOf(before.orderNumber, [issue]);
  }
  return refused(before, thawed(before, amendment), amendment, why);
}

/** A subscription gives up seats: first those it never set up, then running ones. With its last seat it ends. */
function shrinkRun(state: FulfilmentState, ask: Ask): FulfilmentState {
  const run = state.subscriptions.find(({ number }) => number === ask.number);
  if (run === undefined) return state;
  const given = (lineId: string): string =>
    sumQuantities(ask.lines.filter((unit) => unit.lineId === lineId).map(({ quantity }) => quantity));
  const rests = run.lines.map(({ lineId, quantity, active }) => ({
    lineId,
    quantity: lessQuantity(given(lineId), restQuantity(quantity, active)),
  }));
  const lines = run.lines.map((line) => {
    const quantity = restQuantity(line.quantity, given(line.lineId));
    return { ...line, quantity, active: lessQuantity(line.active, quantity) };
  });
  const isEmpty = lines.every((line) => isNone(line.quantity));
  const changed = { ...run, lines, state: isEmpty && isLiveSubscription(run) ? ('cancelled' as const) : run.state };
  const subscriptions = state.subscriptions.map((other) => (other === run ? changed : other));
  return { ...(isLiveSubscription(run) ? giveBack(state, rests) : state), subscriptions };
}

/** Those who agreed give their units back. A shipment is cancelled as a whole: what of it is still wanted is shipped anew. */
function takeBack(before: FulfilmentState, asks: readonly Ask[]): { state: FulfilmentState; events: OrderEvent[] } {
  let state = before;
  const events: OrderEvent[] = [];
  for (const ask of asks.filter(({ answer }) => answer === 'agreed')) {
    if (ask.target === 'subscription') {
      state = shrinkRun(state, ask);
      continue;
    }
    const outcome = shipmentCancelled(state, ask.number);
    state = outcome?.state ?? state;
    events.push(...(outcome?.events ?? []));
  }
  return { state, events };
}

interface Reduced {
  readonly lineId: string;
  /** `cancelled` + `ended` */
  readonly quantity: string;
  /** Units that were never delivered. */
  readonly cancelled: string;
  /** Running seats of an over-time line that end early; they count as returned. */
  readonly ended: string;
}

/** Cancels what is open and ends what runs, as far as each line was asked for and nobody refused. */
function reduce(before: FulfilmentState, { wanted, asks }: Amendment): { state: FulfilmentState; reduced: Reduced[] } {
  let state = before;
  const reduced: Reduced[] = [];
  for (const { lineId, possible } of wanted) {
    const line = state.content.lines.find((candidate) => candidate.lineId === lineId);
    if (line === undefined) continue;
    const denied = asks
      .filter(({ answer }) => answer === 'refused')
      .flatMap(({ lines }) => lines.filter((unit) => unit.lineId === lineId).map(({ quantity }) => quantity));
    const target = restQuantity(possible, sumQuantities(denied));
    const cancelled = lessQuantity(target, line.quantities.open);
    const running = isOverTime(line) ? returnable(state, lineId) : '0';
    const ended = lessQuantity(restQuantity(target, cancelled), running);
    state = moveUnits(moveUnits(state, cancel, lineId, cancelled), returnUnits, lineId, ended);
    const quantity = addQuantity(cancelled, ended);
    if (!isNone(quantity)) reduced.push({ lineId, quantity, cancelled, ended });
  }
  return { state, reduced };
}

/** Amended, and accepted again unless a hold is open; cancelled when no unit is left of anything. */
function commercially(state: FulfilmentState): AxisStates {
  const facts = moveFactsOf(state);
  const { states } = state;
  const allCancelled = state.content.lines.every((line) => line.quantities.cancelled === line.quantity);
  if (allCancelled) return moveAxis(states, 'commercial', 'cancelled', facts);
  const amended = states.commercial === 'amended' ? states : moveAxis(states, 'commercial', 'amended', facts);
  return facts.openHolds > 0 ? amended : moveAxis(amended, 'commercial', 'accepted', facts);
}

/**
 * Decides a frozen amendment by the answers of those who were asked: it takes effect, is cut down to what was given up,
 * or is refused when nothing was. Undefined when it was decided before.
 * @param refusedBy numbers of the shipments and subscriptions that refused; the others agreed.
 * @param today from which due dates of added lines are counted, when the amendment takes effect in the past.
 * @throws HubError AMENDMENT_REFUSED for an unknown or unfrozen amendment, or a number that was not asked.
 */
export function settleAmendment(
  before: FulfilmentState,
  number: string,
  refusedBy: readonly string[],
  templates: PlanTemplates,
  today?: string,
): Outcome | undefined {
  const found = findAmendment(before, number);
  if (found.state === 'effective' || found.state === 'refused') return undefined;
  const stranger = refusedBy.find((asked) => !found.asks.some((ask) => ask.number === asked));
  const issue =
    found.state === 'proposed'
      ? { path: '$.amendment', why: `${number} is not frozen yet`, whyZh: `${number} 尚未冻结` }
      : { path: '$.refusedBy', why: `${stranger} was not asked`, whyZh: `未询问 ${stranger}` };
  if (found.state === 'proposed' || stranger !== undefined) return refuseAmendmentOf(before.orderNumber, [issue]);

  const asks: Ask[] = found.asks.map((ask) => ({
    ...ask,
    answer: refusedBy.includes(ask.number) ? 'refused' : 'agreed',
  }));
  const amendment = { ...found, asks };
  const { commercial } = before.states;
  const back = takeBack(thawed(before, amendment), asks);
  if (commercial !== 'accepted' && commercial !== 'amended')
    return refused(before, back.state, amendment, ENDED, back.events);
  const { state, reduced } = reduce(back.state, amendment);
  const { added, effectiveDate, wanted } = amendment;
  const dueFrom = today !== undefined && today > effectiveDate ? today : effectiveDate;
  if (reduced.length === 0 && added.length === 0)
    return refused(before, back.state, amendment, ASKED_REFUSED, back.events);

  const cutDown = wanted.flatMap(({ lineId, asked }) => {
    const done = reduced.find((line) => line.lineId === lineId)?.quantity ?? '0';
    return isNone(restQuantity(asked, done)) ? [] : [{ lineId, asked, done }];
  });
  const cut = cutDown.length === 0 ? {} : { cutDown };
  const content = withLines(before.content, [...state.content.lines, ...added]);
  const amended = withAmendment(
    { ...state, content, revision: before.revision + 1, plan: syncPlan(state.plan, content, templates, dueFrom) },
    { ...amendment, state: 'effective', frozen: [], ...cut },
  );
  const after = { ...amended, states: commercially(amended) };
  const lines = added.map(({ lineId, lineNo, product, quantity }) => ({ lineId, lineNo, product, quantity }));
  const data = { amendment: number, date: effectiveDate, added: lines, reduced, ...cut };
  return told(before, follow(after), [...back.events, { type: 'order.amended', data }]);
}
