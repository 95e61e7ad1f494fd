import { bad } from './refusal.js';
import type { Rendered } from './soql-run.js';

/** Open results a user may hold; the oldest is dropped for a new one. */
const MAX_OPEN = 50;

interface Cursor {
  readonly records: readonly Rendered[];
  readonly batchSize: number;
}

/** Results that are handed out in batches. */
export class Cursors {
  readonly #open = new Map<string, Cursor>();
  #number = 0;

  /** The first batch of a result. */
  first(records: readonly Rendered[], batchSize: number, root: string): object {
    if (records.length <= batchSize) return { totalSize: records.length, done: true, records };
    const id = `01g5g${String(this.#number++).padStart(10, '0')}AAA`;
    this.#open.set(id, { records, batchSize });
    const oldest = this.#open.keys().next().value;
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.#open.delete(oldest);
    return this.#batch(id, { records, batchSize }, 0, root);
  }

  /** The batch a locator such as `01g…AAA-2000` names. @throws Refusal INVALID_QUERY_LOCATOR */
  next(locator: string, root: string): object {
    const [, id = '', from = ''] = /^(01g\w+)-(\d+)$/.exec(locator) ?? [];
    const cursor = this.#open.get(id);
    if (cursor === undefined) throw bad('INVALID_QUERY_LOCATOR', 'invalid query locator');
    return this.#batch(id, cursor, Number(from), root);
  }

  #batch(id: string, { records, batchSize }: Cursor, from: number, root: string): object {
    const to = from + batchSize;
    const done = to >= records.length;
    return {
      totalSize: records.length,
      done,
      ...(done ? {} : { nextRecordsUrl: `${root}/query/${id}-${to}` }),
      records: records.slice(from, to),
    };
  }
}
