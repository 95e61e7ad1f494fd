import type { Clock } from '../../core/clock.js';
import type { Deed } from '../../core/connector/kit/network-faults.js';
import { Transport } from '../../core/connector/kit/transport.js';
import { Allowance } from './allowance.js';
import { type Answer, call } from './call.js';
import { fromAnswer, notSignedIn, readErrors, SYSTEM, unanswered } from './errors.js';
import { type Credentials, Session, type Token } from './session.js';

/** Marks our changes in Salesforce's own change events, so that they can be told from those of people. */
const CALL_OPTIONS = 'client=orderhub';

export interface ClientOptions extends Credentials {
  readonly apiVersion: string;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly clock: Clock;
}

export type SalesforceRow = Readonly<Record<string, unknown>>;

/** One batch of a query. `next` is the address of the following one, absent after the last. */
export interface Batch {
  readonly records: readonly SalesforceRow[];
  readonly next: string | undefined;
}

/**
 * Calls the REST API. A session that Salesforce gave up is renewed once for all calls under way and the call is repeated
 * once: a refused session did nothing, so that is safe for writes too. A second refusal is a refused login.
 */
export class SalesforceClient {
  readonly allowance: Allowance;
  readonly #session: Session;
  readonly #transport: Transport;
  readonly #root: string;

  constructor(options: ClientOptions) {
    const { timeoutMs, concurrency: maxSockets } = options;
    this.#transport = new Transport({ system: SYSTEM, timeoutMs, maxSockets });
    this.#session = new Session(this.#transport, options);
    this.#root = `/services/data/${options.apiVersion}`;
    this.allowance = new Allowance(options.clock);
  }

  /** Signs in when nobody has yet. */
  token(): Promise<Token> {
    return this.#session.token();
  }

  /** Reads `path` below the version, e.g. `/limits`; undefined when there is no such thing. */
  async read(path: string, what: string, signal: AbortSignal): Promise<unknown> {
    const deed = { what, writes: false };
    const reply = await this.#call('GET', `${this.#root}${path}`, undefined, deed, signal);
    if (reply.status === 404) return undefined;
    if (reply.status !== 200) throw fromAnswer(reply.status, reply.body, deed);
    return reply.body;
  }

  /** Changes the fields of one row. @throws HubError CONNECTOR_OUTCOME_UNKNOWN when the answer was lost. */
  async update(path: string, fields: SalesforceRow, what: string, signal: AbortSignal): Promise<void> {
    const deed = { what, writes: true };
    const reply = await this.#call('PATCH', `${this.#root}${path}`, fields, deed, signal);
    if (reply.status !== 204 && reply.status !== 200) throw fromAnswer(reply.status, reply.body, deed);
  }

  /** The first batch of a query; `all` includes deleted rows. */
  query(soql: string, what: string, signal: AbortSignal, all = false): Promise<Batch> {
    const form = new URLSearchParams({ q: soql }).toString();
    return this.#batch(`${this.#root}/${all ? 'queryAll' : 'query'}?${form}`, what, signal);
  }

  /** The batch that `next` of an earlier one names. */
  more(next: string, what: string, signal: AbortSignal): Promise<Batch> {
    return this.#batch(next, what, signal);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #batch(path: string, what: string, signal: AbortSignal): Promise<Batch> {
    const deed = { what, writes: false };
    const reply = await this.#call('GET', path, undefined, deed, signal);
    if (reply.status !== 200) throw fromAnswer(reply.status, reply.body, deed);
    const batch = readBatch(reply.body);
    if (batch === undefined) throw unanswered(deed, 'the answer is no query result');
    return batch;
  }

  async #call(method: 'GET' | 'PATCH', path: string, body: unknown, deed: Deed, signal: AbortSignal): Promise<Answer> {
    const token = await this.#session.token();
    const first = await this.#send(token, method, path, body, deed, signal);
    if (!isSessionLost(first)) return first;
    const renewed = await this.#session.renew(token);
    const second = await this.#send(renewed, method, path, body, deed, signal);
    if (isSessionLost(second)) throw notSignedIn('a session is refused right after signing in');
    return second;
  }

  async #send(token: Token, method: 'GET' | 'PATCH', path: string, body: unknown, deed: Deed, signal: AbortSignal) {
    const headers = {
      Authorization: `Bearer ${token.accessToken}`,
      Accept: 'application/json',
      'Sforce-Call-Options': CALL_OPTIONS,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
    };
    const data = body === undefined ? {} : { data: JSON.stringify(body) };
    const request = { method, url: token.instanceUrl + path, headers, ...data };
    const reply = await call(this.#transport, request, deed, signal);
    this.allowance.observe(reply.limitInfo);
    if (readErrors(reply.body).some((error) => error.errorCode === 'REQUEST_LIMIT_EXCEEDED')) this.allowance.pause();
    return reply;
  }
}

const isSessionLost = ({ status, body }: Answer): boolean =>
  status === 401 && readErrors(body).some((error) => error.errorCode === 'INVALID_SESSION_ID');

/** A query result, top level or nested; undefined when the value is none. */
export function readBatch(value: unknown): Batch | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { records, done, nextRecordsUrl } = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(records) || typeof done !== 'boolean') return undefined;
  if (done) return { records, next: undefined };
  return typeof nextRecordsUrl === 'string' && nextRecordsUrl.startsWith('/services/data/')
    ? { records, next: nextRecordsUrl }
    : undefined;
}
