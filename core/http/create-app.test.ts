import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import request from 'supertest';
import Type from 'typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../access/actor.js';
import type { Authenticate } from '../access/authenticate.js';
import { systemClock } from '../clock.js';
import { HubError } from '../errors/hub-error.js';
import { createLogger } from '../log/logger.js';
import { type AppDeps, createApp } from './create-app.js';
import { requireMatch } from './etag.js';
import { route } from './route.js';

const reader: Actor = { id: 'u1', kind: 'user', name: 'Li Na', roles: [], permissions: ['order:read', 'order:create'] };

/** `Bearer reader` is a program, `Cookie: reader` a browser; both are the same person. */
const authenticate: Authenticate = async ({ authorization, cookie }) => {
  if (authorization === 'Bearer reader') return { actor: reader, via: 'api-key' };
  return cookie === 'reader' ? { actor: reader, via: 'session' } : undefined;
};

const summary = { en: 'x', zh: 'x' };
const Echo = Type.Object({ got: Type.Unknown() });
const routes = [
  route({
    method: 'GET',
    path: '/api/v1/orders/:order',
    summary,
    action: 'order:read',
    query: Type.Object({
      limit: Type.Integer({ minimum: 1, default: 20 }),
      state: Type.Optional(Type.Array(Type.String())),
    }),
    responses: { 200: Echo },
    handler: ({ params, query, actor }) => ({
      status: 200,
      body: { got: { order: params.order, query, by: actor.id } },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/orders',
    summary,
    action: 'order:create',
    body: Type.Object({ quantity: Type.Integer() }, { additionalProperties: false }),
    responses: { 201: Echo },
    bodyLimitBytes: 1_000,
    handler: ({ body }) => ({ status: 201, body: { got: body.quantity } }),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/orders/:order',
    summary,
    action: 'order:create',
    responses: { 200: Echo },
    handler: ({ headers, params }) => {
      requireMatch(headers, { what: 'order', id: params.order, version: 7 });
      return { status: 200, body: { got: true } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/orders/:order',
    summary,
    action: 'system:admin',
    responses: { 204: Type.Null() },
    handler: () => ({ status: 204, body: null }),
  }),
  route({
    method: 'POST',
    path: '/hooks/:connection',
    summary,
    action: 'public',
    raw: true,
    responses: { default: Type.String() },
    handler: ({ body }) => ({
      status: 202,
      headers: { 'content-type': 'application/xml' },
      body: createHmac('sha256', 'k').update(body).digest('hex'),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/export',
    summary,
    action: 'order:read',
    responses: { 200: Type.String() },
    handler: () => ({ status: 200, headers: { 'content-type': 'text/csv' }, body: Readable.from(['a,', 'b\n']) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/broken/:how',
    summary,
    action: 'order:read',
    responses: { 200: Type.Object({ n: Type.Integer() }) },
    handler: ({ params }) => {
      if (params.how === 'throws') throw new Error('mongodb://user:pass@host');
      if (params.how === 'throttled') {
        throw new HubError('CONNECTOR_THROTTLED', { system: 'Kingdee', why: 'limit' }, { retryAfterMs: 30_000 });
      }
      return { status: 200, body: { n: 1.5 } };
    },
  }),
];

const lines: string[] = [];
const stream = new Writable({
  write(chunk, _encoding, done) {
    lines.push(String(chunk));
    done();
  },
});
const appWith = (more: Partial<AppDeps> = {}) =>
  createApp({
    routes,
    authenticate,
    ready: async () => undefined,
    log: createLogger({ level: 'info' }, stream),
    clock: systemClock,
    version: '0.0.1',
    checkAnswers: true,
    ...more,
  });
const app = appWith();
const KEY = { authorization: 'Bearer reader' };

describe('who may', () => {
  test('nobody is asked to sign in, without the body being looked at', async () => {
    const answer = await request(app).post('/api/v1/orders').set('content-type', 'application/json').send('{');
    expect(answer.status).toBe(401);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(answer.body).toMatchObject({ code: 'ACCESS_SIGN_IN_NEEDED', instance: answer.headers['x-request-id'] });
  });

  test('somebody without the right is refused in their language', async () => {
    const answer = await request(app).delete('/api/v1/orders/7').set(KEY).set('accept-language', 'zh-CN');
    expect(answer.status).toBe(403);
    expect(answer.body.title).toBe('Li Na 无权对 /api/v1/orders/7 执行 system:admin');
    expect(answer.headers['content-language']).toBe('zh-CN');
  });

  test.each([
    ['without the header', {}, 403],
    ['with it', { 'x-orderhub-request': '1' }, 201],
    ['with it, from another origin', { 'x-orderhub-request': '1', origin: 'https://evil.example' }, 403],
    ['with it, from a sandboxed page', { 'x-orderhub-request': '1', origin: 'null' }, 403],
    ['with it, from the hub itself', { 'x-orderhub-request': '1', origin: 'http://hub.test', host: 'hub.test' }, 201],
    ['with it, from the public address', { 'x-orderhub-request': '1', origin: 'https://hub.example' }, 201],
  ])('a browser changing something %s', async (_name, headers, status) => {
    const behindProxy = appWith({ publicUrl: 'https://hub.example/' });
    const answer = await request(behindProxy)
      .post('/api/v1/orders')
      .set({ cookie: 'reader', ...headers })
      .send({ quantity: 1 });
    expect(answer.status).toBe(status);
  });

  test('a browser may read without the header', async () => {
    expect((await request(app).get('/api/v1/orders/7').set('cookie', 'reader')).status).toBe(200);
  });
});

describe('what is sent', () => {
  const send = (body: string, headers: Record<string, string> = {}) =>
    request(app)
      .post('/api/v1/orders')
      .set({ ...KEY, 'content-type': 'application/json', ...headers })
      .send(body);

  test('the address is coerced, defaults are filled in', async () => {
    const { body } = await request(app).get('/api/v1/orders/SO%2F7?state=open').set(KEY);
    expect(body.got).toEqual({ order: 'SO/7', query: { limit: 20, state: ['open'] }, by: 'u1' });
  });

  test.each([
    ['limit=0', 'query.limit'],
    ['limit=many', 'query.limit'],
    ['limt=5', 'query.limt'],
  ])('?%s is refused at %s', async (query, path) => {
    const answer = await request(app).get(`/api/v1/orders/7?${query}`).set(KEY);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'REQUEST_INVALID', path });
  });

  test('a body is taken literally, and every fault is told', async () => {
    const answer = await send('{"quantity": "1", "colour": "red"}');
    expect(answer.status).toBe(400);
    expect(answer.body.issues.map(({ path }: { path: string }) => path).sort()).toEqual(['$.colour', '$.quantity']);
  });

  test('malformed JSON is told by line and column', async () => {
    const answer = await send('{\n  "quantity": oops\n}');
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'INBOX_BODY_MALFORMED', path: 'line 2, column 15' });
  });

  test.each([
    ['too long', 'x'.repeat(1_001), {}, 413, 'INBOX_BODY_TOO_LARGE'],
    ['empty', '', {}, 400, 'INBOX_BODY_MALFORMED'],
    ['not JSON by its own word', '{"quantity":1}', { 'content-type': 'text/plain' }, 415, 'REQUEST_MEDIA_TYPE'],
    ['of an unknown encoding', '{"quantity":1}', { 'content-encoding': 'zip' }, 415, 'REQUEST_MEDIA_TYPE'],
    ['not compressed as it says', '{"quantity":1}', { 'content-encoding': 'gzip' }, 400, 'INBOX_BODY_MALFORMED'],
  ])('a body that is %s', async (_name, body, headers, status, code) => {
    const answer = await send(body, headers);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('a small body that unpacks to a large one is refused', async () => {
    const answer = await request(app)
      .post('/api/v1/orders')
      .set({ ...KEY, 'content-type': 'application/json', 'content-encoding': 'gzip' })
      .serialize((bytes) => bytes)
      .send(gzipSync(`{"quantity":1${' '.repeat(100_000)}}`) as unknown as string);
    expect(answer.status).toBe(413);
  });

  test('a raw route sees the very bytes, whatever their type', async () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x7b]);
    const answer = await request(app)
      .post('/hooks/sf')
      .set('content-type', 'application/weird')
      .serialize((b) => b)
      .send(bytes as unknown as string);
    expect(answer.status).toBe(202);
    expect(answer.type).toBe('application/xml');
    const body = Buffer.isBuffer(answer.body) ? answer.body.toString() : answer.text;
    expect(body).toBe(createHmac('sha256', 'k').update(bytes).digest('hex'));
  });

  test.each([
    [undefined, 428],
    ['"6"', 412],
    ['"7"', 200],
    ['"6", "7"', 200],
    ['*', 200],
  ])('If-Match %s against version 7 gives %i', async (tag, status) => {
    const answer = await request(app)
      .put('/api/v1/orders/7')
      .set(tag === undefined ? KEY : { ...KEY, 'if-match': tag });
    expect(answer.status).toBe(status);
  });
});

describe('what is answered', () => {
  test('an unforeseen error is withheld from the reader and told to the log', async () => {
    lines.length = 0;
    const answer = await request(app).get('/api/v1/broken/throws').set(KEY);
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('pass');
    expect(lines.join('')).toContain('create-app.test');
    expect(lines.join('')).toContain(answer.body.instance);
  });

  test('an answer that breaks its schema is caught', async () => {
    expect((await request(app).get('/api/v1/broken/answers').set(KEY)).body.code).toBe('UNEXPECTED');
  });

  test('how long to wait is said when it is known', async () => {
    const answer = await request(app).get('/api/v1/broken/throttled').set(KEY);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '30']);
  });

  test('an unknown address is 404, a wrong method 405 with the right ones', async () => {
    expect((await request(app).get('/api/v1/nothing')).body).toMatchObject({ status: 404, code: 'RESOURCE_NOT_FOUND' });
    const answer = await request(app).patch('/api/v1/orders/7').set(KEY);
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD, PUT, DELETE']);
  });

  test('a stream is passed on', async () => {
    expect((await request(app).get('/api/v1/export').set(KEY)).text).toBe('a,b\n');
  });

  test('every answer is guarded, none says what made it', async () => {
    for (const path of ['/healthz', '/api/v1/nothing', '/docs']) {
      const { headers } = await request(app).get(path);
      expect(headers['content-security-policy']).toContain("script-src 'self'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      expect(headers).not.toHaveProperty('x-powered-by');
    }
  });

  test('the log names path, status and actor, and neither query nor headers', async () => {
    lines.length = 0;
    await request(app)
      .put('/api/v1/orders/7?limit=9')
      .set({ ...KEY, cookie: 'orderhub_session=hush', 'if-match': '*' });
    const [line] = lines.map((text) => JSON.parse(text));
    expect(line).toMatchObject({ method: 'PUT', path: '/api/v1/orders/7', status: 200, actor: 'u1' });
    expect(lines.join('')).not.toMatch(/hush|Bearer|limit/);
  });

  test('readiness follows the store, life does not', async () => {
    const without = appWith({ ready: () => Promise.reject(new Error('no route to 10.0.0.1')) });
    const answer = await request(without).get('/readyz');
    expect([answer.status, answer.body.code]).toEqual([503, 'STORE_UNREACHABLE']);
    expect(answer.text).not.toContain('10.0.0.1');
    expect((await request(without).get('/healthz')).status).toBe(200);
    expect((await request(app).get('/readyz')).status).toBe(200);
  });
});

describe('the console', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'orderhub-console-'));
    mkdirSync(join(dir, 'assets'));
    writeFileSync(join(dir, 'index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__">');
    writeFileSync(join(dir, 'assets', 'app-1a2b.js'), 'export {}');
    writeFileSync(join(dir, 'favicon.svg'), '<svg/>');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test('any page is the console, with a nonce of its own', async () => {
    const withConsole = appWith({ consoleDir: dir });
    const nonces = new Set<string>();
    for (const path of ['/', '/orders/7', '/sign-in?token=abc', '/index.html']) {
      const answer = await request(withConsole).get(path);
      const nonce = /content="([\w-]{22})"/.exec(answer.text)?.[1] ?? '';
      expect(answer.status).toBe(200);
      expect(answer.headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
      expect(answer.headers['cache-control']).toBe('no-store');
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(4);
  });

  test('hashed files are kept, others asked for anew, missing ones and the API are never a page', async () => {
    const withConsole = appWith({ consoleDir: dir });
    const asset = await request(withConsole).get('/assets/app-1a2b.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await request(withConsole).get('/favicon.svg')).headers['cache-control']).toBe('no-cache');
    for (const path of ['/assets/gone.js', '/gone.js', '/api/v1/gone', '/..%2f..%2fetc%2fpasswd.txt']) {
      expect((await request(withConsole).get(path)).status).toBe(404);
    }
    expect((await request(withConsole).post('/orders')).status).toBe(404);
  });

  test('without a build the front door leads to the reference', async () => {
    expect((await request(app).get('/')).headers['location']).toBe('/docs');
  });
});
