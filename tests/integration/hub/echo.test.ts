import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedOrder } from '../../../connectors/salesforce/sandbox-orders.js';
import { type Rig, startRig, until } from '../../support/hub-rig.js';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(async () => rig.stop());

const POLLS = 100;

interface Organisation {
  opportunityWrites: Record<string, Record<string, number>>;
}

test('a hundred polls that see the echo of our write-back make one revision and one write', async () => {
  const { hub } = rig.running;
  const { orderId: salesforceId, opportunityId } = await seedOrder(rig.salesforce, {
    account: 'C001',
    opportunityName: 'Echo',
    orderDate: '2026-11-18',
    lines: [{ sku: 'SVC-IMPL', quantity: 3, unitPrice: 3000 }],
  });
  const written = await until(async () => {
    const { opportunityWrites } = await rig.sandbox.inspect<Organisation>('salesforce');
    return opportunityWrites[opportunityId];
  });
  expect(Object.values(written)).toEqual([1]);

  const [poller] = hub.pollers;
  if (poller === undefined) throw new Error('nothing polls Salesforce');
  const touch = async (): Promise<void> => {
    // What an automation of the customer does when our write arrives: the order is saved again, unchanged.
    const token = await fetch(`${String(rig.salesforce.settings['loginUrl'])}/services/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: String(rig.salesforce.settings['clientId']),
        client_secret: String(rig.salesforce.secrets['clientSecret']),
      }),
    }).then((answer) => answer.json() as Promise<{ access_token: string; instance_url: string }>);
    const answer = await fetch(`${token.instance_url}/services/data/v62.0/sobjects/Opportunity/${opportunityId}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ Hub_Status__c: 'accepted' }),
    });
    expect(answer.status).toBe(204);
  };
  let news = 0;
  for (let i = 0; i < POLLS; i += 1) {
    await touch();
    news += await poller.poll();
  }
  await until(async () => (await hub.models.messages.countDocuments({ state: 'received' })) === 0);

  const { data } = await rig.api.get('/api/v1/orders', { params: { search: salesforceId } });
  expect(data.items).toHaveLength(1);
  expect(data.items[0]).toMatchObject({ revision: 1, states: { commercial: 'accepted' } });
  expect(news).toBeGreaterThan(0);
  const states = await hub.models.messages.distinct('state', { laneId: data.items[0].orderId });
  expect(states.sort()).toEqual(['mapped', 'unchanged']);
  const effects = await hub.models.effects.find({ orderId: data.items[0].orderId, connection: 'salesforce' }).lean();
  expect(effects.map(({ state, tries }) => ({ state, tries }))).toEqual([{ state: 'confirmed', tries: 1 }]);
}, 120_000);
