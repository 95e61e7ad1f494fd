import { afterEach, describe, expect, test } from 'vitest';
import { hubClient } from '../../../core/demo/hub-client.js';
import { DEMO_ORDERS } from '../../../core/demo/orders.js';
import { play } from '../../../core/demo/play.js';
import { tieOut } from '../../../core/demo/tie-out.js';
import { findSandbox, sandboxControl } from '../../../core/sandbox/client.js';
import { cleanUp, type HubProcess, newDataDir, startHubProcess, untilGone } from '../../support/hub-process.js';

let dataDir = '';
let hub: HubProcess | undefined;
afterEach(async () => cleanUp(dataDir, hub));

const named = (...names: string[]) => DEMO_ORDERS.filter((order) => names.includes(order.name));

interface KingdeeBooks {
  salesOrders: { billNo: string }[];
  vouchers: unknown[];
}

/** Plays orders, kills the hub once Kingdee holds its first bill, starts it again, and waits for the end. */
async function playThroughKill(env: Record<string, string>) {
  dataDir = newDataDir();
  hub = await startHubProcess(dataDir, env);
  const client = hubClient(dataDir);
  const sandbox = await client.until('the sandbox', () => findSandbox(dataDir));
  const orders = named('small', 'pushed-twice', 'answer-lost');
  const playing = Promise.all(orders.map((order) => play({ client, sandbox, progress: () => undefined }, order)));
  playing.catch(() => undefined); // awaited below; a hub that does not come back must not end the test run
  await client.until('a bill in Kingdee', async () => {
    const { salesOrders } = await sandboxControl(sandbox).inspect<KingdeeBooks>('kingdee');
    return salesOrders.length > 0 ? true : undefined;
  });
  await hub.kill();
  hub = await startHubProcess(dataDir, env);
  const played = await playing;
  return { played, books: await tieOut(client, sandbox), client };
}

describe('the hub is killed in the middle', () => {
  test('orders finish and nothing stands twice in Kingdee', async () => {
    const { played, books } = await playThroughKill({});
    expect(played.map(({ name, ok, why }) => ({ name, ok, why }))).toEqual(
      played.map(({ name }) => ({ name, ok: true, why: undefined })),
    );
    expect(books).toMatchObject({ duplicates: 0, ties: true });
  });

  test('with the effect ledger switched off the same run doubles something', async () => {
    const { books } = await playThroughKill({ ORDERHUB_TEST_LEDGER: 'off' });
    expect(books.duplicates).toBeGreaterThan(0);
    expect(books.ties).toBe(false);
  });

  test.each([
    ['message', 'pushed-twice'],
    ['order.validated', 'pushed-twice'],
    ['run:approval-routing', 'pushed-twice'],
    ['effect:sales-order.create', 'pushed-twice'],
    ['effect:voucher.post', 'pushed-twice'],
    ['effect:delivery-order.create', 'two-batches'],
    ['effect:subscription.create', 'targets-down'],
    ['run:order-amendment', 'reduced'],
    ['order.returned', 'one-returned'],
  ])('killed at %s it goes on where it was: %s', async (step, name) => {
    dataDir = newDataDir();
    hub = await startHubProcess(dataDir, { ORDERHUB_TEST_KILL_AT: step });
    const client = hubClient(dataDir);
    const sandbox = await client.until('the sandbox', () => findSandbox(dataDir));
    const [order] = named(name);
    if (order === undefined) throw new Error('the demo has no such order');
    const playing = play({ client, sandbox, progress: () => undefined }, order);
    playing.catch(() => undefined);
    await untilGone(hub);
    expect(hub.child.signalCode).toBe('SIGKILL');
    hub = await startHubProcess(dataDir);
    const { ok, why } = await playing;
    expect({ ok, why }).toEqual({ ok: true, why: undefined });
    expect(await tieOut(client, sandbox)).toMatchObject({ duplicates: 0, ties: true });
  });
});
