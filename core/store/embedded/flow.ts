import { ProtocolError } from './protocol-error.js';

/**
 * Results of a read, produced lazily. `undefined` is a resting point: nothing yet, but other work may run now. Long
 * scans rest often, so that one query never holds up the other connections.
 */
export type Flow<T> = Generator<T | undefined, void, undefined>;

/** How long one command may keep the event loop before others get their turn. */
const SLICE_MS = 8;
/** The clock is read once in this many steps. */
const STEPS = 16;

/** Decides when a command must give way, and when its time is over. */
export class Pacer {
  private steps = 0;
  private sliceEnd: number;
  private readonly deadline: number;

  /** @param maxTimeMs limit for the whole command; 0 is none */
  constructor(
    maxTimeMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.sliceEnd = now() + SLICE_MS;
    this.deadline = maxTimeMs > 0 ? now() + maxTimeMs : Number.POSITIVE_INFINITY;
  }

  /** True when it is time to `rest`. @throws ProtocolError MaxTimeMSExpired */
  due(): boolean {
    if (++this.steps < STEPS) return false;
    this.steps = 0;
    const now = this.now();
    if (now > this.deadline) throw new ProtocolError('MaxTimeMSExpired', 'operation exceeded time limit');
    return now > this.sliceEnd;
  }

  async rest(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.sliceEnd = this.now() + SLICE_MS;
  }
}

/** Runs a flow to its end, resting where due. */
export async function drain<T>(flow: Flow<T>, pacer: Pacer, take: (item: T) => void): Promise<void> {
  for (const item of flow) {
    if (item !== undefined) take(item);
    if (pacer.due()) await pacer.rest();
  }
}
