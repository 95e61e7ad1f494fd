import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Rig, randomKey, startRig, until } from '../../support/hub-rig.js';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(async () => rig.stop());

const order = (amount: string, more: object = {}) => ({
  schema: 'order/v1',
  orderDate: '2026-11-18',
  currency: 'CNY',
  customer: { code: 'C001', name: '杭州云帆智能制造有限公司', taxNumber: '91330100MA2XXXXX1K' },
  lines: [{ ref: 'l1', product: 'LIC-PLATFORM', quantity: '1', unitPrice: amount, taxRate: '0.13' }],
  ...more,
});

async function create(body: object): Promise<string> {
  const { data } = await rig.api.post('/api/v1/orders', body, { headers: { 'idempotency-key': randomKey() } });
  return data.orderId;
}

interface View {
  states: { commercial: string };
  openTasks: { taskId: string; role: string; kind: string }[];
  rejection?: { why: string }[];
}
const view = async (id: string): Promise<View> => (await rig.api.get(`/api/v1/orders/${id}`)).data;
const waiting = (id: string) => until(async () => (await view(id)).openTasks.find(({ kind }) => kind === 'approval'));
const decide = (taskId: string, body: object, config = {}) =>
  rig.api.post(`/api/v1/tasks/${encodeURIComponent(taskId)}/decision`, body, config);

/** Levels that are asked for an order of this net amount, in order. */
async function ladder(net: string): Promise<string[]> {
  const id = await create(order(net));
  const roles: string[] = [];
  for (;;) {
    const at = await until(async () => {
      const { states, openTasks } = await view(id);
      const task = openTasks.find(({ kind, role }) => kind === 'approval' && !roles.includes(role));
      return states.commercial === 'accepted' ? ('accepted' as const) : task;
    });
    if (at === 'accepted') return roles;
    roles.push(at.role);
    expect((await decide(at.taskId, { decision: 'approve' })).status).toBe(200);
  }
}

test.each([
  ['8000.00', []],
  ['50000.00', ['sales-manager']],
  ['88495.57', ['sales-manager']], // 99,999.99 with VAT
  ['88495.58', ['sales-manager', 'sales-director']], // 100,000.01 with VAT
  ['442477.87', ['sales-manager', 'sales-director']], // 499,999.99 with VAT
  ['500000.00', ['sales-manager', 'sales-director', 'vice-president']],
])('net %s asks %j', async (net, roles) => {
  expect(await ladder(net)).toEqual(roles);
});

test('a rejection needs its reason, ends the order, and cannot be decided again', async () => {
  const id = await create(order('50000.00'));
  const { taskId } = await waiting(id);
  expect((await decide(taskId, { decision: 'reject' })).status).toBe(400);
  expect((await decide(taskId, { decision: 'reject', comment: 'price' })).status).toBe(200);
  const rejected = await until(async () => {
    const now = await view(id);
    return now.states.commercial === 'rejected' ? now : undefined;
  });
  expect(rejected.rejection?.[0]?.why).toContain('price');
  const again = await decide(taskId, { decision: 'approve' });
  expect([again.status, again.data.code]).toEqual([409, 'TASK_CLOSED']);
});

test('of ten decisions at once one counts', async () => {
  const id = await create(order('50000.00'));
  const { taskId } = await waiting(id);
  const answers = await Promise.all(Array.from({ length: 10 }, () => decide(taskId, { decision: 'approve' })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
});

test('a role that is not asked may not decide', async () => {
  const id = await create(order('50000.00'));
  const { taskId } = await waiting(id);
  const { data } = await rig.api.post('/api/v1/api-keys', { name: 'director', roles: ['sales-director'] });
  const answer = await decide(taskId, { decision: 'approve' }, { headers: { authorization: `Bearer ${data.key}` } });
  expect([answer.status, answer.data.code]).toEqual([403, 'ACCESS_DENIED']);
  expect((await view(id)).states.commercial).toBe('in-approval');
});

test('a sign-in link works once and a browser needs the custom header to change anything', async () => {
  const link = new URL(await rig.running.signInLink('wang.wei'));
  const token = link.searchParams.get('token');
  const first = await rig.api.post('/api/v1/session', { token }, { headers: { authorization: '' } });
  expect(first.data.actor.name).toContain('王伟');
  const cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
  expect(String(first.headers['set-cookie'])).toMatch(/HttpOnly.*SameSite=Strict/);
  const again = await rig.api.post('/api/v1/session', { token }, { headers: { authorization: '' } });
  expect(again.status).toBe(401);

  const id = await create(order('50000.00'));
  const { taskId } = await waiting(id);
  const headers = { authorization: '', cookie };
  expect((await decide(taskId, { decision: 'approve' }, { headers })).status).toBe(403);
  const approved = await decide(
    taskId,
    { decision: 'approve' },
    { headers: { ...headers, 'x-orderhub-request': '1' } },
  );
  expect(approved.data).toMatchObject({ state: 'approved', decidedBy: '王伟 Wang Wei' });
});
