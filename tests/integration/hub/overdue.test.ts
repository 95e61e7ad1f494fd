import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Rig, randomKey, startRig, until } from '../../support/hub-rig.js';
import { orderInput } from '../../support/orders.js';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

test('a step that is overdue alarms once, and the order asks for attention until it is done', async () => {
  const input = orderInput({
    customer: { code: 'C001', name: '杭州云帆智能制造有限公司' },
    lines: [{ ref: 'L1', product: 'LIC-ANALYTICS', quantity: '1', unitPrice: '8000.00', taxRate: '0.13' }],
  });
  const config = { headers: { 'idempotency-key': randomKey() } };
  const { orderId } = (await rig.api.post('/api/v1/orders', input, config)).data;
  const view = async () => (await rig.api.get(`/api/v1/orders/${orderId}`)).data;
  const ready = await until(async () => {
    const order = await view();
    return order.order.plan[0]?.state === 'ready' ? order : undefined;
  });
  expect(ready.attention).toBe(false);

  const { orders } = rig.running.hub.models;
  const dueDate = '2026-11-19';
  await orders.updateOne(
    { _id: orderId },
    { $set: { 'plan.0.dueDate': dueDate, alarmOn: dueDate }, $inc: { version: 1 } },
  );
  await rig.running.hub.sweep();
  await until(async () => (await view()).attention === true);
  const overdue = async () =>
    (await rig.api.get(`/api/v1/orders/${orderId}/timeline`)).data.items.filter(
      (item: { id: string; title: { en: string } }) => item.title.en === 'Steps are overdue',
    );
  await until(async () => (await overdue()).length === 1);
  const tasks = await until(async () => {
    const open = (await view()).openTasks;
    return open.some((task: { title: { en: string } }) => task.title.en === 'Steps of the order are overdue') && open;
  });
  expect(tasks.map((task: { kind: string }) => task.kind)).toEqual(expect.arrayContaining(['todo']));
  await rig.running.hub.sweep();
  expect(await overdue()).toHaveLength(1);

  const done = { evidenceId: 'key-sent', stepId: '1-licence-key', date: '2026-11-24' };
  expect((await rig.api.post(`/api/v1/orders/${orderId}/steps`, done)).status).toBe(202);
  await until(async () => (await view()).attention === false);
});
