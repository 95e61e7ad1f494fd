import { HubError } from '../errors/hub-error.js';
import { complete } from './deliver.js';
import { follow, moveUnits } from './follow.js';
import { type FulfilmentState, nextNumber, type OrderEvent, type Outcome, type SubscriptionRun } from './fulfilment.js';
import { giveBack, takeReady } from './hand-over.js';
import type { Mark } from './plan.js';
import { addQuantity, isNone, readQuantity, release, restQuantity } from './quantity.js';
import { isLiveSubscription, told } from './ready.js';
import type { SubscriptionReport } from './reports.js';

const withRun = (state: FulfilmentState, changed: SubscriptionRun): FulfilmentState => ({
  ...state,
  subscriptions: state.subscriptions.map((run) => (run.number === changed.number ? changed : run)),
});

/**
 * Asks for what the `tenant` steps still have to set up: open units go into fulfilment, as one new subscription or as
 * more lines of the one that runs. Undefined when nothing is left to ask for.
 * @throws HubError PLAN_STEP_REFUSED for a step that is no `tenant` step, ORDER_MOVE_REFUSED (held, not accepted)
 */
export function planSubscription(before: FulfilmentState, stepIds: readonly string[]): Outcome | undefined {
  const lines = takeReady(before, 'tenant', stepIds);
  if (lines.length === 0) return undefined;
  const asked = lines.map((line) => ({ ...line, active: '0' }));
  const running = before.subscriptions.find((run) => run.state === 'active');
  const number = running?.number ?? nextNumber(before.orderNumber, 'S', before.subscriptions);
  const fresh: SubscriptionRun = { number, state: 'planned', lines: asked, reports: [] };
  const moved = lines.reduce((now, { lineId, quantity }) => moveUnits(now, release, lineId, quantity), before);
  const after =
    running === undefined
      ? { ...moved, subscriptions: [...before.subscriptions, fresh] }
      : withRun(moved, { ...running, lines: [...running.lines, ...asked] });
  const type = running === undefined ? 'subscription.planned' : 'subscription.extended';
  return { state: follow(after), events: [{ type, data: { subscription: number, lines } }] };
}

type Refuse = (path: string, why: string, whyZh: string) => never;

/** Seats that became active with this report: all that were asked for, unless it counts them. */
function newSeats(run: SubscriptionRun, report: SubscriptionReport, refuse: Refuse): SubscriptionRun['lines'] {
  for (const [at, { lineNo, quantity }] of (report.lines ?? []).entries()) {
    const path = `$.lines[${at}]`;
    const line = run.lines.find((candidate) => candidate.lineNo === lineNo);
    if (line === undefined) return refuse(`${path}.lineNo`, `it has no line ${lineNo}`, `订阅没有第 ${lineNo} 行`);
    if ((readQuantity(quantity) ?? -1n) < 0n)
      return refuse(`${path}.quantity`, 'it is no number of seats', '不是有效的席位数');
    if (!isNone(restQuantity(quantity, line.quantity)))
      return refuse(`${path}.quantity`, `only ${line.quantity} were asked for`, `仅申请了 ${line.quantity}`);
  }
  return run.lines
    .map((line) => {
      const said = report.lines?.find(({ lineNo }) => lineNo === line.lineNo)?.quantity;
      const standing = report.lines === undefined ? line.quantity : (said ?? line.active);
      return { ...line, quantity: restQuantity(standing, line.active) };
    })
    .filter(({ quantity }) => !isNone(quantity));
}

/** Control passes when the term has begun and the seats are there, so seats are delivered by day. */
function activate(before: FulfilmentState, run: SubscriptionRun, report: SubscriptionReport, refuse: Refuse): Outcome {
  const { number } = run;
  const seats = newSeats(run, report, refuse);
  const byDate = new Map<string, Mark[]>();
  for (const { lineId, quantity } of seats) {
    const termStart = before.content.lines.find((line) => line.lineId === lineId)?.termStart ?? report.date;
    // biome-ignore lint/complexity/useMathMinMax: dates are texts
    const date = termStart > report.date ? termStart : report.date;
    byDate.set(date, [...(byDate.get(date) ?? []), { lineId, action: 'tenant', quantity }]);
  }
  const gained = new Map(seats.map(({ lineId, quantity }) => [lineId, quantity]));
  const changed: SubscriptionRun = {
    ...run,
    state: 'active',
    lines: run.lines.map((line) => ({ ...line, active: addQuantity(line.active, gained.get(line.lineId) ?? '0') })),
    reports: [...run.reports, report.report],
  };
  let state = withRun(before, changed);
  const events: OrderEvent[] = [];
  for (const [date, marks] of byDate) {
    const id = `${number}.${report.report}${byDate.size > 1 ? `.${date}` : ''}`;
    const done = complete(state, marks, { kind: 'report', id, date });
    state = done.state;
    events.push(...done.events.filter(({ type }) => type !== 'fulfilment.ready'));
  }
  const lines = seats.map(({ lineId, lineNo, quantity }) => ({ lineId, lineNo, quantity }));
  const data = { subscription: number, report: report.report, date: report.date, lines };
  return told(before, state, [{ type: 'subscription.active', data }, ...events]);
}

/** The end of a run: seats that were asked for and never set up are open again; those that ran are an amendment's matter. */
function end(before: FulfilmentState, changed: SubscriptionRun): FulfilmentState {
  const rests = changed.lines.map(({ lineId, quantity, active }) => ({
    lineId,
    quantity: restQuantity(quantity, active),
  }));
  return follow(giveBack(withRun(before, changed), rests));
}

/**
 * Takes what a subscription system says. The first `active` report delivers the seats, on the later of its date and the
 * start of the line's term. Undefined when it was taken before.
 * @throws HubError REPORT_REFUSED for an unknown subscription or line, for more seats than asked for, and after its end.
 */
export function applySubscriptionReport(before: FulfilmentState, report: SubscriptionReport): Outcome | undefined {
  const refuse: Refuse = (path, why, whyZh) => {
    throw new HubError('REPORT_REFUSED', { order: before.orderNumber, path, why, whyZh });
  };
  const { subscription: number, state: to } = report;
  const run = before.subscriptions.find((candidate) => candidate.number === number);
  if (run === undefined) return refuse('$.subscription', `there is no subscription ${number}`, `没有订阅 ${number}`);
  if (run.reports.includes(report.report)) return undefined;
  if (!isLiveSubscription(run)) refuse('$.state', `the subscription is ${run.state}`, `订阅状态为 ${run.state}`);
  if (to === 'suspended' && run.state === 'planned') refuse('$.state', 'it was never active', '订阅从未启用');
  if (to === 'active') {
    try {
      return activate(before, run, report, refuse);
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'QUANTITY_REFUSED') throw error;
      return refuse('$.lines', error.message, String(error.facts['whyZh'] ?? error.message));
    }
  }
  const reports = [...run.reports, report.report];
  if (to === 'pending') return { state: withRun(before, { ...run, reports }), events: [] };
  const changed: SubscriptionRun = { ...run, reports, state: to };
  const state = to === 'suspended' ? withRun(before, changed) : end(before, changed);
  const data = { subscription: number, report: report.report, date: report.date };
  return { state, events: [{ type: `subscription.${to}`, data }] };
}
