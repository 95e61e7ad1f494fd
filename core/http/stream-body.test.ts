import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import request from 'supertest';
import Type from 'typebox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../clock.js';
import { createLogger } from '../log/logger.js';
import { createApp } from './create-app.js';
import { route } from './route.js';

const LIMIT = 100_000;
let most = 0;
let onBreak: (error: unknown) => void = () => undefined;

const count = route({
  method: 'POST',
  path: '/api/v1/count',
  summary: { en: 'x', zh: 'x' },
  action: 'public',
  stream: true,
  bodyLimitBytes: LIMIT,
  responses: { 200: Type.Object({ bytes: Type.Integer() }) },
  handler: async ({ body, headers }) => {
    let bytes = 0;
    most = 0;
    if (headers['x-look-away'] !== undefined) return { status: 200, body: { bytes: -1 } };
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        most = Math.max(most, bytes);
      }
    } catch (error) {
      onBreak(error);
      throw error;
    }
    return { status: 200, body: { bytes } };
  },
});

let server: Server;
beforeAll(async () => {
  const app = createApp({
    routes: [count],
    authenticate: async () => undefined,
    ready: async () => undefined,
    log: createLogger({ level: 'silent' }, process.stderr),
    clock: systemClock,
    version: '0',
    checkAnswers: true,
  });
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const post = (bytes: number, headers: Record<string, string> = {}) =>
  request(server)
    .post('/api/v1/count')
    .set({ 'content-type': 'application/octet-stream', ...headers })
    .send(Buffer.alloc(bytes));

test('the bytes come through, up to the limit', async () => {
  expect((await post(0)).body).toEqual({ bytes: 0 });
  expect((await post(LIMIT)).body).toEqual({ bytes: LIMIT });
});

test('a length over the limit is refused before anything is read', async () => {
  most = -1;
  const answer = await post(LIMIT + 1);
  expect([answer.status, answer.body.code, most]).toEqual([413, 'INBOX_BODY_TOO_LARGE', -1]);
});

/** Speaks HTTP by hand: two requests on one connection. */
function twoOn(first: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let said = '';
    socket.on('data', (chunk) => {
      said += chunk.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(said));
    for (const part of first) socket.write(part);
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  });
}
const HEAD = 'POST /api/v1/count HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n';
const chunk = (bytes: number): string => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;

test('without a length the limit holds while it comes, and the connection stays good', async () => {
  const said = await twoOn([`${HEAD}\r\n`, ...Array.from({ length: 30 }, () => chunk(50_000)), '0\r\n\r\n']);
  expect(said).toMatch(/^HTTP\/1\.1 413 /);
  expect(said).toContain('INBOX_BODY_TOO_LARGE');
  expect(most).toBeLessThanOrEqual(LIMIT);
  expect(said).toContain('HTTP/1.1 200 OK');
});

test('a body nobody reads does not block the connection', async () => {
  const said = await twoOn([`${HEAD}x-look-away: 1\r\n\r\n`, chunk(50_000), chunk(50_000), '0\r\n\r\n']);
  expect(said).toContain('{"bytes":-1}');
  expect(said.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
});

test('a sender who goes away is told apart from one who has finished', async () => {
  const broken = new Promise<unknown>((resolve) => {
    onBreak = resolve;
  });
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`${HEAD}\r\n${chunk(10)}`, () => socket.destroy());
  expect(await broken).toMatchObject({ code: 'INBOX_BODY_MALFORMED' });
});

test('a packed body is refused, since its length says nothing', async () => {
  const answer = await post(10, { 'content-encoding': 'gzip' });
  expect([answer.status, answer.body.code]).toEqual([415, 'REQUEST_MEDIA_TYPE']);
});
