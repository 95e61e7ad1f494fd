import type { Clock } from '../../../core/clock.js';
import { RESOURCE, Refusal } from './refusal.js';

/** Which calls share a counter of calls under way, and how many of them there may be. */
const CONCURRENT = {
  Default: 40,
  'High-volume transactions': 200,
  'Object Query': 80,
} as const;
export type LimitType = keyof typeof CONCURRENT;

const HIGH_VOLUME = /^POST \/v1\/(accounts|orders(\/preview)?|async\/orders)$/;

export const limitTypeOf = (method: string, path: string): LimitType =>
  path.startsWith('/object-query/')
    ? 'Object Query'
    : HIGH_VOLUME.test(`${method} ${path}`)
      ? 'High-volume transactions'
      : 'Default';

/** Counts calls a minute and calls under way; failed calls count too. */
export class Limits {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #underWay = new Map<LimitType, number>();
  #window = 0;
  #used = 0;

  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** Takes a place; the caller gives it back. @throws Refusal category 70. */
  enter(type: LimitType): () => void {
    this.#countMinute();
    const busy = this.#underWay.get(type) ?? 0;
    if (busy >= CONCURRENT[type]) {
      const headers = { 'Retry-After': '120', ...this.headers(type) };
      throw new Refusal(RESOURCE.general, 70, 'Concurrent request limit exceeded', { status: 429, headers });
    }
    this.#underWay.set(type, busy + 1);
    return () => this.#underWay.set(type, (this.#underWay.get(type) ?? 1) - 1);
  }

  headers(type: LimitType): Record<string, string> {
    return {
      'Concurrency-Limit-Type': type,
      'Concurrency-Limit-Limit': String(CONCURRENT[type]),
      'Concurrency-Limit-Remaining': String(CONCURRENT[type] - (this.#underWay.get(type) ?? 0)),
      'ratelimit-limit': `${this.#perMinute}, ${this.#perMinute};w=60`,
      'ratelimit-remaining': String(Math.max(0, this.#perMinute - this.#used)),
      'ratelimit-reset': String(this.#secondsLeft()),
    };
  }

  #secondsLeft(): number {
    return 60 - Math.floor((this.#clock.now().getTime() % 60_000) / 1000);
  }

  #countMinute(): void {
    const window = Math.floor(this.#clock.now().getTime() / 60_000);
    if (window !== this.#window) {
      this.#window = window;
      this.#used = 0;
    }
    this.#used++;
    if (this.#used <= this.#perMinute) return;
    throw new RateExceeded(this.#secondsLeft());
  }
}

/** The rate limit has a body of its own: a bare code and no `success`. */
export class RateExceeded extends Error {
  constructor(readonly seconds: number) {
    super(`API Rate limit exceeded for the minute, retry after ${seconds} seconds`);
  }
}
