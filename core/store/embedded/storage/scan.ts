import type { IndexPlan, KeyRange, Plan } from '../query/plan.js';
import type { Access } from './access.js';
import type { Collection } from './collection.js';
import { documentKey, numberKey, recordId } from './environment.js';
import { StoredRecord } from './record-cache.js';

/** Keys are read in pieces that grow, so that a small limit reads little and no read transaction stays open. */
const FIRST_PIECE = 32;
const LARGEST_PIECE = 512;

/**
 * Candidates of a plan, each record once. The generator may rest between two records for as long as its user likes:
 * it continues after the last key it has seen, on the data as it is then.
 */
export function* candidates(access: Access, collection: Collection, plan: Plan): Generator<StoredRecord> {
  if (collection.dropped) return;
  if (plan.kind === 'collection') yield* everyRecord(access, collection, plan.reverse);
  else yield* indexed(access, collection, plan.kind === 'union' ? plan.plans : [plan]);
}

function* indexed(access: Access, collection: Collection, plans: readonly IndexPlan[]): Generator<StoredRecord> {
  const repeats = plans.length > 1 || plans.some(({ index }) => index.inexact || index.multikey.includes(true));
  const seen = repeats ? new Set<number>() : undefined;
  for (const plan of plans) {
    for (const key of plan.merge ? merged(access, plan) : inOrder(access, plan)) {
      const id = recordId(key);
      if (seen?.has(id)) continue;
      seen?.add(id);
      const record = collection.read(id);
      if (record !== undefined) yield record;
    }
  }
}

function* inOrder(access: Access, { ranges, reverse }: IndexPlan): Generator<Buffer> {
  for (const range of reverse ? [...ranges].reverse() : ranges) yield* keysIn(access, range, reverse);
}

/** All keys of a range, in pieces. */
export function* keysIn(access: Access, range: KeyRange, reverse: boolean): Generator<Buffer> {
  const { entries } = access.env;
  const end = reverse ? range.start : range.end;
  let start = reverse ? range.end : range.start;
  let resumed = false;
  for (let limit = FIRST_PIECE; ; limit = Math.min(limit * 2, LARGEST_PIECE)) {
    const piece = [...entries.getKeys({ start, end, reverse, limit, exclusiveStart: resumed })];
    yield* piece;
    const last = piece.at(-1);
    if (last === undefined || piece.length < limit) return;
    start = last;
    resumed = true;
  }
}

/** Several ranges, each in order by what follows its prefix, woven into one order. */
function* merged(access: Access, plan: IndexPlan): Generator<Buffer> {
  const direction = plan.reverse ? -1 : 1;
  const heads = plan.ranges.flatMap((range) => {
    const keys = keysIn(access, range, plan.reverse);
    const first = keys.next();
    return first.done
      ? []
      : [{ keys, key: first.value, rest: first.value.subarray(range.prefix), prefix: range.prefix }];
  });
  while (heads.length > 0) {
    let at = 0;
    for (let i = 1; i < heads.length; i++) {
      const [best, other] = [heads[at], heads[i]];
      if (best && other && Buffer.compare(other.rest, best.rest) * direction < 0) at = i;
    }
    const head = heads[at];
    if (head === undefined) return;
    yield head.key;
    const next = head.keys.next();
    if (next.done) heads.splice(at, 1);
    else {
      head.key = next.value;
      head.rest = next.value.subarray(head.prefix);
    }
  }
}

/** Natural order: record ids rise with insertion. Bypasses the cache, which a full scan would only wash out. */
function* everyRecord(access: Access, collection: Collection, reverse: boolean): Generator<StoredRecord> {
  const { documents } = access.env;
  const [first, last] = [numberKey(collection.number), numberKey(collection.number + 1)];
  const end = reverse ? first : last;
  let start = reverse ? last : first;
  let resumed = false;
  for (let limit = FIRST_PIECE; ; limit = Math.min(limit * 2, LARGEST_PIECE)) {
    const piece = [...documents.getRange({ start, end, reverse, limit, exclusiveStart: resumed })];
    const { epoch } = access;
    for (const { key, value } of piece) {
      const id = recordId(key);
      const record = access.epoch === epoch ? asRead(access, collection, id, value) : collection.read(id);
      if (record !== undefined) yield record;
    }
    const tail = piece.at(-1);
    if (tail === undefined || piece.length < limit) return;
    start = documentKey(collection.number, recordId(tail.key));
    resumed = true;
  }
}

/** The record whose bytes were read just now, in whatever form is at hand. */
function asRead(access: Access, collection: Collection, id: number, value: Buffer): StoredRecord | undefined {
  const staged = access.stagedRecord(collection.number, id);
  if (staged !== undefined) return staged ?? undefined;
  return access.cache.get(collection.number, id) ?? new StoredRecord(id, value);
}

/** Whether the ranges hold more than `count` entries; skips natively, without reading them. */
export function holdsMoreThan(access: Access, ranges: readonly KeyRange[], count: number): boolean {
  if (ranges.length > count) return true;
  const share = Math.ceil(count / Math.max(1, ranges.length));
  return ranges.some(({ start, end }) => {
    const [hit] = access.env.entries.getKeys({ start, end, offset: share, limit: 1 });
    return hit !== undefined;
  });
}
