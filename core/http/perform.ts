import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Authenticate } from '../access/authenticate.js';
import { authorize } from '../access/authorize.js';
import { refuseForeignPages } from './csrf.js';
import { parseJson, readBytes, requireJson } from './read-body.js';
import type { Answer, Headers, HubRequest, Route } from './route.js';
import { streamBody } from './stream-body.js';
import type { Check, Validators } from './validate.js';

const JSON_LIMIT_BYTES = 1024 * 1024;
const RAW_LIMIT_BYTES = 8 * 1024 * 1024;
const JSON_TYPE = 'application/json; charset=utf-8';

export interface PerformDeps {
  readonly authenticate: Authenticate;
  readonly publicUrl?: string;
  readonly limits?: { readonly jsonBytes?: number; readonly rawBytes?: number };
  readonly checkAnswers?: boolean;
}

const flat = (request: Request): Headers =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );

/** A check that leaves its argument changed (coerced, with defaults) and gives it back. */
const checked = <T>(check: Check | undefined, value: T): T => {
  check?.(value);
  return value;
};

const isSentAsIs = (body: unknown): body is string | Buffer | Readable =>
  typeof body === 'string' || Buffer.isBuffer(body) || body instanceof Readable;

async function send(response: Response, answer: Answer, signal: AbortSignal): Promise<void> {
  const { status, body, headers = {} } = answer;
  response.status(status);
  response.setHeader('cache-control', 'no-store');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (status === 204 || status === 304) return void response.end();
  if (isSentAsIs(body) && response.hasHeader('content-type')) {
    if (body instanceof Readable) return await pipeline(body, response, { signal });
    return void response.end(body);
  }
  response.setHeader('content-type', JSON_TYPE);
  response.end(JSON.stringify(body));
}

/** How one route is answered: who is it, may they, what do they send, is it right, and only then the handler. */
export function perform(route: Route, validators: Validators, deps: PerformDeps): RequestHandler {
  const check = {
    params: route.params && validators.params(route.params),
    query: route.query && validators.query(route.query),
    headers: route.headers && validators.headers(route.headers),
    body: route.body && validators.body(route.body),
  };
  const answers = new Map(
    Object.entries(deps.checkAnswers === true ? route.responses : {}).flatMap(([status, schema]) =>
      schema === undefined ? [] : [[status, validators.answer(schema)] as const],
    ),
  );
  const isRaw = route.raw === true;
  const limit =
    route.bodyLimitBytes ??
    (isRaw || route.stream === true
      ? (deps.limits?.rawBytes ?? RAW_LIMIT_BYTES)
      : (deps.limits?.jsonBytes ?? JSON_LIMIT_BYTES));
  const publicOrigin = deps.publicUrl === undefined ? undefined : new URL(deps.publicUrl).origin;

  async function readBody(request: Request, response: Response): Promise<unknown> {
    if (route.stream === true) return streamBody(request, limit);
    if (isRaw) return readBytes(request, response, limit);
    if (check.body === undefined) return undefined;
    requireJson(request.headers['content-type']);
    return checked(check.body, parseJson(await readBytes(request, response, limit)));
  }

  async function identify(request: Request, response: Response, headers: Headers) {
    const { authorization, cookie } = request.headers;
    const identity = await deps.authenticate({
      ...(authorization === undefined ? {} : { authorization }),
      ...(cookie === undefined ? {} : { cookie }),
    });
    if (identity?.via === 'session') refuseForeignPages(request.method, headers, publicOrigin);
    response.locals['actor'] = identity?.actor.id;
    return identity?.actor;
  }

  return async (request, response) => {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const headers = flat(request);
    const rawParams = request.params as Readonly<Record<string, string>>;
    // An open address takes whoever comes; a sender's own Authorization header is its handler's business.
    const actor = route.action === 'public' ? undefined : await identify(request, response, headers);
    if (route.action !== 'public') authorize(actor, route.action, route.resource?.(rawParams) ?? request.path);
    const hubRequest: HubRequest = {
      id: String(response.locals['requestId']),
      params: checked(check.params, { ...rawParams }),
      query: check.query === undefined ? {} : checked(check.query, { ...request.query }),
      headers: checked(check.headers, headers),
      body: await readBody(request, response),
      actor,
      url: request.originalUrl,
      signal: gone.signal,
    };
    const answer = await route.handler(hubRequest);
    const isPlain = !isSentAsIs(answer.body) || answer.headers?.['content-type'] === undefined;
    if (isPlain) (answers.get(String(answer.status)) ?? answers.get('default'))?.(answer.body);
    await send(response, answer, gone.signal);
  };
}
