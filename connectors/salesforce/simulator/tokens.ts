import { randomBytes, verify } from 'node:crypto';
import type { Clock } from '../../../core/clock.js';
import { INTEGRATION_USER, INTEGRATION_USERNAME, ORGANISATION_ID } from './seed.js';

/** The one app that may sign in, and for whom. */
export interface AppSetup {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Public key of the certificate for JWT logins, PEM. */
  readonly jwtPublicKey?: string;
  /** User names that an administrator approved for JWT logins. */
  readonly approvedUsers: readonly string[];
  /** Refresh tokens handed out by an earlier web login. */
  readonly refreshTokens: readonly string[];
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface TokenRequest {
  readonly contentType: string;
  readonly authorization: string;
  readonly host: string;
  readonly body: string;
}

/** Login hosts shared by all organisations; they refuse client credentials. */
const SHARED_HOSTS = /^(login|test)\.salesforce\.com$/;
const AUDIENCES = ['https://login.salesforce.com', 'https://test.salesforce.com'];
/** A JWT may not be valid for longer than this. */
const MAX_JWT_LIFE_S = 180;

class LoginRefused extends Error {
  constructor(
    readonly error: string,
    readonly description: string,
    readonly status = 400,
  ) {
    super(description);
  }
}

/** Hands out and knows the sessions. A restart forgets them all, as a revocation does. */
export class Tokens {
  readonly #app: AppSetup;
  readonly #clock: Clock;
  readonly #sessions = new Map<string, string>();
  #logins = 0;

  constructor(app: AppSetup, clock: Clock) {
    this.#app = app;
    this.#clock = clock;
  }

  /** Logins that succeeded since the start. */
  get logins(): number {
    return this.#logins;
  }

  /** The user of a live session. */
  userOf(token: string): string | undefined {
    return this.#sessions.get(token);
  }

  /** Ends one session, or all. */
  revoke(token?: string): void {
    if (token === undefined) this.#sessions.clear();
    else this.#sessions.delete(token);
  }

  /** The answer of `POST /services/oauth2/token`. `baseUrl` is the organisation's own address. */
  grant(request: TokenRequest, baseUrl: string): TokenAnswer {
    try {
      if (!/^application\/x-www-form-urlencoded\b/.test(request.contentType)) {
        throw new LoginRefused('invalid_request', 'content type must be application/x-www-form-urlencoded');
      }
      const form = withBasic(new URLSearchParams(request.body), request.authorization);
      this.#check(form, request.host, baseUrl);
      return { status: 200, body: this.#session(baseUrl) };
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error;
      return { status: error.status, body: { error: error.error, error_description: error.description } };
    }
  }

  #check(form: URLSearchParams, host: string, baseUrl: string): void {
    const grant = form.get('grant_type');
    if (grant === 'client_credentials') {
      if (SHARED_HOSTS.test(host)) throw new LoginRefused('invalid_grant', 'request not supported on this domain');
      this.#checkClient(form, true);
    } else if (grant === 'refresh_token') {
      this.#checkClient(form, false);
      if (!this.#app.refreshTokens.includes(form.get('refresh_token') ?? '')) {
        throw new LoginRefused('invalid_grant', 'expired access/refresh token');
      }
    } else if (grant === 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      this.#checkAssertion(form.get('assertion') ?? '', baseUrl);
    } else {
      throw new LoginRefused('unsupported_grant_type', 'grant type not supported');
    }
  }

  #checkClient(form: URLSearchParams, secretNeeded: boolean): void {
    if (form.get('client_id') !== this.#app.clientId) {
      throw new LoginRefused('invalid_client_id', 'client identifier invalid');
    }
    const secret = form.get('client_secret');
    if ((secretNeeded || secret !== null) && secret !== this.#app.clientSecret) {
      throw new LoginRefused('invalid_client', 'invalid client credentials');
    }
  }

  #checkAssertion(assertion: string, baseUrl: string): void {
    const [header = '', claims = '', signature = ''] = assertion.split('.');
    const { alg } = decodePart(header);
    const { iss, sub, aud, exp } = decodePart(claims);
    const key = this.#app.jwtPublicKey;
    const signed = Buffer.from(`${header}.${claims}`);
    if (alg !== 'RS256' || key === undefined || !verify('sha256', signed, key, Buffer.from(signature, 'base64url'))) {
      throw new LoginRefused('invalid_grant', 'invalid assertion');
    }
    if (iss !== this.#app.clientId) throw new LoginRefused('invalid_client_id', 'client identifier invalid');
    if (![...AUDIENCES, baseUrl].includes(String(aud))) throw new LoginRefused('invalid_grant', 'audience is invalid');
    const leftS = Number(exp) - this.#clock.now().getTime() / 1000;
    if (!(leftS > 0 && leftS <= MAX_JWT_LIFE_S)) throw new LoginRefused('invalid_grant', 'expired authorization code');
    if (sub !== INTEGRATION_USERNAME || !this.#app.approvedUsers.includes(String(sub))) {
      throw new LoginRefused('invalid_grant', "user hasn't approved this consumer");
    }
  }

  #session(baseUrl: string): Readonly<Record<string, unknown>> {
    const token = `${ORGANISATION_ID.slice(0, 15)}!${randomBytes(48).toString('base64url')}`;
    this.#sessions.set(token, INTEGRATION_USER);
    this.#logins++;
    return {
      access_token: token,
      signature: randomBytes(32).toString('base64'),
      scope: 'api',
      instance_url: baseUrl,
      id: `https://login.salesforce.com/id/${ORGANISATION_ID}/${INTEGRATION_USER}`,
      token_type: 'Bearer',
      issued_at: String(this.#clock.now().getTime()),
    };
  }
}

/** Client id and secret may come as HTTP Basic instead of in the form. */
function withBasic(form: URLSearchParams, authorization: string): URLSearchParams {
  const encoded = /^Basic (\S+)$/.exec(authorization)?.[1];
  if (encoded === undefined) return form;
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(/:(.*)/s);
  form.set('client_id', decodeURIComponent(id));
  form.set('client_secret', decodeURIComponent(secret));
  return form;
}

function decodePart(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
