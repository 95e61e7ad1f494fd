import { FIRST_STATES } from '../../core/order/axes.js';
import type { FulfilmentState, Outcome } from '../../core/order/fulfilment.js';
import { makePlan } from '../../core/order/plan.js';
import type { ShipmentReport, SubscriptionReport } from '../../core/order/reports.js';
import type { OrderLineInput } from '../../core/order/schema.js';
import { lineInput, orderContent, plans } from './orders.js';

/** An accepted order `SO-1` of these lines (`line-01`, `line-02` …), with its plan from 2026-11-18. */
export function acceptedOrder(...lines: readonly Partial<OrderLineInput>[]): FulfilmentState {
  const content = orderContent({ lines: lines.map((line, at) => lineInput({ ref: `L${at + 1}`, ...line })) });
  return {
    orderNumber: 'SO-1',
    revision: 1,
    content,
    states: { ...FIRST_STATES, commercial: 'accepted' },
    holds: [],
    plan: makePlan(content, plans, '2026-11-18'),
    shipments: [],
    subscriptions: [],
    returns: [],
    amendments: [],
    deliveries: [],
  };
}

export const SEATS: Partial<OrderLineInput> = {
  product: 'SAAS-PRO',
  quantity: '10',
  listPrice: '500.00',
  unitPrice: '500.00',
  taxRate: '0.06',
  termStart: '2027-01-01',
  termEnd: '2027-12-31',
};

/** Runs commands one after the other, each on what the one before left; a repeat leaves it as it was. */
export function played(
  state: FulfilmentState,
  ...commands: ((state: FulfilmentState) => Outcome | undefined)[]
): Outcome {
  return commands.reduce<Outcome>(
    (last, command) => {
      const outcome = command(last.state);
      return outcome === undefined ? { state: last.state, events: [] } : outcome;
    },
    { state, events: [] },
  );
}

export const shipmentReport = (change: Partial<ShipmentReport> = {}): ShipmentReport => ({
  schema: 'shipment/v1',
  shipment: 'SO-1-D1',
  report: 'r1',
  date: '2026-11-20',
  state: 'part-shipped',
  lines: [],
  ...change,
});

export const subscriptionReport = (change: Partial<SubscriptionReport> = {}): SubscriptionReport => ({
  schema: 'subscription/v1',
  subscription: 'SO-1-S1',
  report: 'r1',
  date: '2026-12-20',
  state: 'active',
  ...change,
});

export const quantitiesOf = (state: FulfilmentState, lineNo = 1) => state.content.lines[lineNo - 1]?.quantities;
export const stepStates = (state: FulfilmentState): Record<string, string> =>
  Object.fromEntries(state.plan.map((step) => [step.stepId, step.state]));
export const typesOf = ({ events }: Outcome): string[] => events.map(({ type }) => type);
