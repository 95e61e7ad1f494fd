import type { PeriodClose } from './period-close.js';

const NEXT_MS = 200;

/**
 * Takes step after step while a close gets on, and rests when it does not: the sweeper pokes it again, and so does
 * whoever asks for a close. Steps of two processes do not hurt each other.
 */
export function closeDriver({ close, resume }: PeriodClose, onError: (error: unknown) => void) {
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function look(): Promise<void> {
    try {
      if ((await resume()) && !stopped) timer = setTimeout(poke, NEXT_MS);
    } catch (error) {
      onError(error);
    }
  }

  /** Takes the next step soon; does nothing while one is under way. */
  function poke(): void {
    if (stopped || running !== undefined) return;
    clearTimeout(timer);
    running = look().finally(() => {
      running = undefined;
    });
  }

  return {
    close: async (...asked: Parameters<typeof close>): ReturnType<typeof close> => {
      const head = await close(...asked);
      if (head.state !== 'closed') poke();
      return head;
    },
    poke,
    stop: async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
export type CloseDriver = ReturnType<typeof closeDriver>;
