import type { Clock } from '../../core/clock.js';
import { HubError } from '../../core/errors/hub-error.js';
import { SYSTEM } from './errors.js';

/** The allowance rolls over 24 hours and nothing says when calls come free, so one call looks again after this time. */
const PAUSE_MS = 15 * 60_000;

/** What `Sforce-Limit-Info` said last: calls used and allowed in 24 hours. Undefined before the first answer. */
export interface Usage {
  readonly used: number;
  readonly allowed: number;
}

/** Watches the daily API allowance, so that polling stops before every further call is refused. */
export class Allowance {
  readonly #clock: Clock;
  #usage: Usage | undefined;
  #pausedUntilMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** Reads `api-usage=10018/100000` out of the header; anything else in it is passed over. */
  observe(header: unknown): void {
    const found = /api-usage=(\d+)\/(\d+)/.exec(typeof header === 'string' ? header : '');
    if (found === null) return;
    this.#usage = { used: Number(found[1]), allowed: Number(found[2]) };
    if (this.#usage.used >= this.#usage.allowed) this.pause();
    else this.#pausedUntilMs = 0;
  }

  /** Starts the pause, e.g. because a call was refused for the limit. */
  pause(): void {
    this.#pausedUntilMs = this.#clock.monotonicMs() + PAUSE_MS;
  }

  /** Called before each poll. @throws HubError CONNECTOR_THROTTLED with the time left while the pause lasts. */
  requireFree(): void {
    const leftMs = this.#pausedUntilMs - this.#clock.monotonicMs();
    if (leftMs <= 0) return;
    const said = this.#usage === undefined ? '' : ` (${this.#usage.used} of ${this.#usage.allowed})`;
    const why = `the API calls of the last 24 hours are used up${said}; reading pauses`;
    throw new HubError('CONNECTOR_THROTTLED', { system: SYSTEM, why }, { retryAfterMs: leftMs });
  }
}
