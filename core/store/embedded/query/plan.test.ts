import { Decimal128, ObjectId } from 'bson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode } from '../bson/decode.js';
import { encode } from '../bson/encode.js';
import { type Doc, doc, isDoc, type Value } from '../bson/values.js';
import { parseIndex } from '../commands/index-options.js';
import { matches, planOf, queryOf, quickCount } from '../commands/query.js';
import { buildIndex } from '../storage/build-index.js';
import type { Collection } from '../storage/collection.js';
import type { Engine } from '../storage/engine.js';
import { candidates } from '../storage/scan.js';
import { atOnce } from '../storage/write-queue.js';
import { openEngine } from '../testing/engine-rig.js';
import { compareKeys, parseSort, sortKey } from './sort.js';

/** A repeatable stream of numbers below a bound (mulberry32). */
function randomBelow(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** From plain JSON-like values, arrays and nested objects included. */
const toValue = (value: unknown): Value => {
  if (Array.isArray(value)) return value.map(toValue);
  if (
    value === null ||
    typeof value !== 'object' ||
    value instanceof Date ||
    value instanceof ObjectId ||
    value instanceof Decimal128
  )
    return value as Value;
  return new Map(Object.entries(value).map(([key, item]) => [key, toValue(item)]));
};
const toDoc = (value: object): Doc => {
  const made = toValue(value);
  if (!isDoc(made)) throw new TypeError('not a document');
  return made;
};

const LONG = 'x'.repeat(2_500);

function randomValue(below: (bound: number) => number, depth = 0): unknown {
  const plain = [null, 0, 1, 2, 2.5, -3, 'a', 'b', 'ab', true, new Date(5), new Date(7), `${LONG}1`, `${LONG}2`];
  const kind = below(10);
  if (kind < 7 || depth > 1) return plain[below(plain.length)];
  if (kind < 9) return Array.from({ length: below(4) }, () => randomValue(below, depth + 1));
  return { x: randomValue(below, depth + 1), y: randomValue(below, depth + 1) };
}

function randomDocument(below: (bound: number) => number): object {
  const made: Record<string, unknown> = { _id: new ObjectId(), n: below(1000) };
  // Arrays only in one field of a compound index: two would be refused.
  if (below(5) > 0) made['a'] = randomValue(below);
  for (const name of ['b', 'c']) if (below(5) > 0) made[name] = randomValue(below, 2);
  if (below(2) === 0) made['l'] = Array.from({ length: below(3) }, () => ({ x: below(4), y: below(4) }));
  return made;
}

function randomCondition(below: (bound: number) => number): unknown {
  const value = randomValue(below, 2);
  const conditions = [
    value,
    { $eq: value },
    { $gt: value },
    { $gte: value },
    { $lt: value },
    { $lte: value },
    { $in: [value, randomValue(below, 2)] },
    { $gt: 1, $lt: 2 },
    { $ne: value },
    { $exists: below(2) === 0 },
    { $type: 'number' },
    { $nin: [value] },
    randomValue(below),
    { $regex: '^a' },
  ];
  const chosen = conditions[below(conditions.length)];
  return chosen !== null && typeof chosen === 'object' && '$gt' in chosen && chosen.$gt === null
    ? { $gte: null }
    : chosen;
}

function randomQuery(below: (bound: number) => number): object {
  const paths = ['a', 'b', 'c', 'a.x', 'a.0', 'l.x', 'l.y', 'n', '_id'];
  const query: Record<string, unknown> = {};
  for (let i = 0; i <= below(3); i++) query[paths[below(paths.length - 1)] ?? 'a'] = randomCondition(below);
  if (below(6) === 0) query['$or'] = [{ a: randomCondition(below) }, { b: randomCondition(below) }];
  if (below(8) === 0) query['l'] = { $elemMatch: { x: below(4), y: { $gte: below(4) } } };
  return query;
}

const INDEXES = [
  { key: { a: 1 }, name: 'a' },
  { key: { a: 1, b: -1 }, name: 'ab' },
  { key: { b: -1, n: 1 }, name: 'bn' },
  { key: { c: 1, n: -1, a: 1 }, name: 'cna' },
  { key: { 'a.x': 1 }, name: 'ax', sparse: true },
  { key: { 'l.x': 1, 'l.y': -1 }, name: 'lxy' },
  { key: { c: -1 }, name: 'c', partialFilterExpression: { c: { $gt: 0 } } },
  { key: { n: 1 }, name: 'n' },
];

const SORTS = [
  {},
  { a: 1 },
  { b: -1, n: 1 },
  { b: 1, n: -1 },
  { n: 1 },
  { n: -1 },
  { c: 1, n: -1 },
  { a: -1, b: 1 },
  { c: -1 },
  { _id: -1 },
];

const run = (engine: Engine, collection: Collection, query: ReturnType<typeof queryOf>): Doc[] => {
  const found: Doc[] = [];
  for (const record of matches(engine, collection, query)) if (record !== undefined) found.push(record.document);
  return found;
};

const idOf = (document: Doc): string => String(document.get('_id'));

describe('an index changes the way to the answer, never the answer', () => {
  const rig = openEngine(200_000);
  let collection: Collection;
  const below = randomBelow(7);

  beforeAll(async () => {
    await rig.engine.write(
      atOnce(() => {
        collection = rig.engine.catalog.create('t', 'c');
        for (let i = 0; i < 300; i++) collection.insert(decode(encode(toDoc(randomDocument(below)))));
      }),
    );
    for (const spec of INDEXES) await rig.engine.write(buildIndex(rig.engine, collection, parseIndex(toDoc(spec))));
    // Half of the documents are changed after the indexes exist, some removed.
    await rig.engine.write(
      atOnce(() => {
        for (const record of [
          ...candidates(rig.engine, collection, { kind: 'collection', reverse: false, sorted: true }),
        ]) {
          const choice = below(4);
          if (choice === 0) collection.remove(record);
          if (choice === 1)
            collection.replace(record, toDoc({ ...randomDocument(below), _id: record.document.get('_id') }));
        }
      }),
    );
  });
  afterAll(() => rig.close());

  test('for 1,500 random queries and sorts', () => {
    let indexed = 0;
    let counted = 0;
    for (let i = 0; i < 1_500; i++) {
      const query = randomQuery(below);
      const filter = rig.engine.compileFilter(toDoc(query));
      const sort = parseSort(toDoc(SORTS[below(SORTS.length)] ?? {}));
      const plan = planOf(rig.engine, collection, queryOf(filter, { sort }));
      if (plan.kind !== 'collection') indexed++;
      const scanned = run(rig.engine, collection, queryOf(filter, { hint: doc({ $natural: 1 }) }));
      const planned = run(rig.engine, collection, queryOf(filter, { sort }));
      const message = JSON.stringify({ query, sort, plan: plan.kind === 'index' ? plan.index.spec.name : plan.kind });
      expect(planned.map(idOf).sort(), message).toEqual(scanned.map(idOf).sort());
      const count = quickCount(rig.engine, collection, queryOf(filter));
      if (count !== undefined) expect(count, message).toBe(scanned.length);
      counted += Number(count !== undefined);
      for (let at = 1; at < planned.length; at++) {
        const [before, after] = [planned[at - 1] ?? new Map(), planned[at] ?? new Map()];
        expect(compareKeys(sortKey(before, sort), sortKey(after, sort), sort), message).toBeLessThanOrEqual(0);
      }
    }
    expect(indexed).toBeGreaterThan(500);
    expect(counted).toBeGreaterThan(10);
  });
});

describe('where an index would give the wrong order, documents are sorted', () => {
  const rig = openEngine();
  afterAll(() => rig.close());

  const sortedIds = async (values: unknown[], query: object, sort: object): Promise<unknown[]> => {
    const name = `c${rig.engine.catalog.all().length}`;
    const collection = await rig.engine.write(
      atOnce(() => {
        const made = rig.engine.catalog.create('t', name);
        values.forEach((v, at) => {
          made.insert(toDoc({ _id: at, v }));
        });
        return made;
      }),
    );
    await rig.engine.write(buildIndex(rig.engine, collection, parseIndex(toDoc({ key: { v: 1 }, name: 'v' }))));
    const filter = rig.engine.compileFilter(toDoc(query));
    return run(rig.engine, collection, queryOf(filter, { sort: parseSort(toDoc(sort)) })).map((found) =>
      found.get('_id'),
    );
  };

  test('arrays sort by their least element, also when the query leaves that out', async () => {
    expect(await sortedIds([[5, 9], [1, 8], [7]], { v: { $gt: 6 } }, { v: 1 })).toEqual([1, 0, 2]);
    expect(await sortedIds([[5, 9], [1, 8], [7]], { v: { $gt: 6 } }, { v: -1 })).toEqual([0, 1, 2]);
  });

  test('texts that differ only beyond the longest key', async () => {
    expect(await sortedIds([`${LONG}2`, `${LONG}1`, 'a'], {}, { v: 1 })).toEqual([2, 1, 0]);
    expect(await sortedIds([`${LONG}2`, `${LONG}1`, 'a'], { v: { $gt: `${LONG}1` } }, { v: 1 })).toEqual([0]);
  });

  test('decimals that share a double', async () => {
    const [low, high] = ['0.10000000000000000001', '0.10000000000000000002'].map((text) => Decimal128.fromString(text));
    expect(await sortedIds([high, low], {}, { v: 1 })).toEqual([1, 0]);
  });
});

describe('what the planner reads', () => {
  const rig = openEngine();
  let collection: Collection;

  beforeAll(async () => {
    await rig.engine.write(
      atOnce(() => {
        collection = rig.engine.catalog.create('t', 'orders');
        for (let i = 0; i < 2_000; i++) {
          collection.insert(
            toDoc({
              _id: i,
              state: ['open', 'held', 'done'][i % 3],
              createdAt: new Date(i * 1000),
              ref: `r${i}`,
              n: i,
            }),
          );
        }
      }),
    );
    for (const spec of [
      { key: { state: 1, createdAt: -1 }, name: 'list' },
      { key: { ref: 1 }, name: 'ref', unique: true },
      { key: { n: 1 }, name: 'n', partialFilterExpression: { state: 'held' } },
    ]) {
      await rig.engine.write(buildIndex(rig.engine, collection, parseIndex(toDoc(spec))));
    }
  });
  afterAll(() => rig.close());

  const planFor = (query: object, sort: object = {}, limit = Number.POSITIVE_INFINITY) =>
    planOf(
      rig.engine,
      collection,
      queryOf(rig.engine.compileFilter(toDoc(query)), { sort: parseSort(toDoc(sort)), limit }),
    );
  const read = (plan: ReturnType<typeof planFor>, count: number): unknown[] => {
    const found: unknown[] = [];
    for (const record of candidates(rig.engine, collection, plan))
      if (found.push(record.document.get('_id')) === count) break;
    return found;
  };

  test.each([
    ['equality and the order of the index', { state: 'open' }, { createdAt: -1 }, 1998],
    ['equality and the order turned round', { state: 'open' }, { createdAt: 1 }, 0],
    ['both fields in order', {}, { state: 1, createdAt: -1 }, 1997],
    ['both fields turned round', {}, { state: -1, createdAt: 1 }, 0],
    ['$in and the order of the next field', { state: { $in: ['open', 'held'] } }, { createdAt: -1 }, 1999],
  ])('%s: the index gives the order', (_, query, sort, first) => {
    const plan = planFor(query, sort, 50);
    expect(plan).toMatchObject({ kind: 'index', sorted: true });
    expect(read(plan, 50)).toHaveLength(50);
    expect(read(plan, 1)).toEqual([first]);
  });

  test('a mixed direction that no scan gives is sorted in memory', () => {
    expect(planFor({}, { state: 1, createdAt: 1 }, 50)).toMatchObject({ sorted: false });
  });

  test('a unique key goes to its index, an `$or` of keys to a union', () => {
    expect(planFor({ ref: 'r7', state: 'open' })).toMatchObject({ index: { spec: { name: 'ref' } }, unique: true });
    expect(planFor({ $or: [{ ref: 'r7' }, { state: 'gone' }] })).toMatchObject({ kind: 'union' });
  });

  test('a partial index serves only queries that imply its filter', () => {
    expect(planFor({ n: 5 })).toMatchObject({ kind: 'collection' });
    expect(planFor({ n: 5, state: 'held' })).toMatchObject({ kind: 'index' });
  });

  test('a range of dates after an equality reads just the range', () => {
    const plan = planFor({ state: 'open', createdAt: { $gte: new Date(3_000), $lt: new Date(30_000) } });
    expect(read(plan, 10_000).length).toBeLessThanOrEqual(10);
  });
});
