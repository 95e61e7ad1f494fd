import { AnsweredProblem } from '../cli/api.js';
import { systemClock } from '../clock.js';
import { calloutOf, type SandboxOrder, SIMULATOR_TYPES, seedOrder } from '../main.js';
import { sandboxControl } from '../sandbox/client.js';
import type { SandboxEndpoints } from '../sandbox/host.js';
import type { HubClient } from './hub-client.js';
import { canonicalOf, DEMO_DATE, type DemoOrder } from './orders.js';

/** How far an order of the demo has come, for progress. */
export type Step = 'selling' | 'approving' | 'releasing' | 'delivering' | 'done';

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

interface OrderView {
  orderId: string;
  orderNumber: string;
  revision: number;
  customer: { name: string };
  gross: string;
  currency: string;
  states: { commercial: string; revenue: string };
  rejection?: { why: string }[];
  openTasks: { taskId: string; kind: string; role: string }[];
  order: { lines: { lineId: string }[] };
}
interface TaskView {
  kind: string;
  state: string;
  role: string;
  orderId: string;
}
interface EffectView {
  key: string;
  state: string;
}
interface Page<T> {
  items: T[];
}

export interface Stage {
  readonly client: HubClient;
  readonly sandbox: SandboxEndpoints;
  readonly progress: (name: string, step: Step) => void;
}

/** Settings and secrets of the sandbox organisation. */
function organisation(sandbox: SandboxEndpoints) {
  const type = SIMULATOR_TYPES.find((candidate) => candidate.system === 'salesforce');
  const endpoint = sandbox.systems['salesforce'];
  if (type === undefined || endpoint === undefined) throw new Error('the sandbox has no Salesforce');
  return type.connection(endpoint.baseUrl);
}

const sold = (order: DemoOrder): SandboxOrder => ({
  account: order.account,
  opportunityName: `Demo ${order.name}`,
  orderDate: DEMO_DATE,
  owner: 'S001',
  lines: order.lines,
});

/** Brings the order in. @returns the text by which it is found. */
async function bringIn({ client, sandbox }: Stage, order: DemoOrder): Promise<string> {
  if (order.by === 'api') {
    const config = { headers: { 'idempotency-key': `demo-${order.name}` } };
    const first = await client.post<{ orderNumber: string }>('/api/v1/orders', canonicalOf(order), config);
    const again = await client.post<{ orderNumber: string }>('/api/v1/orders', canonicalOf(order), config);
    if (again.status !== 200 || again.data.orderNumber !== first.data.orderNumber)
      throw new Error('the same key made two orders');
    return first.data.orderNumber;
  }
  const connection = organisation(sandbox);
  const { orderId } = await seedOrder(connection, sold(order));
  if (order.by === 'push') {
    const { headers, body } = await calloutOf(connection, orderId, systemClock.now());
    for (let time = 0; time < 2; time += 1)
      await client.post('/api/v1/inbound/salesforce', Buffer.from(body), { headers });
  }
  return orderId;
}

const find = (client: HubClient, search: string): Promise<OrderView> =>
  client.until(`order ${search}`, async () => {
    const { items } = await client.get<Page<OrderView>>('/api/v1/orders', { params: { search } });
    return items[0];
  });

const view = (client: HubClient, id: string): Promise<OrderView> => client.get<OrderView>(`/api/v1/orders/${id}`);

/** Approves whatever is asked, as each approver would, until the order is decided. */
function decide(client: HubClient, id: string): Promise<OrderView> {
  return client.until(`a decision on ${id}`, async () => {
    const order = await view(client, id);
    for (const task of order.openTasks.filter(({ kind }) => kind === 'approval')) {
      const path = `/api/v1/tasks/${encodeURIComponent(task.taskId)}/decision`;
      await client.post(path, { decision: 'approve', comment: 'demo' }).catch((error: unknown) => {
        if (!(error instanceof AnsweredProblem) || error.problem.code !== 'TASK_CLOSED') throw error;
      });
    }
    return ['accepted', 'rejected'].includes(order.states.commercial) ? order : undefined;
  });
}

const effectsOf = async (client: HubClient, id: string): Promise<EffectView[]> =>
  (await client.get<Page<EffectView>>('/api/v1/effects', { params: { order: id, limit: 100 } })).items;

/** Waits until `count` effects of an object type are confirmed. */
const confirmed = (client: HubClient, id: string, objectType: string, count: number): Promise<EffectView[]> =>
  client.until(`${count} ${objectType} of ${id}`, async () => {
    const effects = (await effectsOf(client, id)).filter(({ key }) => key.includes(`/${objectType}/`));
    return effects.filter(({ state }) => state === 'confirmed').length >= count ? effects : undefined;
  });

async function deliverAll(
  { client }: Stage,
  order: DemoOrder,
  { orderId, order: { lines } }: OrderView,
): Promise<void> {
  for (const [i, delivery] of order.deliveries.entries()) {
    const report = {
      deliveryId: `D${i + 1}`,
      date: DEMO_DATE,
      lines: delivery.map(({ line, quantity }) => ({ lineId: lines[line]?.lineId ?? '', quantity })),
    };
    await client.post(`/api/v1/orders/${orderId}/deliveries`, report);
    await confirmed(client, orderId, 'GL_VOUCHER', i + 1);
  }
}

function verdict(order: DemoOrder, end: OrderView, approvals: readonly string[]): string | undefined {
  if (end.states.commercial !== order.ends) return `it ended ${end.states.commercial}, not ${order.ends}`;
  if (String(approvals) !== String(order.approvals)) return `approved by ${approvals.join(', ') || 'nobody'}`;
  if (order.ends === 'rejected' && (end.rejection ?? []).length === 0) return 'it was rejected without a reason';
  return end.revision === 1 ? undefined : `it has ${end.revision} revisions`;
}

/** Plays one order from its source to the ledger. @returns what became of it; `ok` false says why. */
export async function play(stage: Stage, order: DemoOrder): Promise<Played> {
  const { client, sandbox, progress } = stage;
  progress(order.name, 'selling');
  for (const on of order.lostAnswers ?? []) {
    await sandboxControl(sandbox).inject('kingdee', { kind: 'dropAfterCommit', on, times: 1 });
  }
  const found = await find(client, await bringIn(stage, order));
  const id = found.orderId;
  progress(order.name, 'approving');
  const decided = await decide(client, id);
  if (decided.states.commercial === 'accepted') {
    progress(order.name, 'releasing');
    await confirmed(client, id, 'SAL_SaleOrder', 1);
    if (order.by !== 'api') await confirmed(client, id, 'Opportunity', 1);
    progress(order.name, 'delivering');
    await deliverAll(stage, order, decided);
  }
  const end = await view(client, id);
  const tasks = await client.get<Page<TaskView>>('/api/v1/tasks', { params: { state: 'closed', limit: 200 } });
  const approvals = tasks.items.filter((t) => t.orderId === id && t.kind === 'approval' && t.state === 'approved');
  const roles = approvals.map(({ role }) => role).reverse();
  const effects = await effectsOf(client, id);
  const { items: journals } = await client.get<Page<unknown>>(`/api/v1/orders/${id}/journals`);
  const why = verdict(order, end, roles);
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
