import type { Clock } from '../../../core/clock.js';
import { type Answer, RESOURCE, Refusal } from './refusal.js';

const DAY_MS = 24 * 3_600_000;

/** The answer of the first call with a key, given again for 24 hours, whether it worked or failed. */
export interface Replay {
  readonly key: string;
  readonly method: string;
  readonly url: string;
  readonly answer: Answer;
  readonly atMs: number;
}

/** Knows which `Idempotency-Key` was used for what. */
export class Replays {
  readonly #done = new Map<string, Replay>();
  readonly #running = new Set<string>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  remember(replay: Replay): void {
    this.#done.set(replay.key, replay);
  }

  /**
   * Begins a call with a key; undefined when it is the first. The body is not compared: only method and address are.
   * @throws Refusal 409 while the first call runs, 422 for another use, 400 for a method that takes no key.
   */
  begin(key: string, method: string, url: string): Answer | undefined {
    if (method !== 'POST' && method !== 'PATCH') {
      throw gateway(400, `${method} is not supported with the Idempotency-Key header`);
    }
    if (key.length > 255) throw gateway(400, 'Idempotency-Key is longer than 255 characters');
    if (this.#running.has(key)) throw gateway(409, 'A request with this Idempotency-Key is being processed');
    const done = this.#done.get(key);
    if (done !== undefined && this.#clock.now().getTime() - done.atMs < DAY_MS) {
      if (done.method !== method || done.url !== url)
        throw gateway(422, 'Idempotency-Key was used for another request');
      return done.answer;
    }
    this.#running.add(key);
    return undefined;
  }

  end(key: string): void {
    this.#running.delete(key);
  }
}

const gateway = (status: number, message: string): Refusal => new Refusal(RESOURCE.general, 20, message, { status });
