import { randomBytes } from 'node:crypto';
import { BatchWriter } from './bson/batch-writer.js';
import { type Doc, doc, RawArray } from './bson/values.js';
import type { Flow, Pacer } from './flow.js';
import { ProtocolError } from './protocol-error.js';

const IDLE_MS = 10 * 60_000;
/** Size of the first batch when the client names none. */
const FIRST_BATCH = 101;
/** MongoDB allows 16 MB; less keeps the memory of big reads small. One document always fits. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

/** Encoded results. `limited` tells that the flow has given everything the client asked for. */
export type Results = Readonly<{ flow: Flow<Buffer>; remaining?: () => number }>;

type Cursor = {
  readonly id: bigint;
  readonly namespace: string;
  readonly results: Results;
  /** A document that did not fit into the last batch. */
  held: Buffer | undefined;
  busy: boolean;
  usedAt: number;
};

/** Open cursors of all connections; each is dropped after ten idle minutes. */
export class Cursors {
  private readonly open = new Map<bigint, Cursor>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  get size(): number {
    return this.open.size;
  }

  /** The reply to find or aggregate: the first batch, and a cursor when there may be more. */
  async first(
    namespace: string,
    results: Results,
    options: { batchSize: number | undefined; single: boolean },
    pacer: Pacer,
  ): Promise<Doc> {
    const cursor: Cursor = { id: newId(), namespace, results, held: undefined, busy: false, usedAt: this.now() };
    const { batch, done } = await fill(cursor, options.batchSize ?? FIRST_BATCH, pacer);
    const keep = !done && !options.single;
    if (keep) this.open.set(cursor.id, cursor);
    return reply('firstBatch', cursor, batch, keep);
  }

  /** @throws ProtocolError CursorNotFound */
  async more(id: bigint, namespace: string, batchSize: number | undefined, pacer: Pacer): Promise<Doc> {
    const cursor = this.open.get(id);
    if (cursor === undefined) throw new ProtocolError('CursorNotFound', `cursor id ${id} not found`);
    if (cursor.namespace !== namespace) {
      throw new ProtocolError(
        'Unauthorized',
        `Requested getMore on namespace '${namespace}', but cursor belongs to another`,
      );
    }
    if (cursor.busy) throw new ProtocolError('CursorInUse', `cursor id ${id} is already in use`);
    cursor.busy = true;
    try {
      const { batch, done } = await fill(cursor, batchSize ?? Number.POSITIVE_INFINITY, pacer);
      cursor.usedAt = this.now();
      const keep = !done && this.open.has(id);
      if (!keep) this.open.delete(id);
      return reply('nextBatch', cursor, batch, keep);
    } catch (error) {
      this.open.delete(id);
      throw error;
    } finally {
      cursor.busy = false;
    }
  }

  kill(id: bigint): boolean {
    return this.open.delete(id);
  }

  dropIdle(): void {
    const limit = this.now() - IDLE_MS;
    for (const cursor of this.open.values()) if (!cursor.busy && cursor.usedAt < limit) this.open.delete(cursor.id);
  }
}

const newId = (): bigint => (randomBytes(8).readBigUInt64LE() >> 1n) | 1n;

const reply = (field: string, { id, namespace }: Cursor, batch: BatchWriter, keep: boolean): Doc =>
  doc({
    cursor: doc({ [field]: new RawArray(batch.finish()), id: keep ? id : 0n, ns: namespace }),
    ok: 1,
  });

/** Takes documents until the batch is full by number or bytes; a document always fits into an empty batch. */
async function fill(cursor: Cursor, count: number, pacer: Pacer): Promise<{ batch: BatchWriter; done: boolean }> {
  const batch = new BatchWriter();
  const { flow, remaining } = cursor.results;
  while (batch.count < count) {
    let item = cursor.held;
    cursor.held = undefined;
    if (item === undefined) {
      if (remaining?.() === 0) return { batch, done: true };
      const step = flow.next();
      if (step.done) return { batch, done: true };
      item = step.value;
    }
    if (item !== undefined) {
      if (batch.count > 0 && batch.size + item.length > MAX_BATCH_BYTES) {
        cursor.held = item;
        return { batch, done: false };
      }
      batch.push(item);
    }
    if (pacer.due()) await pacer.rest();
  }
  return { batch, done: cursor.held === undefined && remaining?.() === 0 };
}
