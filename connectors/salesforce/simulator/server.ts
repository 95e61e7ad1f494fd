import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Faults } from '../../../core/connector/kit/faults.js';
import { parseJson } from '../../../core/connector/parse-json.js';
import type { Fault } from '../../../core/connector/simulator.js';
import { type Answer, answerOf } from './answer.js';
import type { ApiCall } from './api-call.js';
import { type Organisation, whatOf } from './organisation.js';
import { bad, byCode, notFound, Refusal } from './refusal.js';
import type { Tokens } from './tokens.js';
import type { Usage } from './usage.js';

/** REST bodies may have 50 MB; more is cut off here. */
const MAX_BODY_BYTES = 50 * 1024 * 1024;
const MAX_URI_BYTES = 16_384;
/** Versions the API still answers; older ones are retired. */
const VERSIONS = { oldest: 31, newest: 68 };

export interface Parts {
  readonly organisation: Organisation;
  readonly tokens: Tokens;
  readonly usage: Usage;
  readonly faults: Faults;
  readonly baseUrl: () => string;
}

/** A call that was read but not yet run. */
interface Prepared {
  readonly what: string;
  run(): Answer;
}

export function createHandler(parts: Parts): RequestListener {
  return (request, response) => {
    void serve(parts, request, response).catch((error: unknown) => response.destroy(error as Error));
  };
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const call = prepare(parts, request, body);
  const fault = (kind: Fault['kind']): Fault | undefined => parts.faults.take(kind, call.what);
  if (fault('dropBefore') !== undefined) return void request.socket.destroy();
  const refused = fault('refuse');
  const answer = refused === undefined ? call.run() : refuse(parts, refused);
  if (fault('dropAfterCommit') !== undefined) return void request.socket.destroy();
  const { delayMs = 1000 } = fault('delay') ?? { delayMs: 0 };
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  send(response, answer, parts.usage.header());
}

function refuse({ tokens }: Parts, { code = 'UNKNOWN_EXCEPTION' }: Fault): Answer {
  if (code === 'INVALID_SESSION_ID') tokens.revoke();
  return answerOf(byCode(code));
}

function send(response: ServerResponse, answer: Answer, limitInfo: string): void {
  const headers = { 'Sforce-Limit-Info': limitInfo, ...answer.headers };
  if (answer.body === undefined) response.writeHead(answer.status, headers).end();
  else {
    const type = { 'Content-Type': 'application/json;charset=UTF-8' };
    response.writeHead(answer.status, { ...headers, ...type }).end(JSON.stringify(answer.body));
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function prepare(parts: Parts, request: IncomingMessage, body: Buffer): Prepared {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/services/oauth2/token') return prepareLogin(parts, request, body);
  if (url.pathname === '/services/oauth2/revoke') return prepareRevoke(parts, request, body);
  try {
    return prepareApi(parts, request, url, body);
  } catch (error) {
    const answer = answerOf(error);
    return { what: url.pathname, run: () => answer };
  }
}

const methodOnly = (request: IncomingMessage, run: () => Answer): Answer =>
  request.method === 'POST'
    ? run()
    : { status: 405, body: { error: 'invalid_request', error_description: 'must use HTTP POST' } };

function prepareLogin({ tokens, baseUrl }: Parts, request: IncomingMessage, body: Buffer): Prepared {
  const asked = {
    contentType: request.headers['content-type'] ?? '',
    authorization: request.headers.authorization ?? '',
    host: request.headers.host ?? '',
    body: body.toString('utf8'),
  };
  return { what: 'oauth2.token', run: () => methodOnly(request, () => tokens.grant(asked, baseUrl())) };
}

function prepareRevoke({ tokens }: Parts, request: IncomingMessage, body: Buffer): Prepared {
  const token = new URLSearchParams(body.toString('utf8')).get('token') ?? '';
  const run = (): Answer => {
    if (tokens.userOf(token) === undefined)
      return {
        status: 400,
        body: { error: 'unsupported_token_type', error_description: 'this token type is not supported' },
      };
    tokens.revoke(token);
    return { status: 200 };
  };
  return { what: 'oauth2.revoke', run: () => methodOnly(request, run) };
}

function prepareApi(parts: Parts, request: IncomingMessage, url: URL, body: Buffer): Prepared {
  if ((request.url ?? '').length > MAX_URI_BYTES) throw new Refusal(414, 'URI_TOO_LONG', 'The URI is too long');
  const [, root = '', number = '', rest = ''] = /^(\/services\/data\/v(\d+)\.0)(?:\/(.*))?$/.exec(url.pathname) ?? [];
  const version = Number(number);
  if (root === '' || version > VERSIONS.newest) throw notFound();
  if (version < VERSIONS.oldest)
    throw new Refusal(410, 'UNSUPPORTED_API_VERSION', `API version ${version}.0 is retired`);
  const token = /^(?:Bearer|OAuth) (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const userId = parts.tokens.userOf(token ?? '');
  if (userId === undefined) throw byCode('INVALID_SESSION_ID');
  const call: ApiCall = {
    method: request.method ?? 'GET',
    path: rest.split('/').filter(Boolean).map(decodeURIComponent),
    query: url.searchParams,
    body: readJson(request, body),
    root,
    version,
    userId,
    client: /client=([^,\s]+)/.exec(String(request.headers['sforce-call-options'] ?? ''))?.[1] ?? '',
    batchSize: batchSizeOf(String(request.headers['sforce-query-options'] ?? '')),
  };
  return { what: whatOf(call), run: () => runCounted(parts, call) };
}

function runCounted({ usage, organisation }: Parts, call: ApiCall): Answer {
  if (!usage.take()) return answerOf(byCode('REQUEST_LIMIT_EXCEEDED'));
  return call.path[0] === 'limits' ? { status: 200, body: usage.limits() } : organisation.answer(call);
}

function readJson(request: IncomingMessage, body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'The content type is not supported');
  }
  try {
    return parseJson(body);
  } catch (error) {
    throw bad('JSON_PARSER_ERROR', error instanceof Error ? error.message : 'unreadable JSON');
  }
}

/** `batchSize=200`; the vendor takes 200 to 2,000. */
function batchSizeOf(header: string): number | undefined {
  const size = Number(/batchSize=(\d+)/.exec(header)?.[1]);
  return size >= 200 && size <= 2000 ? size : undefined;
}
