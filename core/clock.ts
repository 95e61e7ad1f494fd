/** Time as the hub sees it. Everything that needs the time is handed a clock. */
export interface Clock {
  /** The instant, UTC. */
  now(): Date;
  /** Milliseconds that never run backwards; only differences mean anything. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
