import { spawn } from 'node:child_process';
import { join } from 'node:path';
import axios from 'axios';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../../core/config/project-root.js';
import type { PresentedOrder } from '../../../core/order/present.js';
import { cleanUp, type HubProcess, newDataDir, startHubProcess } from '../../support/hub-process.js';
import { until } from '../../support/hub-rig.js';
import { lineInput, orderInput } from '../../support/orders.js';

const dataDir = newDataDir();
let hub: HubProcess | undefined;
let order = '';

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built command as a person does. */
const orderhub = (args: readonly string[], input = ''): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(projectRoot(), 'bin', 'orderhub.js'), ...args], {
      env: { ...process.env, DATA_DIR: dataDir },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.once('close', (code) => resolve({ code, out, err }));
    child.stdin.end(input);
  });

const orderNow = async (): Promise<PresentedOrder> => {
  const headers = { authorization: `Bearer ${hub?.token}` };
  return (await axios.get<{ order: PresentedOrder }>(`${hub?.url}/api/v1/orders/${order}`, { headers })).data.order;
};
const untilOrder = (is: (now: PresentedOrder) => boolean): Promise<PresentedOrder> =>
  until(async () => {
    const now = await orderNow();
    return is(now) ? now : undefined;
  });
const shown = async (): Promise<string> => (await orderhub(['order', 'show', order])).out;

beforeAll(async () => {
  hub = await startHubProcess(dataDir);
  const lines = [
    lineInput({ ref: '1', product: 'SVC-IMPL', quantity: '3', listPrice: '2000', unitPrice: '2000', taxRate: '0.06' }),
  ];
  const { data } = await axios.post(`${hub.url}/api/v1/orders`, orderInput({ lines }), {
    headers: { authorization: `Bearer ${hub.token}`, 'idempotency-key': 'commands' },
  });
  order = data.orderNumber;
  await untilOrder(({ plan }) => plan.some(({ stepId, state }) => stepId === '1-perform' && state === 'ready'));
});
afterAll(() => cleanUp(dataDir, hub));

test('a step is completed in parts, and the same evidence counts once', async () => {
  const part = [
    'order',
    'complete',
    order,
    '1-perform',
    '--date',
    '2026-11-20',
    '--quantity',
    '2',
    '--evidence',
    'week-1',
  ];
  expect(await orderhub(part)).toMatchObject({ code: 0, out: expect.stringContaining('week-1') });
  await untilOrder(({ plan }) => plan.some(({ done }) => done === '2'));
  expect(await shown()).toMatch(/1-perform .* ready +2\/3 .* week-1 2026-11-20/);
  expect(JSON.parse((await orderhub([...part, '--json'])).out)).toEqual({ id: 'week-1', duplicate: true });
  expect((await orderNow()).lines[0]?.quantities).toMatchObject({ open: '1', delivered: '2' });
});

test('what was performed is announced to come back and received; more is refused in both languages', async () => {
  const back = ['order', 'return', order, '--line', '1', '--reason', 'not wanted'];
  const refused = await orderhub([...back, '--quantity', '5']);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toMatch(/only 2 can be returned[\s\S]*可退数量仅 2[\s\S]*RETURN_REFUSED/);
  expect((await orderhub([...back, '--quantity', '1'])).code).toBe(0);
  await untilOrder(({ returns }) => returns.length === 1);
  expect((await orderhub(['order', 'receive', order, `${order}-R1`, '--date', '2026-11-21'])).code).toBe(0);
  await untilOrder(({ returns }) => returns[0]?.state === 'received');
});

test('an amendment is read from standard input and takes effect once for one key', async () => {
  const lineId = (await orderNow()).lines[0]?.lineId;
  const changes = [{ do: 'reduce', lineId, quantity: '1' }];
  const input = JSON.stringify({ effectiveDate: '2026-11-25', reason: 'one fewer', changes });
  const amend = ['order', 'amend', order, '-', '--key', 'k-1', '--json'];
  expect(JSON.parse((await orderhub(amend, input)).out)).toEqual({ id: 'k-1', duplicate: false });
  await untilOrder(({ amendments }) => amendments[0]?.state === 'effective');
  expect(JSON.parse((await orderhub(amend, input)).out)).toEqual({ id: 'k-1', duplicate: true });
  expect(await orderNow()).toMatchObject({ revision: 2, lines: [{ quantities: { open: '0', cancelled: '1' } }] });
  const page = await shown();
  expect(page).toMatch(new RegExp(`${order}-A1 +effective +2026-11-25 +reduce .* one fewer`));
  expect(page).toMatch(new RegExp(`${order}-R1 +received +1: 1 +not wanted`));
});

test('an unknown line and a file that is no JSON are told, and nothing is sent', async () => {
  const line = await orderhub(['order', 'return', order, '--line', '9', '--quantity', '1', '--reason', 'x']);
  expect(line).toMatchObject({ code: 1, err: expect.stringContaining('RESOURCE_NOT_FOUND') });
  const file = await orderhub(['order', 'amend', order, '-'], '{');
  expect(file).toMatchObject({ code: 1, err: expect.stringContaining('standard input cannot be read as JSON') });
});
