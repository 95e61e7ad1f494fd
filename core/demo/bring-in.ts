import { randomBytes } from 'node:crypto';
import { systemClock } from '../clock.js';
import { calloutOf, type SandboxOrder, seedOrder } from '../main.js';
import { canonicalOf, DEMO_DATE, type DemoOrder } from './orders.js';
import { type Stage, sandboxConnection } from './stage.js';

/** Each run of the demo sells anew, also on a hub that has seen it before. */
const RUN = randomBytes(4).toString('hex');

const sold = (order: DemoOrder): SandboxOrder => ({
  account: order.account,
  opportunityName: `Demo ${order.name}`,
  orderDate: order.date ?? DEMO_DATE,
  owner: 'S001',
  lines: order.lines,
});

/** Brings the order in. @returns the text by which it is found. */
export async function bringIn({ client, sandbox }: Stage, order: DemoOrder): Promise<string> {
  if (order.by === 'api') {
    const config = { headers: { 'idempotency-key': `demo-${order.name}-${RUN}` } };
    const first = await client.post<{ orderNumber: string }>('/api/v1/orders', canonicalOf(order), config);
    const again = await client.post<{ orderNumber: string }>('/api/v1/orders', canonicalOf(order), config);
    if (again.status !== 200 || again.data.orderNumber !== first.data.orderNumber)
      throw new Error('the same key made two orders');
    return first.data.orderNumber;
  }
  const connection = sandboxConnection(sandbox, 'salesforce');
  const { orderId } = await seedOrder(connection, sold(order));
  if (order.by === 'push') {
    const { headers, body } = await calloutOf(connection, orderId, systemClock.now());
    for (let time = 0; time < 2; time += 1)
      await client.post('/api/v1/inbound/salesforce', Buffer.from(body), { headers });
  }
  return orderId;
}
