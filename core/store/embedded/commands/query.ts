import { evaluateLet, expressionContext } from '../aggregate/expression.js';
import { encode } from '../bson/encode.js';
import { type Doc, isDoc, type Value } from '../bson/values.js';
import type { Flow } from '../flow.js';
import { ProtocolError } from '../protocol-error.js';
import { coveredBy } from '../query/covered.js';
import type { Filter, FilterContext } from '../query/filter.js';
import { compileFilter } from '../query/match.js';
import type { Found } from '../query/paths.js';
import { choosePlan, type Plan } from '../query/plan.js';
import type { Projection } from '../query/project.js';
import { Sorter, type SortSpec } from '../query/sort.js';
import type { Collection } from '../storage/collection.js';
import type { Engine } from '../storage/engine.js';
import type { StoredRecord } from '../storage/record-cache.js';
import { candidates, holdsMoreThan } from '../storage/scan.js';

/** Most keys an in-memory sort may hold; beyond it the query is refused, as MongoDB does without disk use. */
const MAX_SORTED = 1_000_000;
/** Mismatches in a row between two resting points of a scan. */
const REST_EVERY = 64;

export type Query = Readonly<{
  filter: Filter;
  sort: SortSpec;
  skip: number;
  /** Infinity when there is none. */
  limit: number;
  hint: Value | undefined;
}>;

export const queryOf = (filter: Filter, more: Partial<Query> = {}): Query => ({
  filter,
  sort: [],
  skip: 0,
  limit: Number.POSITIVE_INFINITY,
  hint: undefined,
  ...more,
});

/** @param variables the argument `let` */
export function compileQuery(query: Doc, variables: Doc): { filter: Filter; context: FilterContext } {
  const context = expressionContext(evaluateLet(variables));
  return { filter: compileFilter(query, context), context };
}

/** @throws ProtocolError BadValue when the hint names no index */
export function planOf(engine: Engine, collection: Collection, query: Query): Plan {
  const { hint, filter, sort, limit, skip } = query;
  const natural = naturalOrder(hint, sort);
  if (natural !== undefined) return { kind: 'collection', reverse: natural < 0, sorted: sort.length === 0 };
  return choosePlan({
    indexes: hint === undefined ? collection.indexes : [hintedIndex(collection, hint)],
    node: filter.node,
    sort,
    limit: limit + skip,
    holdsMoreThan: (ranges, count) => holdsMoreThan(engine, ranges, count),
  });
}

/** `{$natural: 1 | -1}` as a hint. */
function naturalOrder(hint: Value | undefined, sort: SortSpec): number | undefined {
  if (!isDoc(hint) || !hint.has('$natural')) return undefined;
  if (sort.length > 0) return 1;
  return hint.get('$natural') === -1 ? -1 : 1;
}

function hintedIndex(collection: Collection, hint: Value) {
  const wanted = isDoc(hint) ? encode(hint) : undefined;
  const found = collection.indexes.find(
    ({ spec }) => spec.name === hint || (wanted !== undefined && encode(spec.key).equals(wanted)),
  );
  if (found !== undefined) return found;
  throw new ProtocolError(
    'BadValue',
    'error processing query: planner returned error: hint provided does not correspond to an existing index',
  );
}

/** The number of matches when no document has to be looked at for it: no filter, or one that an index decides. */
export function quickCount(engine: Engine, collection: Collection, query: Query): number | undefined {
  const { node } = query.filter;
  if (query.skip > 0 || query.limit !== Number.POSITIVE_INFINITY) return undefined;
  if (node.kind === 'and' && node.parts.length === 0) return collection.count;
  const plan = coveredBy(planOf(engine, collection, { ...query, sort: [] }), node);
  return plan?.ranges.reduce((sum, { start, end }) => sum + engine.env.entries.getKeysCount({ start, end }), 0);
}

/** Matching records in order. With a sort that no index gives, keys and ids are collected first. */
export function* matches(engine: Engine, collection: Collection, query: Query): Flow<StoredRecord> {
  const plan = planOf(engine, collection, query);
  let skip = query.skip;
  let left = query.limit;
  const source =
    plan.sorted || query.sort.length === 0
      ? scan(engine, collection, query.filter, plan)
      : sortedScan(engine, collection, query, plan);
  for (const record of source) {
    if (record === undefined) yield undefined;
    else if (skip > 0) skip--;
    else {
      yield record;
      if (--left <= 0) return;
    }
  }
}

function* scan(engine: Engine, collection: Collection, filter: Filter, plan: Plan): Flow<StoredRecord> {
  let misses = 0;
  for (const record of candidates(engine, collection, plan)) {
    if (filter.test(record.document)) yield record;
    else if (++misses % REST_EVERY === 0) yield undefined;
  }
}

function* sortedScan(engine: Engine, collection: Collection, query: Query, plan: Plan): Flow<StoredRecord> {
  const sorter = new Sorter<number>(query.sort, query.skip + query.limit);
  for (const record of scan(engine, collection, query.filter, plan)) {
    if (record !== undefined) sorter.add(record.document, record.id);
    if (sorter.size > MAX_SORTED) {
      throw new ProtocolError(
        'QueryExceededMemoryLimitNoDiskUseAllowed',
        `Sort exceeded ${MAX_SORTED} keys; add an index`,
      );
    }
    yield undefined;
  }
  for (const id of sorter.result()) {
    const record = collection.read(id);
    if (record !== undefined && query.filter.test(record.document)) yield record;
    else yield undefined;
  }
}

/** Encoded results of a find; without a projection the stored bytes are passed on as they are. */
export function* encoded(
  records: Flow<StoredRecord>,
  filter: Filter,
  projection: Projection | undefined,
): Flow<Buffer> {
  for (const record of records) {
    if (record === undefined) yield undefined;
    else if (projection === undefined) yield record.raw;
    else {
      const found: Found = {};
      if (projection.positional) filter.test(record.document, found);
      yield encode(projection.apply(record.document, found));
    }
  }
}
