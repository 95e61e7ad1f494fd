import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../core/clock.js';

interface Session {
  readonly userName: string;
  lastUsedMs: number;
}

/** Sessions live in memory and end after idle time; a restart of the server ends them all. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();

  constructor(
    private readonly clock: Clock,
    private readonly ttlMs: number,
  ) {}

  open(userName: string): string {
    const id = randomUUID();
    this.#sessions.set(id, { userName, lastUsedMs: this.clock.now().getTime() });
    return id;
  }

  /** The user of a live session, which this use keeps alive; undefined when it is unknown or was idle too long. */
  use(id: string): string | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    const nowMs = this.clock.now().getTime();
    if (nowMs - session.lastUsedMs > this.ttlMs) {
      this.#sessions.delete(id);
      return undefined;
    }
    session.lastUsedMs = nowMs;
    return session.userName;
  }

  end(id: string): void {
    this.#sessions.delete(id);
  }

  killAll(): void {
    this.#sessions.clear();
  }
}
