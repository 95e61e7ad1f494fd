import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { retryAfterMs, Transport } from './transport.js';

const READ = { what: 'stock.query', writes: false };
const WRITE = { what: 'order.create', writes: true };

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

function transport(more: { timeoutMs?: number; maxAnswerBytes?: number; maxRequestBytes?: number } = {}): Transport {
  const made = new Transport({ system: 'Warehouse', timeoutMs: 5_000, maxSockets: 2, ...more });
  closers.push(() => made.close());
  return made;
}

const get = (url: string) => ({ method: 'GET' as const, url, headers: {} });
const post = (url: string, data: string | Buffer) => ({
  method: 'POST' as const,
  url,
  headers: { 'Content-Type': 'application/json' },
  data,
});

describe('an answer', () => {
  test('of any status is handed back as bytes, with headers and cookies', async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(503, { 'X-Why': 'tired', 'Set-Cookie': ['a=1', 'b=2'], 'Retry-After': '7' });
      response.end('<busy/>');
    });
    const reply = await transport().send(get(url), READ);
    expect([reply.status, reply.body.toString(), reply.headers['x-why']]).toEqual([503, '<busy/>', 'tired']);
    expect(reply.cookies).toEqual(['a=1', 'b=2']);
    expect(retryAfterMs(reply)).toBe(7_000);
  });

  test('without a body is empty; one that is packed is unpacked', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/packed') response.setHeader('Content-Encoding', 'gzip').end(gzipSync('库存'));
      else response.writeHead(204).end();
    });
    const http = transport();
    expect((await http.send(get(url), READ)).body).toHaveLength(0);
    expect((await http.send(get(`${url}packed`), READ)).body.toString()).toBe('库存');
  });

  test('that redirects is not followed', async () => {
    const seen: unknown[] = [];
    const { url } = await serve((request, response) => {
      seen.push(request.url);
      response.writeHead(302, { Location: '/elsewhere' }).end();
    });
    expect((await transport().send(get(url), READ)).status).toBe(302);
    expect(seen).toEqual(['/']);
  });
});

test('the body goes out to the byte, over one kept connection', async () => {
  const bodies: string[] = [];
  const ports = new Set<unknown>();
  const { url } = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      response.end();
    });
  });
  const http = transport();
  await http.send(post(url, ' {"a": 1.10}\n'), WRITE);
  await http.send(post(url, Buffer.from('<r>面</r>')), WRITE);
  expect(bodies).toEqual([' {"a": 1.10}\n', '<r>面</r>']);
  expect(ports.size).toBe(1);
});

test('a proxy named in the environment is passed by', async () => {
  const { url } = await serve((_, response) => response.end('direct'));
  const before = process.env['http_proxy'];
  process.env['http_proxy'] = 'http://127.0.0.1:1';
  try {
    expect((await transport().send(get(url), READ)).body.toString()).toBe('direct');
  } finally {
    if (before === undefined) delete process.env['http_proxy'];
    else process.env['http_proxy'] = before;
  }
});

describe('without an answer', () => {
  const cut: RequestListener = (request) => request.socket.destroy();
  const silent: RequestListener = () => undefined;

  test.each([
    ['a refused connection wrote nothing', 'refused', WRITE, 'CONNECTOR_UNREACHABLE'],
    ['a cut connection may have written', cut, WRITE, 'CONNECTOR_OUTCOME_UNKNOWN'],
    ['a cut connection only read', cut, READ, 'CONNECTOR_UNREACHABLE'],
    ['silence may have written', silent, WRITE, 'CONNECTOR_OUTCOME_UNKNOWN'],
    ['silence only read', silent, READ, 'CONNECTOR_UNREACHABLE'],
  ] as const)('%s', async (_, listener, deed, code) => {
    const { url, server } = await serve(listener === 'refused' ? silent : listener);
    if (listener === 'refused') await new Promise((resolve) => server.close(resolve));
    const sent = transport({ timeoutMs: 150 }).send(post(url, '{}'), deed);
    await expect(sent).rejects.toMatchObject({ code, facts: { system: 'Warehouse' }, cause: expect.anything() });
  });

  test('an unknown host wrote nothing', async () => {
    const sent = transport().send(post('http://warehouse.invalid/', '{}'), WRITE);
    await expect(sent).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
  });

  test('what is given up before sending is not sent, and while sending is in doubt', async () => {
    let seen = 0;
    const giveUp = new AbortController();
    const { url } = await serve(() => {
      seen += 1;
      giveUp.abort();
    });
    const http = transport();
    const early = http.send(post(url, '{}'), WRITE, AbortSignal.abort());
    await expect(early).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
    expect(seen).toBe(0);
    const late = http.send(post(url, '{}'), WRITE, giveUp.signal);
    await expect(late).rejects.toMatchObject({ code: 'CONNECTOR_OUTCOME_UNKNOWN' });
  });

  test('an answer or a request over its limit', async () => {
    let seen = 0;
    const { url } = await serve((_, response) => {
      seen += 1;
      response.end('x'.repeat(2_000));
    });
    const http = transport({ maxAnswerBytes: 1_000, maxRequestBytes: 1_000 });
    await expect(http.send(get(url), READ)).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
    await expect(http.send(post(url, 'x'.repeat(2_000)), WRITE)).rejects.toMatchObject({ code: 'CONNECTOR_REFUSED' });
    expect(seen).toBe(1);
  });
});

test('closing lets a call under way end', async () => {
  let answer = (): void => undefined;
  let arrived = (): void => undefined;
  const here = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const { url } = await serve((_, response) => {
    answer = () => response.end('done');
    arrived();
  });
  const http = transport();
  const call = http.send(get(url), READ);
  await here;
  const order: string[] = [];
  const closed = http.close().then(() => order.push('closed'));
  void call.then(() => order.push('answered'));
  answer();
  await closed;
  expect(order).toEqual(['answered', 'closed']);
});
