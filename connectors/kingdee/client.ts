import type { Clock } from '../../core/clock.js';
import type { Deed } from '../../core/connector/kit/network-faults.js';
import { type Answer, isRecord, readAnswer, readRows } from './answer.js';
import { fromStatus, notSignedIn, refused, unanswered } from './errors.js';
import { type Said, Services } from './services.js';
import { Session } from './session.js';
import { type AppIdentity, loginSign, signedHeaders } from './sign.js';

const FORM_SERVICE = 'Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.';
const LOGIN_SERVICE = 'Kingdee.BOS.WebApi.ServicesStub.AuthService.LoginBySign';
const SESSION_LOST = 1;
/** 1 is success; -5 is success with a notice about the password policy. */
const SIGNED_IN = new Set([1, -5]);

export interface ClientOptions {
  readonly serverUrl: string;
  readonly authMode: 'signature' | 'login-by-sign';
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly app: AppIdentity;
  readonly clock: Clock;
  readonly nonce: () => string;
}

export interface BillQuery {
  readonly FormId: string;
  readonly FieldKeys: string;
  readonly FilterString: string;
  readonly OrderString?: string;
  readonly Limit?: number;
}

/**
 * Calls form services in either way of signing in. A lost session is renewed once per call: the vendor refuses such a
 * call before it does anything, so repeating it is safe; a second loss is a refused login.
 */
export class KingdeeClient {
  readonly #options: ClientOptions;
  readonly #services: Services;
  readonly #session = new Session();
  #login: Promise<void> | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#services = new Services(options.serverUrl, options.timeoutMs, options.concurrency);
  }

  /** Saves, submits, audits …; the caller judges `status.IsSuccess`. @throws HubError as the services do. */
  async write(method: string, formId: string, data: object, what: string, signal: AbortSignal): Promise<Answer> {
    const deed = { what, writes: true };
    const answer = readAnswer(await this.#call(method, { formid: formId, data }, deed, signal));
    if (answer === undefined) throw unanswered(deed, 'the answer has no ResponseStatus');
    return answer;
  }

  /** Rows in the order of `FieldKeys`. @throws HubError when the vendor refuses the query. */
  async query(query: BillQuery, what: string, signal: AbortSignal): Promise<readonly (readonly unknown[])[]> {
    const deed = { what, writes: false };
    const data = { OrderString: '', TopRowCount: 0, StartRow: 0, Limit: 2000, ...query };
    const body = await this.#call('ExecuteBillQuery', { data }, deed, signal);
    const answer = readAnswer(body);
    if (answer !== undefined) throw fromStatus(answer.status, deed);
    const rows = readRows(body);
    if (rows === undefined) throw refused(deed, 'the answer is no table of rows');
    return rows;
  }

  close(): Promise<void> {
    return this.#services.close();
  }

  async #call(method: string, body: object, deed: Deed, signal: AbortSignal): Promise<unknown> {
    const used = await this.#signIn();
    const first = await this.#send(method, body, deed, signal);
    if (!isSessionLost(first.body)) return first.body;
    if (this.#session.id === used) this.#session.forget();
    await this.#signIn();
    const second = await this.#send(method, body, deed, signal);
    const lost = isSessionLost(second.body) ? readAnswer(second.body) : undefined;
    if (lost === undefined) return second.body;
    throw fromStatus(lost.status, deed);
  }

  async #send(method: string, body: object, deed: Deed, signal: AbortSignal): Promise<Said> {
    const path = this.#services.pathOf(FORM_SERVICE + method);
    const signed = this.#options.authMode === 'signature' ? this.#sign(path) : {};
    const reply = await this.#services.post(path, body, { ...signed, ...this.#session.headers() }, deed, signal);
    this.#session.keep(reply.cookies);
    return reply;
  }

  #sign(path: string): Record<string, string> {
    return signedHeaders(this.#options.app, path, this.#unixSeconds(), this.#options.nonce());
  }

  #unixSeconds(): string {
    return String(Math.floor(this.#options.clock.now().getTime() / 1000));
  }

  /** Resolves with the session id in use; calls that arrive together share one login, which none of them can abort. */
  async #signIn(): Promise<string> {
    if (this.#options.authMode === 'signature' || this.#session.id !== '') return this.#session.id;
    this.#login ??= this.#logInBySign().finally(() => {
      this.#login = undefined;
    });
    await this.#login;
    return this.#session.id;
  }

  async #logInBySign(): Promise<void> {
    const { app } = this.#options;
    const timestamp = this.#unixSeconds();
    const parameters = [app.acctId, app.userName, app.appId, timestamp, loginSign(app, timestamp), app.lcid];
    const deed = { what: 'LoginBySign', writes: false };
    const path = this.#services.pathOf(LOGIN_SERVICE);
    const reply = await this.#services.post(path, { parameters }, {}, deed);
    const said = isRecord(reply.body) ? reply.body : {};
    if (!SIGNED_IN.has(Number(said['LoginResultType']))) {
      throw notSignedIn(String(said['Message'] ?? 'the login was refused without a reason'));
    }
    this.#session.keep(reply.cookies);
    if (typeof said['KDSVCSessionId'] === 'string')
      this.#session.keep([`kdservice-sessionid=${said['KDSVCSessionId']}`]);
    if (this.#session.id === '') throw notSignedIn('the login gave no session');
  }
}

const isSessionLost = (body: unknown): boolean => {
  const answer = readAnswer(body);
  return answer !== undefined && !answer.status.IsSuccess && answer.status.MsgCode === SESSION_LOST;
};
