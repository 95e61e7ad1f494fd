import type { Transport } from '../../core/connector/kit/transport.js';
import { HubError } from '../../core/errors/hub-error.js';
import { call } from './call.js';
import { fromAnswer, notSignedIn, SYSTEM } from './errors.js';

export interface Token {
  readonly accessToken: string;
  /** Where all further calls go, without a slash at the end. */
  readonly instanceUrl: string;
  /** 18 characters, from the identity address of the login. */
  readonly organizationId: string;
}

export interface Credentials {
  readonly loginUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly organizationId?: string;
}

const DEED = { what: 'oauth2/token', writes: false };

/** One login by client credentials, shared by all calls. It has no known end: Salesforce says 401 when it is over. */
export class Session {
  readonly #transport: Transport;
  readonly #credentials: Credentials;
  #token: Token | undefined;
  #login: Promise<Token> | undefined;

  constructor(transport: Transport, credentials: Credentials) {
    this.#transport = transport;
    this.#credentials = credentials;
  }

  /** Calls that arrive together share one login, which none of them can abort. @throws HubError CONNECTOR_REFUSED_LOGIN */
  async token(): Promise<Token> {
    if (this.#token !== undefined) return this.#token;
    this.#login ??= this.#signIn().finally(() => {
      this.#login = undefined;
    });
    return this.#login;
  }

  /** A new token in place of the one that was refused; the same for all who were refused with the old one. */
  async renew(refused: Token): Promise<Token> {
    if (this.#token === refused) this.#token = undefined;
    return this.token();
  }

  async #signIn(): Promise<Token> {
    const { loginUrl, clientId, clientSecret } = this.#credentials;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const request = {
      method: 'POST' as const,
      url: `${loginUrl.replace(/\/$/, '')}/services/oauth2/token`,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
      data: new URLSearchParams(form).toString(),
    };
    const { status, body } = await call(this.#transport, request, DEED);
    if (status === 429 || status >= 500) throw fromAnswer(status, body, DEED);
    if (status !== 200) throw notSignedIn(sayRefusal(status, body));
    this.#token = this.#read(body);
    return this.#token;
  }

  #read(body: unknown): Token {
    const {
      access_token: accessToken,
      instance_url: instanceUrl,
      id,
    } = (body ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof accessToken !== 'string' || typeof instanceUrl !== 'string')
      throw notSignedIn('the answer holds no token');
    const organizationId = /\/id\/(00D[A-Za-z0-9]{12,15})\//.exec(String(id))?.[1] ?? '';
    const wanted = this.#credentials.organizationId;
    if (wanted !== undefined && wanted.slice(0, 15) !== organizationId.slice(0, 15)) {
      throw notSignedIn(`the login belongs to organisation ${organizationId || 'unknown'}, not ${wanted}`);
    }
    return { accessToken, instanceUrl: this.#checkInstance(instanceUrl), organizationId };
  }

  /** The token must not travel unencrypted, except to the address the connection itself names (a local one). */
  #checkInstance(instanceUrl: string): string {
    const url = URL.canParse(instanceUrl) ? new URL(instanceUrl) : undefined;
    if (url?.protocol === 'https:' || url?.origin === new URL(this.#credentials.loginUrl).origin) return url.origin;
    throw new HubError('CONNECTOR_REFUSED_LOGIN', { system: SYSTEM, why: 'the instance address is not https' });
  }
}

function sayRefusal(status: number, body: unknown): string {
  const { error, error_description: description } = (body ?? {}) as Readonly<Record<string, unknown>>;
  return error === undefined ? `HTTP ${status}` : `${String(error)}: ${String(description ?? 'no reason given')}`;
}
