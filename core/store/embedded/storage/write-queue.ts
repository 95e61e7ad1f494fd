import { ProtocolError } from '../protocol-error.js';

/** A write in steps: it may pause (yield) wherever everything it has done so far may become durable by itself. */
export type WriteJob<T> = Generator<undefined, T, undefined>;

/** A job of one step. */
export function* atOnce<T>(work: () => T): WriteJob<T> {
  yield* [];
  return work();
}

type Queued = {
  readonly steps: WriteJob<unknown>;
  settle: () => void;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
};

/** How long jobs run in one transaction before it is committed and other work gets its turn. */
const SLICE_MS = 12;

/** The storage engine refused a change half-way: the transaction cannot be committed any more. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
}

/**
 * Runs all writes one after the other inside transactions. What arrives while a commit is being flushed goes into the
 * next one together, so the cost of a flush is shared (group commit). A job is answered only after the commit that
 * holds its last step is on disk.
 */
export class WriteQueue {
  private waiting: Queued[] = [];
  private draining: Promise<void> | undefined;
  private broken: Error | undefined;

  /**
   * @param transact runs the callback inside a write transaction and resolves when that is on disk
   * @param onFailure called once when a commit failed; every later write is refused
   */
  constructor(
    private readonly transact: (work: () => void) => Promise<void>,
    private readonly onFailure: (error: Error) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws whatever the job throws, or ProtocolError ShutdownInProgress after a failed commit. */
  run<T>(steps: WriteJob<T>): Promise<T> {
    if (this.broken !== undefined) return Promise.reject(stopped());
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ steps, settle: () => {}, resolve: resolve as (value: unknown) => void, reject });
      this.draining ??= this.drain();
    });
  }

  /** Resolves when everything queued so far is on disk. */
  async idle(): Promise<void> {
    while (this.draining !== undefined) await this.draining;
  }

  private async drain(): Promise<void> {
    // One turn of the microtask queue: commands that arrived in the same packet share the first commit.
    await Promise.resolve();
    while (this.waiting.length > 0 && this.broken === undefined) {
      const finished: Queued[] = [];
      try {
        await this.transact(() => this.slice(finished));
        for (const job of finished) job.settle();
      } catch (cause) {
        this.fail(cause as Error, finished);
      }
    }
    this.draining = undefined;
  }

  private slice(finished: Queued[]): void {
    const deadline = this.now() + SLICE_MS;
    do {
      const job = this.waiting.shift();
      if (job === undefined) return;
      // Named first: when its step breaks the transaction, it is answered with the others.
      finished.push(job);
      if (!advance(job)) {
        finished.pop();
        this.waiting.push(job);
      }
    } while (this.now() < deadline);
  }

  private fail(error: Error, finished: readonly Queued[]): void {
    this.broken = error;
    for (const job of [...finished, ...this.waiting]) job.reject(stopped());
    this.waiting = [];
    this.onFailure(error);
  }
}

const stopped = () => new ProtocolError('ShutdownInProgress', 'the store stopped because a commit failed');

/** One step; true when the job is over. Its own refusal is an outcome, a storage failure ends the transaction. */
function advance(job: Queued): boolean {
  try {
    const step = job.steps.next();
    if (!step.done) return false;
    job.settle = () => job.resolve(step.value);
  } catch (error) {
    if (error instanceof StorageFailure) throw error;
    job.settle = () => job.reject(error);
  }
  return true;
}
