import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAccess } from '../../../core/access/access.js';
import { type Actor, SYSTEM } from '../../../core/access/actor.js';
import { hashOfRecord } from '../../../core/access/audit.js';
import { systemClock } from '../../../core/clock.js';
import { createApp } from '../../../core/http/create-app.js';
import { openApi } from '../../../core/http/openapi.js';
import { sessionRoutes } from '../../../core/http/session-routes.js';
import { createLogger } from '../../../core/log/logger.js';
import type { AuditDoc } from '../../../core/store/models/access.js';
import { openStoreUnderTest, type StoreUnderTest } from '../../support/store-under-test.js';

const MINUTE_MS = 60_000;
let store: StoreUnderTest;
let access: Awaited<ReturnType<typeof openAccess>>;
let nowMs = Date.now();
const clock = { now: () => new Date(nowMs), monotonicMs: () => systemClock.monotonicMs() };

beforeAll(async () => {
  store = await openStoreUnderTest();
  access = await openAccess(store.connection, clock, { sample: true });
});
afterAll(async () => store.stop());

const app = () =>
  createApp({
    routes: sessionRoutes(access, { environment: 'test', address: () => 'http://hub.test', secure: true }),
    authenticate: access.authenticate,
    ready: async () => undefined,
    log: createLogger({ level: 'silent' }, process.stderr),
    clock,
    version: '0',
    checkAnswers: true,
  });
const refused = expect.objectContaining({ code: 'ACCESS_SIGN_IN_NEEDED' });

/** Signs in over HTTP; the cookie as a browser would send it back. */
async function signIn(userId: string): Promise<string> {
  const answer = await request(app())
    .post('/api/v1/session')
    .send({ token: await access.createSignInLink(userId) });
  expect(answer.status).toBe(200);
  return String(answer.headers['set-cookie']?.[0]).split(';')[0] ?? '';
}
const asBrowser = (cookie: string) => ({ cookie, 'x-orderhub-request': '1' });

describe('sign-in links', () => {
  test('of twenty who spend one link at once, one gets in', async () => {
    const link = await access.createSignInLink('wang.wei');
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => access.redeemSignInLink(link)));
    const inside = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const outside = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(inside.map(({ actor }) => actor.id)).toEqual(['wang.wei']);
    expect(outside).toEqual(Array.from({ length: 19 }, () => refused));
    expect(await access.models.sessions.countDocuments({ userId: 'wang.wei' })).toBe(1);
  });

  test('a link lives a quarter of an hour', async () => {
    const link = await access.createSignInLink('wang.wei');
    nowMs += 15 * MINUTE_MS;
    await expect(access.redeemSignInLink(link)).rejects.toEqual(refused);
    await expect(access.redeemSignInLink('never made')).rejects.toEqual(refused);
  });

  test('the store keeps neither link nor session token', async () => {
    const link = await access.createSignInLink('li.na');
    const { token } = await access.redeemSignInLink(link);
    const kept = JSON.stringify([
      await access.models.signInLinks.find().lean(),
      await access.models.sessions.find().lean(),
    ]);
    expect(kept).not.toContain(link);
    expect(kept).not.toContain(token);
  });

  test('opening the address of a link does not spend it', async () => {
    const token = await access.createSignInLink('li.na');
    await request(app()).get(`/sign-in?token=${token}`);
    await expect(access.redeemSignInLink(token)).resolves.toMatchObject({ actor: { id: 'li.na' } });
  });

  test('a link to someone mightier is not made', async () => {
    const manager: Actor = { ...SYSTEM, kind: 'user', name: 'Manager', permissions: ['user:manage', 'order:read'] };
    await expect(access.createSignInLink('admin', manager)).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(access.createSignInLink('admin', SYSTEM)).resolves.toMatch(/^[\w-]{43}$/);
  });

  test('nobody gets a link for someone unknown', async () => {
    await expect(access.createSignInLink('nobody')).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' });
  });
});

describe('sessions', () => {
  test('the cookie is out of reach of scripts, other sites and plain HTTP', async () => {
    const token = await access.createSignInLink('li.na');
    const { headers } = await request(app()).post('/api/v1/session').send({ token });
    expect(headers['set-cookie']?.[0]).toMatch(
      /^orderhub_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
  });

  test('use prolongs a session, twelve idle hours end it', async () => {
    const cookie = await signIn('li.na');
    const who = async () => (await request(app()).get('/api/v1/session').set('cookie', cookie)).status;
    for (let i = 0; i < 3; i += 1) {
      nowMs += 11 * 60 * MINUTE_MS;
      expect(await who()).toBe(200);
    }
    nowMs += 12 * 60 * MINUTE_MS + 1;
    expect(await who()).toBe(401);
  });

  test('signing out ends it in the store', async () => {
    const cookie = await signIn('li.na');
    expect((await request(app()).delete('/api/v1/session').set({ cookie })).status).toBe(403);
    expect((await request(app()).delete('/api/v1/session').set(asBrowser(cookie))).status).toBe(204);
    expect((await request(app()).get('/api/v1/session').set({ cookie })).status).toBe(401);
  });

  test('a person switched off is out at once', async () => {
    const cookie = await signIn('sun.qiang');
    await access.models.users.updateOne({ _id: 'sun.qiang' }, { $set: { active: false } });
    expect((await request(app()).get('/api/v1/session').set({ cookie })).status).toBe(401);
    await access.models.users.updateOne({ _id: 'sun.qiang' }, { $set: { active: true } });
  });
});

describe('API keys', () => {
  const make = async (body: object) => {
    const cookie = await signIn('admin');
    return request(app()).post('/api/v1/api-keys').set(asBrowser(cookie)).send(body);
  };
  const bearer = (key: string) => request(app()).get('/api/v1/session').set('authorization', `Bearer ${key}`);

  test('a key is shown once, works with its roles, and stops when revoked', async () => {
    const { status, body } = await make({ name: 'shop', roles: ['upstream-system'] });
    expect(status).toBe(201);
    expect((await bearer(body.key)).body.actor).toMatchObject({
      kind: 'api-key',
      name: 'shop',
      permissions: ['order:create', 'order:read', 'attachment:add'],
    });
    const cookie = await signIn('admin');
    const list = await request(app()).get('/api/v1/api-keys').set({ cookie });
    expect(list.body.items.map(({ id }: { id: string }) => id)).toContain(body.id);
    expect(list.text).not.toContain(body.key.slice(-43));
    expect(JSON.stringify(await access.models.apiKeys.find().lean())).not.toContain(body.key.slice(-43));

    expect((await request(app()).delete(`/api/v1/api-keys/${body.id}`).set(asBrowser(cookie))).status).toBe(204);
    expect((await bearer(body.key)).status).toBe(401);
    expect((await request(app()).delete(`/api/v1/api-keys/${body.id}`).set(asBrowser(cookie))).status).toBe(404);
  });

  test('a key ends at its time, and no neighbour of it works', async () => {
    const { body } = await make({
      name: 'short',
      roles: ['auditor'],
      expiresAt: new Date(nowMs + MINUTE_MS).toISOString(),
    });
    expect((await bearer(body.key)).status).toBe(200);
    const last = body.key.at(-1) === 'A' ? 'B' : 'A';
    for (const wrong of [`${body.key.slice(0, -1)}${last}`, body.key.replace(body.id, '000000000000'), 'ohk_x', 'x']) {
      expect((await bearer(wrong)).status).toBe(401);
    }
    nowMs += MINUTE_MS;
    expect((await bearer(body.key)).status).toBe(401);
  });

  test('a key holds no more than its maker', async () => {
    const maker: Actor = {
      ...SYSTEM,
      kind: 'user',
      name: 'Maker',
      permissions: ['key:manage', 'order:read', 'task:decide'],
    };
    await expect(access.createApiKey(maker, 'k', ['sales-director'])).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(access.createApiKey(maker, 'k', ['no-such'])).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' });
  });
});

test('the audit chain holds, and shows a record that was changed', async () => {
  await Promise.all(Array.from({ length: 30 }, (_, i) => access.audit(SYSTEM, 'test:note', `thing ${i}`, { i })));
  const records = await access.models.audit.find().sort({ chain: 1, seq: 1 }).lean<AuditDoc[]>();
  expect(new Set(records.map(({ chain }) => chain)).size).toBe(1);
  records.forEach((record, i) => {
    expect([record.seq, record.previous, record.hash]).toEqual([
      i + 1,
      records[i - 1]?.hash ?? '',
      hashOfRecord(record),
    ]);
  });
  const [first] = records;
  expect(first && hashOfRecord({ ...first, resource: 'another' })).not.toBe(first?.hash);
  expect(records.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['session:begin', 'key:create', 'key:revoke']),
  );
});

test('an audit record whose answer was lost does not stop the ones after it', async () => {
  const last = await access.models.audit.findOne().sort({ at: -1, seq: -1 }).lean<AuditDoc>();
  // What a lost answer leaves behind: the next number of the chain is taken although this process never heard so.
  await access.models.audit.create({ ...last, _id: 'taken', seq: (last?.seq ?? 0) + 1 });
  await expect(access.audit(SYSTEM, 'test:lost', 'thing')).rejects.toThrow();
  await access.audit(SYSTEM, 'test:after', 'thing');
  expect(await access.models.audit.countDocuments({ action: 'test:after', seq: 1 })).toBe(1);
});

test('every reference of the description resolves and every route is in it', () => {
  const routes = sessionRoutes(access, { environment: 'test', address: () => '', secure: false });
  const api = openApi(routes, '0');
  const references = [...JSON.stringify(api).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name,
  );
  expect(references.filter((name) => api.components.schemas[name ?? ''] === undefined)).toEqual([]);
  const listed = Object.values(api.paths).flatMap((methods) => Object.keys(methods));
  expect(listed).toHaveLength(routes.length);
});
