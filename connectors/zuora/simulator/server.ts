import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Clock } from '../../../core/clock.js';
import type { Faults } from '../../../core/connector/kit/faults.js';
import { parseJson } from '../../../core/connector/parse-json.js';
import { ControlFault, pull } from './control.js';
import { type Limits, limitTypeOf, RateExceeded } from './limits.js';
import { type Answer, answerRefusal, injected, notFound, RESOURCE, Refusal } from './refusal.js';
import type { Replay, Replays } from './replays.js';
import { type ApiCall, ROUTES, type Route, type Tenant } from './routes.js';
import type { Tokens } from './tokens.js';
import { readVersion } from './version.js';

const MAX_BODY_BYTES = 8 * 1024 * 1024;

export interface Parts {
  readonly tenant: Tenant;
  readonly tokens: Tokens;
  readonly limits: Limits;
  readonly replays: Replays;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly baseUrl: () => string;
}

/** The connection is to be cut instead of answered. */
const CUT = Symbol('cut');
type Reply = Answer | typeof CUT;

export function createHandler(parts: Parts): RequestListener {
  return (request, response) => {
    void serve(parts, request, response).catch((error: unknown) => response.destroy(error as Error));
  };
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const requestId = randomUUID();
  const type = limitTypeOf(request.method ?? 'GET', url.pathname);
  const isApi = /^\/(v1|object-query)\//.test(url.pathname);
  const track = header(request, 'zuora-track-id');
  const reply = isApi
    ? await api(parts, request, url, requestId)
    : await outside(parts, request, url, await readBody(request));
  if (reply === CUT) return void request.socket.destroy();
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Zuora-Request-Id': requestId,
    ...(track === undefined ? {} : { 'Zuora-Track-Id': track.slice(0, 64) }),
    ...(isApi ? parts.limits.headers(type) : {}),
    ...reply.headers,
  };
  response.writeHead(reply.status, headers).end(JSON.stringify(reply.body));
}

/** Login and levers. */
async function outside(
  { tokens, tenant, faults, clock }: Parts,
  request: IncomingMessage,
  url: URL,
  body: Buffer,
): Promise<Reply> {
  if (request.method !== 'POST') return { status: 405, body: { message: 'use POST' } };
  if (url.pathname === '/oauth/token') {
    if (faults.take('dropBefore', 'Token.create') !== undefined) return CUT;
    return tokens.grant(request.headers['content-type'] ?? '', request.headers.authorization, body.toString('utf8'));
  }
  try {
    return { status: 200, body: await pull(url.pathname, readJson(body), tenant, clock.now()) };
  } catch (error) {
    if (error instanceof ControlFault) return { status: 400, body: { error: error.message } };
    if (error instanceof Refusal) return answerRefusal(error, true, randomUUID());
    throw error;
  }
}

async function api(parts: Parts, request: IncomingMessage, url: URL, requestId: string): Promise<Reply> {
  const version = readVersion(header(request, 'zuora-version'));
  let leave: () => void = () => undefined;
  try {
    leave = parts.limits.enter(limitTypeOf(request.method ?? 'GET', url.pathname));
    const { route, key, call } = admit(parts, request, url, await readBody(request), version);
    return await runOnce(parts, request, url, requestId, route, key, call);
  } catch (error) {
    if (error instanceof RateExceeded) {
      const headers = { 'Retry-After': String(error.seconds) };
      return { status: 429, body: { reasons: [{ code: 70, message: error.message }] }, headers };
    }
    if (error instanceof Refusal) return answerRefusal(error, version.statusMapped, requestId);
    throw error;
  } finally {
    leave();
  }
}

/** Judges everything before the call itself: trace id, login, address, media type, JSON. @throws Refusal */
function admit(
  { tokens, faults, baseUrl }: Parts,
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  version: ApiCall['version'],
) {
  const track = header(request, 'zuora-track-id') ?? '';
  if (track.length > 64 || /[:;"']|[^\x20-\x7e]/.test(track))
    throw new Refusal(RESOURCE.general, 20, 'Zuora-Track-Id is invalid');
  if (!tokens.isLive(request.headers.authorization))
    throw new Refusal(RESOURCE.login, 11, 'Failed to get user info due to authentication failure');
  const here = ROUTES.filter(({ path }) => path.test(url.pathname));
  const route = here.find(({ method }) => method === request.method);
  if (here.length === 0) throw notFound(`Endpoint ${url.pathname} does not exist`);
  if (route === undefined) throw new Refusal(RESOURCE.general, 45, `${request.method ?? ''} is not supported here`);
  const writes = request.method !== 'GET';
  if (writes && !/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(RESOURCE.general, 45, 'the media type is not supported', { status: 415 });
  }
  const refuse = faults.take('refuse', route.what);
  const call: ApiCall = {
    query: url.searchParams,
    address: baseUrl() + url.pathname,
    body: writes ? readJson(body) : undefined,
    version,
  };
  const key = decodeURIComponent(route.path.exec(url.pathname)?.[1] ?? '');
  return { route: refuse === undefined ? route : refusing(route, refuse.code ?? '60', tokens), key, call };
}

/** The same route, saying no. A lost login and a limit are said before any key is looked at. */
function refusing(route: Route, code: string, tokens: Tokens): Route {
  const refusal = injected(code);
  if (refusal.category === 11) tokens.revoke();
  if (refusal.category === 11 || refusal.category === 70) throw refusal;
  return {
    ...route,
    run: () => {
      throw refusal;
    },
  };
}

/** Runs a call, under its `Idempotency-Key` when it has one; the answer is on the journal together with the changes. */
async function runOnce(
  parts: Parts,
  request: IncomingMessage,
  url: URL,
  requestId: string,
  route: Route,
  key: string,
  call: ApiCall,
): Promise<Reply> {
  const { faults, replays, tenant, clock } = parts;
  if (faults.take('dropBefore', route.what) !== undefined) return CUT;
  const idempotencyKey = header(request, 'idempotency-key');
  const method = request.method ?? 'GET';
  if (idempotencyKey !== undefined) {
    const before = replays.begin(idempotencyKey, method, url.pathname);
    if (before !== undefined) return before;
  }
  const replayOf = (answer: Answer): Replay | undefined => {
    if (idempotencyKey === undefined) return undefined;
    const stored = { ...answer, headers: { ...answer.headers, 'Zuora-Request-Id': requestId } };
    const replay = { key: idempotencyKey, method, url: url.pathname, answer: stored, atMs: clock.now().getTime() };
    replays.remember(replay);
    return replay;
  };
  try {
    const { answer, changes } = attempt(route, key, call, tenant, requestId);
    const replay = replayOf(answer);
    if (changes.length > 0 || replay !== undefined) tenant.store.commit(route.what, changes, replay);
    if (changes.length > 0 && faults.take('dropAfterCommit', route.what) !== undefined) return CUT;
    const delay = faults.take('delay', route.what);
    if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay.delayMs ?? 1000));
    return answer;
  } finally {
    if (idempotencyKey !== undefined) replays.end(idempotencyKey);
  }
}

function attempt(route: Route, key: string, call: ApiCall, tenant: Tenant, requestId: string) {
  try {
    return route.run(key, call, tenant);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { answer: answerRefusal(error, call.version.statusMapped, requestId), changes: [] };
  }
}

function readJson(body: Buffer): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    throw new Refusal(RESOURCE.general, 90, error instanceof Error ? error.message : 'malformed JSON');
  }
}

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
