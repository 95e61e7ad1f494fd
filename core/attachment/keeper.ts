import type { Clock } from '../clock.js';
import type { Logger } from '../log/logger.js';
import type { AttachmentBook } from './attachment-book.js';

const TELL_MS = 10_000;
/** Uploads take less than this, so what is older is nobody's. */
const ABANDONED_MS = 3_600_000;

/** Does for attachments what a crash left undone: at start, then every ten seconds and every hour. */
export function attachmentKeeper(book: Pick<AttachmentBook, 'tellAll' | 'sweep'>, clock: Clock, log: Logger) {
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  let sweptAtMs: number | undefined;
  let stopping = false;

  async function look(): Promise<void> {
    await book.tellAll();
    const nowMs = clock.monotonicMs();
    if (sweptAtMs !== undefined && nowMs - sweptAtMs < ABANDONED_MS) return;
    sweptAtMs = nowMs;
    await book.sweep(new Date(clock.now().getTime() - ABANDONED_MS));
  }

  function again(): void {
    working = look()
      .catch((error: unknown) => log.error({ err: error }, 'looking after attachments'))
      .finally(() => {
        if (!stopping) timer = setTimeout(again, TELL_MS);
      });
  }

  /** Begins no new round and resolves when the one under way has ended. */
  async function stop(): Promise<void> {
    stopping = true;
    clearTimeout(timer);
    await working;
  }

  return { start: again, stop };
}
