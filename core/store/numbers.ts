import type { HubModels } from './models/index.js';

/** Numbers taken in blocks, so that no document is written by every order; gaps are allowed. */
export function numberBlocks(counters: HubModels['counters'], blockSize = 50) {
  const left = new Map<string, { next: number; end: number }>();
  const taking = new Map<string, Promise<void>>();

  async function takeBlock(name: string): Promise<void> {
    const doc = await counters
      .findOneAndUpdate({ _id: name }, { $inc: { next: blockSize } }, { upsert: true, returnDocument: 'after' })
      .lean();
    const end = doc?.next ?? blockSize;
    left.set(name, { next: end - blockSize + 1, end });
  }

  /** The next number of a series, from 1 on; never given twice. */
  return async function next(name: string): Promise<number> {
    for (;;) {
      const block = left.get(name);
      if (block !== undefined && block.next <= block.end) return block.next++;
      const running = taking.get(name) ?? takeBlock(name).finally(() => taking.delete(name));
      taking.set(name, running);
      await running;
    }
  };
}
