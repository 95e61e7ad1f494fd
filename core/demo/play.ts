import { AnsweredProblem } from '../cli/api.js';
import { sandboxControl } from '../sandbox/client.js';
import { bringIn } from './bring-in.js';
import type { HubClient } from './hub-client.js';
import type { DemoOrder, DemoStep } from './orders.js';
import { confirmed, effectsOf, type Stage, viewOf } from './stage.js';
import { STEPS } from './steps.js';
import type { EffectView, JournalView, OrderView, Page, TaskView } from './views.js';

export interface Played {
  readonly name: string;
  readonly orderNumber: string;
  readonly customer: string;
  readonly gross: string;
  readonly currency: string;
  readonly state: string;
  readonly approvals: readonly string[];
  readonly reasons: readonly string[];
  readonly effects: Readonly<Record<string, string>>;
  readonly journals: number;
  readonly ok: boolean;
  readonly why?: string;
}

const find = (client: HubClient, search: string): Promise<OrderView> =>
  client.until(`order ${search}`, async () => {
    const { items } = await client.get<Page<OrderView>>('/api/v1/orders', { params: { search } });
    return items[0];
  });

/** Approves whatever is asked, as each approver would, until the order is decided. */
function decide(client: HubClient, id: string): Promise<OrderView> {
  return client.until(`a decision on ${id}`, async () => {
    const order = await viewOf(client, id);
    for (const task of order.openTasks.filter(({ kind }) => kind === 'approval')) {
      const path = `/api/v1/tasks/${encodeURIComponent(task.taskId)}/decision`;
      await client.post(path, { decision: 'approve', comment: 'demo' }).catch((error: unknown) => {
        if (!(error instanceof AnsweredProblem) || error.problem.code !== 'TASK_CLOSED') throw error;
      });
    }
    return ['accepted', 'rejected'].includes(order.states.commercial) ? order : undefined;
  });
}

const perform = (stage: Stage, id: string, step: DemoStep, key: string): Promise<unknown> =>
  (STEPS[step.do] as (stage: Stage, id: string, step: DemoStep, key: string) => Promise<unknown>)(stage, id, step, key);

function unitsDiffer(order: DemoOrder, { order: { lines } }: OrderView): string | undefined {
  for (const [at, wanted] of (order.units ?? []).entries()) {
    for (const [bucket, quantity] of Object.entries(wanted)) {
      const there = lines[at]?.quantities[bucket as keyof typeof wanted];
      if (there !== quantity) return `line ${at + 1} has ${there} ${bucket}, not ${quantity}`;
    }
  }
  return undefined;
}

const PENDING = ['planned', 'sending', 'unknown'];

/** Waits until every effect has its outcome, every journal its voucher, and every unit is where it should end. */
function settled(client: HubClient, id: string, order: DemoOrder, journals: number) {
  return client.until(`the end of ${order.name}`, async () => {
    const effects = await effectsOf(client, id);
    const { items } = await client.get<Page<JournalView>>(`/api/v1/orders/${id}/journals`);
    const quiet = effects.every(({ state }) => !PENDING.includes(state));
    const posted = items.length >= journals && items.every(({ voucher }) => voucher?.state === 'confirmed');
    const end = await viewOf(client, id);
    return quiet && posted && unitsDiffer(order, end) === undefined ? { effects, journals: items, end } : undefined;
  });
}

/** Refusals that a step wanted are none of the order's faults. */
const refusedEffects = (order: DemoOrder, effects: readonly EffectView[]): readonly EffectView[] =>
  order.steps.some((step) => step.do === 'amend' && step.ends === 'refused')
    ? effects.filter(({ key, state }) => state !== 'confirmed' && !key.endsWith('/cancel'))
    : effects.filter(({ state }) => state !== 'confirmed');

function verdict(order: DemoOrder, end: OrderView, approvals: readonly string[]): string | undefined {
  if (end.states.commercial !== order.ends) return `it ended ${end.states.commercial}, not ${order.ends}`;
  if (String(approvals) !== String(order.approvals)) return `approved by ${approvals.join(', ') || 'nobody'}`;
  if (order.ends === 'rejected' && (end.rejection ?? []).length === 0) return 'it was rejected without a reason';
  const revisions = 1 + order.steps.filter((step) => step.do === 'amend' && step.ends === 'effective').length;
  return end.revision === revisions ? undefined : `it has ${end.revision} revisions, not ${revisions}`;
}

/** Plays one order from its source to the ledger. @returns what became of it; `ok` false says why. */
export async function play(stage: Stage, order: DemoOrder): Promise<Played> {
  const { client, sandbox, progress } = stage;
  progress(order.name, 'selling');
  for (const { system, ...fault } of order.faults ?? []) await sandboxControl(sandbox).inject(system, fault);
  const found = await find(client, await bringIn(stage, order));
  const id = found.orderId;
  progress(order.name, 'approving');
  const decided = await decide(client, id);
  if (decided.states.commercial === 'accepted') {
    progress(order.name, 'releasing');
    await confirmed(client, id, 'SAL_SaleOrder', 1);
    if (order.by !== 'api') await confirmed(client, id, 'Opportunity', 1);
    progress(order.name, 'carrying-out');
    for (const [at, step] of order.steps.entries()) await perform(stage, id, step, `${order.name}-${at + 1}`);
  }
  const accepted = decided.states.commercial === 'accepted';
  const { effects, journals, end } = await settled(client, id, order, accepted ? order.journals : 0);
  const tasks = await client.get<Page<TaskView>>('/api/v1/tasks', { params: { state: 'closed', limit: 200 } });
  const approvals = tasks.items.filter((t) => t.orderId === id && t.kind === 'approval' && t.state === 'approved');
  const roles = approvals.map(({ role }) => role).reverse();
  const [failed] = refusedEffects(order, effects);
  const why =
    verdict(order, end, roles) ??
    (failed === undefined ? undefined : `${failed.key} is ${failed.state}`) ??
    (journals.length === order.journals ? undefined : `it has ${journals.length} journals, not ${order.journals}`);
  progress(order.name, 'done');
  return {
    name: order.name,
    orderNumber: end.orderNumber,
    customer: end.customer.name,
    gross: end.gross,
    currency: end.currency,
    state: end.states.commercial,
    approvals: roles,
    reasons: (end.rejection ?? []).map((reason) => reason.why),
    effects: Object.fromEntries(effects.map(({ key, state }) => [key, state])),
    journals: journals.length,
    ok: why === undefined,
    ...(why === undefined ? {} : { why }),
  };
}
