import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Rig, startRig } from '../../support/hub-rig.js';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(async () => rig.stop());

test('sandbox connections are proven without writing anything', async () => {
  for (const name of ['kingdee', 'salesforce', 'wms', 'zuora']) {
    const { status, data } = await rig.api.post(`/api/v1/connections/${name}/probe`);
    expect([status, data.ok, data.checks.length > 0]).toEqual([200, true, true]);
  }
  const { data } = await rig.api.get('/api/v1/connections');
  expect(data.items.map((c: { state: string }) => c.state)).toEqual(['proven', 'proven', 'proven', 'proven']);
});

test('a connection of our own is stored sealed, opened, and says what is wrong with it', async () => {
  const nobody = createServer();
  const port = await new Promise<number>((resolve) =>
    nobody.listen(0, '127.0.0.1', () => resolve((nobody.address() as AddressInfo).port)),
  );
  await new Promise((resolve) => nobody.close(resolve));
  const body = {
    type: 'kingdee',
    settings: { serverUrl: `http://127.0.0.1:${port}/k3cloud/`, acctId: 'a', userName: 'u', appId: '1_abc' },
    secrets: { appSecret: 'a-very-secret-text' },
  };
  expect((await rig.api.put('/api/v1/connections/kingdee-branch', body)).status).toBe(204);
  const stored = await rig.running.hub.models.connections.findOne({ _id: 'kingdee-branch' }).lean();
  expect(JSON.stringify(stored)).not.toContain('a-very-secret-text');
  expect(stored?.sandbox).toBe(false);
  const { data } = await rig.api.post('/api/v1/connections/kingdee-branch/probe');
  expect(data.ok).toBe(false);
  expect(JSON.stringify(data)).not.toContain('a-very-secret-text');
});

test('settings that do not fit the connector are refused', async () => {
  const body = { type: 'kingdee', settings: { serverUrl: 'not an address' }, secrets: {} };
  const { status, data } = await rig.api.put('/api/v1/connections/wrong', body);
  expect([status, data.code, data.path]).toEqual([400, 'REQUEST_INVALID', '$.settings']);
  expect(await rig.running.hub.models.connections.countDocuments({ _id: 'wrong' })).toBe(0);
});
