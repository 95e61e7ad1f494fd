import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenApi } from '../../../core/http/openapi.js';
import { type Rig, startRig } from '../../support/hub-rig.js';

let rig: Rig;
let api: OpenApi;
beforeAll(async () => {
  rig = await startRig();
  api = (await rig.api.get('/openapi.json')).data;
});
afterAll(async () => rig.stop());

const operations = () =>
  Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

test('every reference of the description resolves, and every operation has a name of its own', () => {
  const named = [...JSON.stringify(api).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name ?? '',
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !(name in api.components.schemas))).toEqual([]);
  expect(JSON.stringify(api).match(/"\$ref":"(?!#\/components\/schemas\/)/g)).toBeNull();
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(ids.length).toBe(new Set(ids).size);
});

test('every address answers to its own description: without a sign-in, all but the open ones ask for it', async () => {
  for (const { path, method, operation } of operations()) {
    const answer = await rig.api.request({
      url: path.replace(/\{\w+\}/g, 'x'),
      method,
      headers: { authorization: undefined },
    });
    const isOpen = operation.security.length === 0;
    expect([path, method, answer.status === 405]).toEqual([path, method, false]);
    if (!isOpen)
      expect([path, method, answer.status, answer.data.code]).toEqual([path, method, 401, 'ACCESS_SIGN_IN_NEEDED']);
  }
});

test('the page for people shows every address in both languages', async () => {
  for (const lang of ['en', 'zh']) {
    const { data, status } = await rig.api.get(`/docs?lang=${lang}`);
    expect(status).toBe(200);
    for (const { path, operation } of operations()) {
      expect(data).toContain(`<code>${path}</code>`);
      expect(data).toContain(`id="${operation.operationId}"`);
    }
  }
});
