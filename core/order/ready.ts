import type { Action, FulfilmentState, OrderEvent, Outcome, PlanStep } from './fulfilment.js';
import { isNone, lessQuantity, restQuantity, sumQuantities } from './quantity.js';

/** Actions of which one other system takes all that is ready together. */
const HANDED_OVER: ReadonlySet<Action> = new Set(['ship', 'tenant']);

const LIVE_SHIPMENT: ReadonlySet<string> = new Set(['planned', 'accepted', 'part-shipped']);
const LIVE_SUBSCRIPTION: ReadonlySet<string> = new Set(['planned', 'active', 'suspended']);
export const isLiveShipment = ({ state }: { readonly state: string }): boolean => LIVE_SHIPMENT.has(state);
export const isLiveSubscription = ({ state }: { readonly state: string }): boolean => LIVE_SUBSCRIPTION.has(state);

/** Units of a step that a warehouse or subscription system was asked for and has not reported yet. */
const askedFor = (state: FulfilmentState, { lineId, action }: PlanStep): string => {
  const rests =
    action === 'ship'
      ? state.shipments
          .filter(isLiveShipment)
          .flatMap((s) => s.lines.map((l) => ({ lineId: l.lineId, rest: restQuantity(l.quantity, l.shipped) })))
      : state.subscriptions
          .filter(isLiveSubscription)
          .flatMap((s) => s.lines.map((l) => ({ lineId: l.lineId, rest: restQuantity(l.quantity, l.active) })));
  return sumQuantities(rests.filter((entry) => entry.lineId === lineId).map(({ rest }) => rest));
};

/** True while a frozen amendment may still take units of the line away. */
const isBeingReduced = (state: FulfilmentState, lineId: string): boolean =>
  state.amendments.some(
    ({ state: at, changes }) =>
      at === 'frozen' && changes.some((c) => (c.do === 'reduce' || c.do === 'cancel') && c.lineId === lineId),
  );

/** Units of a step that can be taken up now: it is ready, nobody was asked for them, and they are open. */
export function availableUnits(state: FulfilmentState, step: PlanStep): string {
  const rest = restQuantity(step.quantity, step.done);
  if (step.state !== 'ready') return '0';
  if (!HANDED_OVER.has(step.action)) return rest;
  if (isBeingReduced(state, step.lineId)) return '0';
  const line = state.content.lines.find(({ lineId }) => lineId === step.lineId);
  return lessQuantity(restQuantity(rest, askedFor(state, step)), line?.quantities.open ?? '0');
}

/**
 * An event `fulfilment.ready` for what can be taken up now and could not before: one for everything to ship, one for
 * every tenant, and one each for the rest.
 */
export function readySteps(before: FulfilmentState, after: FulfilmentState): OrderEvent[] {
  const stood = new Map(before.plan.map((step) => [step.stepId, availableUnits(before, step)]));
  const groups = new Map<string, { action: Action; steps: Record<string, unknown>[] }>();
  for (const step of after.plan) {
    const quantity = availableUnits(after, step);
    if (isNone(quantity) || !isNone(stood.get(step.stepId) ?? '0')) continue;
    const { stepId, lineId, lineNo, action } = step;
    const key = HANDED_OVER.has(action) ? action : stepId;
    const group = groups.get(key) ?? { action, steps: [] };
    const product = after.content.lines.find((line) => line.lineId === lineId)?.product ?? '';
    group.steps.push({ stepId, lineId, lineNo, product, quantity });
    groups.set(key, group);
  }
  return [...groups.values()].map((data) => ({ type: 'fulfilment.ready', data }));
}

/** A command's outcome with the steps it made ready. */
export const told = (before: FulfilmentState, after: FulfilmentState, events: readonly OrderEvent[] = []): Outcome => ({
  state: after,
  events: [...events, ...readySteps(before, after)],
});
