import { afterAll, beforeAll, expect, test } from 'vitest';
import { businessDate } from '../../../core/order/business-date.js';
import { addDays, periodOf } from '../../../core/revenue/days.js';
import { type Rig, startRig, until } from '../../support/hub-rig.js';
import { type Desk, GATEWAYS, orderDesk, type Task, type View } from '../../support/order-desk.js';

let rig: Rig;
let desk: Desk;
beforeAll(async () => {
  rig = await startRig();
  desk = orderDesk(rig);
});
afterAll(async () => rig.stop());

const LICENCE = { product: 'LIC-ANALYTICS', quantity: '2', unitPrice: '500.00' };
const DAYS = { product: 'SVC-IMPL', quantity: '20', unitPrice: '100.00', taxRate: '0.06' };
const DATE = '2026-11-20';

const stepOf = ({ order }: View, stepId: string) => order.plan.find((step) => step.stepId === stepId);
/** The order, and the to-do of a step once somebody is asked for it. */
async function asked(id: string, stepId: string): Promise<Task> {
  const has = ({ openTasks }: View): Task | undefined => openTasks.find((task) => task.stepId === stepId);
  const task = has(await desk.untilView(id, (now) => has(now) !== undefined));
  if (task === undefined) throw new Error(`nobody is asked for ${stepId}`);
  return task;
}
const report = (id: string, stepId: string, evidenceId: string, more: object = {}) =>
  desk.report(id, 'steps', { evidenceId, stepId, date: DATE, ...more });
const stateOf = async ({ taskId }: Task): Promise<string> =>
  (await rig.api.get(`/api/v1/tasks/${encodeURIComponent(taskId)}`)).data.state;
const revenue = async (id: string, count: number, account: string): Promise<(string | undefined)[]> =>
  (await desk.booked(id, count)).map(({ lines }) => lines.find((line) => line.account === account)?.amount);

async function doneAs(role: string, { taskId }: Task): Promise<number> {
  const { data } = await rig.api.post('/api/v1/api-keys', { name: role, roles: [role] });
  const headers = { authorization: `Bearer ${data.key}` };
  const path = `/api/v1/tasks/${encodeURIComponent(taskId)}/decision`;
  return (await rig.api.post(path, { decision: 'done' }, { headers })).status;
}

test('a to-do that its role reports done completes the step, delivers and books', async () => {
  const { orderId } = await desk.sell([LICENCE]);
  const task = await asked(orderId, '1-licence-key');
  expect(task.role).toBe('production');
  expect(await doneAs('sales-manager', task)).toBe(403);
  expect(stepOf(await desk.view(orderId), '1-licence-key')).toMatchObject({ state: 'ready', done: '0' });
  expect(await doneAs('production', task)).toBe(200);
  const now = await desk.untilView(orderId, ({ states }) => states.fulfilment === 'delivered');
  expect(stepOf(now, '1-licence-key')).toMatchObject({ state: 'done', done: '2', evidence: [{ kind: 'task' }] });
  expect(await revenue(orderId, 1, 'revenue.licence')).toEqual(['1000.00']);
  expect(await doneAs('production', task)).toBe(409);
});

test('a step reported over the API takes its to-do back', async () => {
  const { orderId } = await desk.sell([LICENCE]);
  const task = await asked(orderId, '1-licence-key');
  expect((await report(orderId, '1-licence-key', 'KEY-1')).status).toBe(202);
  const now = await desk.untilView(orderId, ({ states }) => states.fulfilment === 'delivered');
  expect(stepOf(now, '1-licence-key')?.evidence).toMatchObject([{ kind: 'task', id: 'KEY-1', date: DATE }]);
  await until(async () => (await stateOf(task)) === 'recalled');
  expect((await desk.decide(task.taskId, 'done')).data.code).toBe('TASK_CLOSED');
});

test('milestones deliver in parts, each with its revenue; acceptance follows the last', async () => {
  const { orderId } = await desk.sell([DAYS]);
  const task = await asked(orderId, '1-perform');
  await report(orderId, '1-perform', 'M-1', { quantity: '8' });
  const part = await desk.untilView(orderId, ({ order }) => order.lines[0]?.quantities.delivered === '8');
  expect(stepOf(part, '1-perform')).toMatchObject({ state: 'ready', done: '8' });
  expect(part.states.fulfilment).toBe('part-delivered');
  expect(stepOf(part, '1-accept')?.state).toBe('waiting');
  expect(await stateOf(task)).toBe('waiting');

  await report(orderId, '1-perform', 'M-2');
  const all = await desk.untilView(orderId, ({ states }) => states.fulfilment === 'delivered');
  expect(stepOf(all, '1-perform')?.evidence).toMatchObject([{ quantity: '8' }, { quantity: '12' }]);
  expect(await revenue(orderId, 2, 'revenue.service')).toEqual(['800.00', '1200.00']);
  await asked(orderId, '1-accept');
  await report(orderId, '1-accept', 'M-3');
  await desk.untilView(orderId, ({ states, openTasks }) => states.fulfilment === 'accepted' && openTasks.length === 0);
});

test('the same evidence counts once, and proves nothing else', async () => {
  const { orderId } = await desk.sell([DAYS]);
  await asked(orderId, '1-perform');
  const part = { quantity: '5' };
  const [first, again] = await Promise.all([0, 1].map(() => report(orderId, '1-perform', 'E-1', part)));
  expect([first?.status, again?.status]).toEqual([202, 202]);
  expect([first?.data.duplicate, again?.data.duplicate].sort()).toEqual([false, true]);
  await desk.untilView(orderId, ({ order }) => order.lines[0]?.quantities.delivered === '5');
  expect((await report(orderId, '1-perform', 'E-1', part)).data.duplicate).toBe(true);
  await report(orderId, '1-perform', 'E-2');
  const now = await desk.untilView(orderId, ({ states }) => states.fulfilment === 'delivered');
  expect(stepOf(now, '1-perform')?.evidence).toMatchObject([{ quantity: '5' }, { quantity: '15' }]);
});

test('a step that is not ready, unknown, too large or with a warehouse is refused at once', async () => {
  const { orderId } = await desk.sell([
    { ...GATEWAYS, quantity: '1' },
    { ...DAYS, parent: 'L1' },
  ]);
  await desk.atWarehouse(orderId);
  const before = (await desk.view(orderId)).order;
  const refused = [
    ['2-perform', {}, 'waiting'],
    ['9-perform', {}, 'no such step'],
    ['1-ship', {}, 'another system'],
    ['1-reserve', {}, 'done'],
  ] as const;
  for (const [stepId, more, why] of refused) {
    const { status, data } = await report(orderId, stepId, `R-${stepId}`, more);
    expect([status, data.code, data.title]).toEqual([409, 'PLAN_STEP_REFUSED', expect.stringContaining(why)]);
  }
  expect((await desk.view(orderId)).order).toEqual(before);
  await desk.ship(before.shipments[0]?.number ?? '', 1, true);
  await asked(orderId, '2-perform');
  const { status, data } = await report(orderId, '2-perform', 'R-1', { quantity: '21' });
  expect([status, data.title]).toEqual([409, expect.stringContaining('only 20 are left')]);
});

test('a delivery of a closed month is booked in the first open one, and keeps its own date', async () => {
  const current = periodOf(businessDate(new Date(), 'Asia/Shanghai'));
  const ended = periodOf(addDays(`${current}-01`, -1));
  const { orderId } = await desk.sell([{ ...GATEWAYS, quantity: '2' }], `${ended}-05`);
  const { lines } = (await desk.untilView(orderId, ({ contract }) => contract !== undefined)).order;
  await rig.api.post(`/api/v1/periods/${ended}/close`);
  await until(async () => (await rig.api.get(`/api/v1/periods/${ended}`)).data.state === 'closed');
  const delivery = { deliveryId: 'LATE', date: `${ended}-20`, lines: [{ lineId: lines[0]?.lineId, quantity: '2' }] };
  expect((await desk.report(orderId, 'deliveries', delivery)).status).toBe(202);
  const [journal] = await desk.booked(orderId, 1);
  expect(journal).toMatchObject({ period: current, date: `${current}-01`, factDate: `${ended}-20` });
  const { data: closed } = await rig.api.get('/api/v1/journals', { params: { period: ended, order: orderId } });
  expect(closed.items).toEqual([]);
  await desk.untilView(orderId, ({ states }) => states.revenue === 'recognised');
});
