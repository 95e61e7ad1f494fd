import type { Clock } from '../../core/clock.js';
import { retryAfterMs, type Transport } from '../../core/connector/kit/transport.js';
import { HubError } from '../../core/errors/hub-error.js';
import { readFailure, SYSTEM } from './errors.js';
import { readBody } from './read-body.js';

export interface Credentials {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const DEED = { what: 'oauth/token', writes: false };
/** A token is given up so long before its end, for the way and for clocks that differ. */
const MARGIN_MS = 60_000;

interface Token {
  readonly text: string;
  /** On the monotonic clock. */
  readonly untilMs: number;
}

/** One token by client credentials, shared by all calls until it ends; there is no refresh token. */
export class Session {
  readonly #transport: Transport;
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  #token: Token | undefined;
  #login: Promise<string> | undefined;

  constructor(transport: Transport, credentials: Credentials, clock: Clock) {
    this.#transport = transport;
    this.#credentials = credentials;
    this.#clock = clock;
  }

  /** Calls that arrive together share one login. @throws HubError CONNECTOR_REFUSED_LOGIN */
  async token(): Promise<string> {
    if (this.#token !== undefined && this.#token.untilMs > this.#clock.monotonicMs()) return this.#token.text;
    this.#login ??= this.#signIn().finally(() => {
      this.#login = undefined;
    });
    return this.#login;
  }

  /** A new token in place of the refused one; the same for all who were refused with it. */
  renew(refused: string): Promise<string> {
    if (this.#token?.text === refused) this.#token = undefined;
    return this.token();
  }

  async #signIn(): Promise<string> {
    const { baseUrl, clientId, clientSecret } = this.#credentials;
    const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' };
    const reply = await this.#transport.send(
      {
        method: 'POST',
        url: `${baseUrl}/oauth/token`,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
        data: new URLSearchParams(form).toString(),
      },
      DEED,
    );
    const { status } = reply;
    const body = readBody(reply, DEED);
    if (status === 429 || status >= 500) throw readFailure(status, body, DEED, retryAfterMs(reply)).error;
    const { access_token: text, expires_in: lifeS } = (body ?? {}) as Readonly<Record<string, unknown>>;
    if (status !== 200 || typeof text !== 'string') {
      throw new HubError('CONNECTOR_REFUSED_LOGIN', { system: SYSTEM, why: `HTTP ${status}` });
    }
    const lifeMs = Number(lifeS ?? 0) * 1000;
    this.#token = { text, untilMs: this.#clock.monotonicMs() + Math.max(lifeMs / 2, lifeMs - MARGIN_MS) };
    return text;
  }
}
