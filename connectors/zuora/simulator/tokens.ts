import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../../core/clock.js';
import type { Answer } from './refusal.js';

export const CLIENT_ID = '0f0e5c1a-7d4b-4c53-9a55-0a3f7f3f6c21';
export const CLIENT_SECRET = 'sandbox-zuora-client-secret-1';

const refused = (now: Date, message: string, status = 401): Answer => ({
  status,
  body: { timestamp: now.toISOString(), status, error: status === 401 ? 'Unauthorized' : 'Bad Request', message },
});

/** Bearer tokens by client credentials. A restart forgets them, as a revocation does. */
export class Tokens {
  readonly #live = new Map<string, number>();
  readonly #clock: Clock;
  readonly #lifeS: number;
  #logins = 0;

  constructor(clock: Clock, lifeS: number) {
    this.#clock = clock;
    this.#lifeS = lifeS;
  }

  get logins(): number {
    return this.#logins;
  }

  revoke(): void {
    this.#live.clear();
  }

  isLive(authorization: string | undefined): boolean {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1] ?? '';
    return (this.#live.get(token) ?? 0) > this.#clock.now().getTime();
  }

  /** `POST /oauth/token`; the form alone is looked at, and no other login may come with it. */
  grant(contentType: string, authorization: string | undefined, body: string): Answer {
    const now = this.#clock.now();
    if (!/^application\/x-www-form-urlencoded\b/.test(contentType)) return refused(now, 'unsupported media type', 415);
    if (authorization !== undefined) return refused(now, 'no authorization header may be sent', 400);
    const form = new URLSearchParams(body);
    if (form.get('grant_type') !== 'client_credentials') return refused(now, 'unsupported grant type', 400);
    if (form.get('client_id') !== CLIENT_ID || form.get('client_secret') !== CLIENT_SECRET) {
      return refused(now, 'Invalid client id or secret');
    }
    const token = randomBytes(16).toString('hex');
    this.#live.set(token, now.getTime() + this.#lifeS * 1000);
    this.#logins++;
    return {
      status: 200,
      body: {
        access_token: token,
        token_type: 'bearer',
        expires_in: this.#lifeS - 1,
        scope: `entity.${randomUUID()} tenant.10042 user.${randomUUID()}`,
        jti: randomBytes(16).toString('hex'),
      },
    };
  }
}
