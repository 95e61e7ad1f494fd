/** What became of one look at a lane. `busy`: someone else holds it; `laterMs`: look again then. */
export interface Look {
  readonly busy?: boolean;
  readonly laterMs?: number;
}

export interface LaneQueue {
  /** Look at this lane soon. Says nothing about what is to be done: the documents know. */
  poke(laneId: string): void;
  /** Ends after the looks that are under way. */
  stop(): Promise<void>;
}

/**
 * The embedded queue: at most `concurrency` lanes at once, each lane by one worker. A poke during a look makes one more
 * look afterwards. Nothing here needs to survive a crash: the sweeper finds every document that still has work.
 */
export function embeddedLaneQueue(
  work: (laneId: string) => Promise<Look>,
  options: { concurrency: number; onError: (laneId: string, error: unknown) => void },
): LaneQueue {
  const waiting = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();
  let stopped = false;

  function later(laneId: string, ms: number): void {
    if (stopped || timers.has(laneId)) return;
    const timer = setTimeout(() => {
      timers.delete(laneId);
      poke(laneId);
    }, ms);
    timers.set(laneId, timer);
  }

  async function look(laneId: string): Promise<void> {
    try {
      const { busy, laterMs } = await work(laneId);
      if (busy === true) later(laneId, 1_000);
      if (laterMs !== undefined) later(laneId, laterMs);
    } catch (error) {
      options.onError(laneId, error);
      later(laneId, 5_000);
    }
  }

  function start(): void {
    for (const laneId of waiting) {
      if (stopped || running.size >= options.concurrency) break;
      waiting.delete(laneId);
      const done = look(laneId).finally(() => {
        running.delete(laneId);
        if (again.delete(laneId)) waiting.add(laneId);
        start();
      });
      running.set(laneId, done);
    }
  }

  function poke(laneId: string): void {
    if (stopped) return;
    if (running.has(laneId)) again.add(laneId);
    else waiting.add(laneId);
    start();
  }

  return {
    poke,
    stop: async () => {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      waiting.clear();
      again.clear();
      await Promise.all(running.values());
    },
  };
}
