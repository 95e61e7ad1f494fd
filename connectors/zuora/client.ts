import type { Clock } from '../../core/clock.js';
import type { Deed } from '../../core/connector/kit/network-faults.js';
import { type Reply, retryAfterMs, Transport } from '../../core/connector/kit/transport.js';
import { HubError } from '../../core/errors/hub-error.js';
import { type Failure, isFailure, isLoginLost, isNotFound, readFailure, SYSTEM } from './errors.js';
import { readBody } from './read-body.js';
import { type Credentials, Session } from './session.js';

export interface ClientOptions extends Credentials {
  readonly version: string;
  readonly entityId?: string;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly clock: Clock;
}

export type Row = Readonly<Record<string, unknown>>;

export interface Post {
  readonly path: string;
  readonly body: unknown;
  /** At most 255 characters; under it Zuora keeps the first answer for 24 hours. */
  readonly idempotencyKey: string;
  /** For people who look for the call in Zuora's logs. */
  readonly track: string;
  readonly what: string;
  readonly signal: AbortSignal;
}

export type Posted = { readonly ok: true; readonly body: Row } | ({ readonly ok: false } & Failure);

/** At most 64 ASCII characters without `: ; " '`. */
const trackId = (text: string): string => `hub-${text.replace(/[^A-Za-z0-9._-]/g, '_')}`.slice(0, 64);

/**
 * Calls the REST API. A token that Zuora gave up is renewed once for all calls under way and the call is repeated once;
 * a refused token did nothing, so that is safe for writes too.
 */
export class ZuoraClient {
  readonly #transport: Transport;
  readonly #session: Session;
  readonly #options: ClientOptions;
  readonly #base: string;

  constructor(options: ClientOptions) {
    const { timeoutMs, concurrency: maxSockets, clock } = options;
    this.#base = options.baseUrl.replace(/\/$/, '');
    this.#transport = new Transport({ system: SYSTEM, timeoutMs, maxSockets });
    this.#session = new Session(this.#transport, { ...options, baseUrl: this.#base }, clock);
    this.#options = options;
  }

  /** Signs in when nobody has yet. */
  async signIn(): Promise<void> {
    await this.#session.token();
  }

  /** Reads a path with its query; undefined when there is no such thing. */
  async read(path: string, what: string, signal: AbortSignal): Promise<Row | undefined> {
    const deed = { what, writes: false };
    const reply = await this.#call('GET', path, {}, undefined, deed, signal);
    const body = readBody(reply, deed);
    if (!isFailure(reply.status, body)) return (body ?? {}) as Row;
    if (isNotFound(reply.status, body)) return undefined;
    throw readFailure(reply.status, body, deed, retryAfterMs(reply)).error;
  }

  /** Every row of a list of the REST API, following `nextPage`. */
  async readAll(path: string, name: string, what: string, signal: AbortSignal): Promise<readonly Row[] | undefined> {
    const rows: Row[] = [];
    for (let next: string | undefined = path; next !== undefined; ) {
      const page: Row | undefined = await this.read(next, what, signal);
      if (page === undefined) return undefined;
      rows.push(...(Array.isArray(page[name]) ? (page[name] as Row[]) : []));
      next = this.#pathOf(page['nextPage']);
    }
    return rows;
  }

  /** Posts once. A refusal is handed back, because it may be kept under the key. @throws HubError when no answer came */
  async post(post: Post): Promise<Posted> {
    const deed = { what: post.what, writes: true };
    const headers = { 'Idempotency-Key': post.idempotencyKey, 'Zuora-Track-Id': trackId(post.track) };
    const reply = await this.#call('POST', post.path, headers, JSON.stringify(post.body), deed, post.signal);
    const body = readBody(reply, deed);
    if (!isFailure(reply.status, body)) return { ok: true, body: (body ?? {}) as Row };
    return { ok: false, ...readFailure(reply.status, body, deed, retryAfterMs(reply)) };
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** `nextPage` is a whole address; only its path is used, so that the token never goes to another host. */
  #pathOf(nextPage: unknown): string | undefined {
    if (typeof nextPage !== 'string' || !URL.canParse(nextPage, this.#base)) return undefined;
    const { pathname, search } = new URL(nextPage, this.#base);
    return pathname + search;
  }

  async #call(
    method: 'GET' | 'POST',
    path: string,
    more: Record<string, string>,
    data: string | undefined,
    deed: Deed,
    signal: AbortSignal,
  ): Promise<Reply> {
    const token = await this.#session.token();
    const first = await this.#send(token, method, path, more, data, deed, signal);
    if (!isLoginLost(first.status, readBody(first, deed))) return first;
    const renewed = await this.#session.renew(token);
    const second = await this.#send(renewed, method, path, more, data, deed, signal);
    if (!isLoginLost(second.status, readBody(second, deed))) return second;
    throw new HubError('CONNECTOR_REFUSED_LOGIN', { system: SYSTEM, why: 'a token is refused right after signing in' });
  }

  #send(
    token: string,
    method: 'GET' | 'POST',
    path: string,
    more: Record<string, string>,
    data: string | undefined,
    deed: Deed,
    signal: AbortSignal,
  ) {
    const { version, entityId } = this.#options;
    const headers = {
      Authorization: `Bearer ${token}`,
      Accept: 'application/json',
      'Zuora-Version': version,
      ...(entityId === undefined ? {} : { 'Zuora-Entity-Ids': entityId }),
      ...(data === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
      ...more,
    };
    return this.#transport.send(
      { method, url: this.#base + path, headers, ...(data === undefined ? {} : { data }) },
      deed,
      signal,
    );
  }
}
