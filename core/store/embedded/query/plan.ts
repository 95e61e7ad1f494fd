import { afterPrefix } from '../bson/key-encoding.js';
import { numberKey } from '../storage/environment.js';
import { MAX_ENCODED } from '../storage/index-entries.js';
import type { Index } from '../storage/index-spec.js';
import { type Bounds, boundsOf, type Interval } from './bounds.js';
import { conjuncts, type PlanNode } from './filter.js';
import { impliesFilter } from './implies.js';
import type { SortSpec } from './sort.js';

/** A half-open range of full entry keys. `prefix`: length of the part that is the same for all keys of the range. */
export type KeyRange = Readonly<{ start: Buffer; end: Buffer; prefix: number }>;

export type IndexPlan = Readonly<{
  kind: 'index';
  index: Index;
  ranges: readonly KeyRange[];
  reverse: boolean;
  /** Entries come in the order that was asked for. */
  sorted: boolean;
  /** Ranges have to be merged by what follows their prefix to be in order. */
  merge: boolean;
  /** Number of leading fields that are tied to values, and whether a range follows them. */
  pointFields: number;
  ranged: boolean;
  /** At most one document can match. */
  unique: boolean;
}>;

export type Plan =
  | Readonly<{ kind: 'collection'; reverse: boolean; sorted: boolean }>
  | IndexPlan
  | Readonly<{ kind: 'union'; plans: readonly IndexPlan[]; sorted: false }>;

export type PlanRequest = Readonly<{
  indexes: readonly Index[];
  node: PlanNode;
  sort: SortSpec;
  /** Documents wanted at most; Infinity without a limit. */
  limit: number;
  /** Tells whether the ranges hold more than `count` entries; used to choose between two plans. */
  holdsMoreThan(ranges: readonly KeyRange[], count: number): boolean;
}>;

/** Products of `$in` lists beyond this many ranges are cut off at the previous field. */
const MAX_RANGES = 2_000;
/** Steps in which the sizes of competing plans are compared. */
const SIZES = [16, 256, 4_096];

/** Chooses where to look for matches. Every candidate is checked by the matcher: a plan is never wrong, only wide. */
export function choosePlan(request: PlanRequest): Plan {
  const byPath = conditions(request.node);
  const plans: IndexPlan[] = [];
  for (const index of request.indexes) {
    const plan = planIndex(index, request, byPath);
    if (plan?.unique) return plan;
    if (plan !== undefined) plans.push(plan);
  }
  const bounded = plans.filter((plan) => plan.pointFields > 0 || plan.ranged);
  const best = smallest(bounded, request);
  const sorted = plans.filter((plan) => plan.sorted).sort((a, b) => b.pointFields - a.pointFields)[0];
  if (best === undefined) {
    const union = planUnion(request);
    if (union !== undefined && sorted === undefined) return union;
  }
  if (request.sort.length > 0 && sorted !== undefined) {
    if (best === undefined || best.sorted) return best ?? sorted;
    return prefersOrder(best, sorted, request) ? sorted : best;
  }
  return best ?? { kind: 'collection', reverse: false, sorted: request.sort.length === 0 };
}

/** An ordered scan wins when few documents are wanted and sorting would have to fetch many. */
function prefersOrder(best: IndexPlan, sorted: IndexPlan, { limit, holdsMoreThan }: PlanRequest): boolean {
  if (sorted.pointFields >= best.pointFields && sorted.pointFields > 0) return true;
  return limit <= 1_000 && holdsMoreThan(best.ranges, Math.max(512, limit * 2));
}

/** The plan with the fewest entries, as far as cheap probes tell; ties go to order, then to more tied fields. */
function smallest(plans: readonly IndexPlan[], { holdsMoreThan }: PlanRequest): IndexPlan | undefined {
  const ranked = [...plans].sort(
    (a, b) =>
      Number(b.sorted) - Number(a.sorted) ||
      b.pointFields - a.pointFields ||
      Number(b.ranged) - Number(a.ranged) ||
      a.ranges.length - b.ranges.length,
  );
  if (ranked.length < 2) return ranked[0];
  for (const size of SIZES) {
    const small = ranked.find((plan) => !holdsMoreThan(plan.ranges, size));
    if (small !== undefined) return small;
  }
  return ranked.sort((a, b) => b.pointFields - a.pointFields || Number(b.sorted) - Number(a.sorted))[0];
}

/** `$or` with an index for each branch. */
function planUnion(request: PlanRequest): Plan | undefined {
  for (const node of conjuncts(request.node)) {
    if (node.kind !== 'or') continue;
    const plans = node.parts.map((part) => {
      const choice = choosePlan({ ...request, node: part, sort: [], limit: Number.POSITIVE_INFINITY });
      if (choice.kind === 'union') return choice.plans;
      return choice.kind === 'index' && (choice.pointFields > 0 || choice.ranged) ? [choice] : undefined;
    });
    if (plans.every((plan) => plan !== undefined)) return { kind: 'union', plans: plans.flat(), sorted: false };
  }
  return undefined;
}

type Conditions = ReadonlyMap<string, Readonly<{ nodes: PlanNode[]; together: PlanNode[] }>>;

/** The conditions of a filter by path; those inside one `$elemMatch` are kept together. */
function conditions(node: PlanNode): Conditions {
  const byPath = new Map<string, { nodes: PlanNode[]; together: PlanNode[] }>();
  const collect = (part: PlanNode, prefix: string, element: boolean) => {
    for (const item of conjuncts(part)) {
      if (item.kind === 'elem') collect(item.part, `${prefix}${item.path}.`, true);
      else if ('path' in item) {
        const path = prefix + item.path;
        const known = byPath.get(path) ?? { nodes: [], together: [] };
        known.nodes.push(item);
        if (element) known.together.push(item);
        byPath.set(path, known);
      }
    }
  };
  collect(node, '', false);
  return byPath;
}

function planIndex(index: Index, request: PlanRequest, byPath: Conditions): IndexPlan | undefined {
  if (index.state !== 'ready' || index.spec.other.get('hidden') === true) return undefined;
  if (!isComplete(index, request.node, byPath)) return undefined;
  const bounds = index.fields.map((field, position): Bounds | undefined => {
    const known = byPath.get(field.path);
    if (known === undefined) return undefined;
    if (!index.multikey[position]) return boundsOf(known.nodes, true);
    if (sharesArray(index, position)) return undefined;
    return known.together.length > 1 ? boundsOf(known.together, true) : boundsOf(known.nodes, false);
  });
  const { prefixes, pointFields, ranged, bounded } = product(index, bounds);
  const order = orderOf(index, bounds, pointFields, request.sort);
  if (bounded === 0 && (request.sort.length === 0 || !order.sorted)) return undefined;
  const exactPoints = index.fields.every((_, at) => bounds[at]?.points === true && bounds[at]?.intervals.length === 1);
  return {
    kind: 'index',
    index,
    ranges: toRanges(index.number, prefixes),
    reverse: order.reverse,
    sorted: order.sorted,
    merge: order.sorted && order.merge,
    pointFields,
    ranged,
    unique: index.spec.unique && exactPoints,
  };
}

/** Whether the index has an entry for every document that can match. */
function isComplete(index: Index, node: PlanNode, byPath: Conditions): boolean {
  if (index.spec.partialFilterExpression !== undefined) {
    if (index.partial === undefined || !impliesFilter(node, index.partial.node)) return false;
  }
  if (!index.spec.sparse) return true;
  return index.fields.some(({ path }) => byPath.get(path)?.nodes.some(needsValue) === true);
}

/** Conditions that no missing value satisfies. */
function needsValue(node: PlanNode): boolean {
  switch (node.kind) {
    case 'eq':
      return node.value !== null;
    case 'in':
      return !node.values.includes(null);
    case 'range':
      return node.value !== null;
    default:
      return node.kind === 'exists' || node.kind === 'prefix' || node.kind === 'type';
  }
}

/** A later field below the same array as an earlier one: conditions on both may hold for different elements. */
function sharesArray(index: Index, position: number): boolean {
  const top = index.fields[position]?.parts[0];
  return index.fields.some((field, at) => at < position && index.multikey[at] === true && field.parts[0] === top);
}

type Prefix = Readonly<{ low: Buffer; high: Buffer; shared: number }>;

/** Joins the bounds of leading fields: points multiply, the first range ends the prefix. */
function product(index: Index, bounds: readonly (Bounds | undefined)[]) {
  let prefixes: Prefix[] = [{ low: Buffer.alloc(0), high: Buffer.alloc(0), shared: 0 }];
  let pointFields = 0;
  let bounded = 0;
  let ranged = false;
  for (const [position, field] of index.fields.entries()) {
    const here = bounds[position];
    if (here === undefined || prefixes.length * here.intervals.length > MAX_RANGES) break;
    const intervals = field.descending ? here.intervals.map(invert).reverse() : here.intervals;
    prefixes = prefixes.flatMap((prefix) => intervals.map((interval) => join(prefix, interval, here.points)));
    bounded++;
    if (!here.points) {
      ranged = true;
      break;
    }
    pointFields++;
  }
  return { prefixes, pointFields, ranged, bounded };
}

const flip = (bytes: Buffer): Buffer => bytes.map((byte) => ~byte) as Buffer;
const invert = ({ low, high }: Interval): Interval => ({ low: flip(high), high: flip(low) });

function join(prefix: Prefix, { low, high }: Interval, isPoint: boolean): Prefix {
  return {
    low: Buffer.concat([prefix.low, low]),
    high: Buffer.concat([prefix.high, high]),
    shared: isPoint ? prefix.shared + low.length : prefix.shared,
  };
}

function toRanges(number: number, prefixes: readonly Prefix[]): KeyRange[] {
  const head = numberKey(number);
  return prefixes.flatMap(({ low, high, shared }) => {
    const start = Buffer.concat([head, low.subarray(0, MAX_ENCODED)]);
    const end = afterPrefix(Buffer.concat([head, high.subarray(0, MAX_ENCODED)])) ?? numberKey(number + 1);
    return Buffer.compare(start, end) < 0 ? [{ start, end, prefix: 4 + Math.min(shared, MAX_ENCODED) }] : [];
  });
}

const UNSORTED = { sorted: false, reverse: false, merge: false };

/** Whether a scan yields the wanted order, and in which direction it must run. */
function orderOf(index: Index, bounds: readonly (Bounds | undefined)[], pointFields: number, sort: SortSpec) {
  if (sort.length === 0) return { ...UNSORTED, sorted: true };
  if (index.inexact) return UNSORTED;
  const isTied = (at: number) => at < pointFields && bounds[at]?.intervals.length === 1 && !index.multikey[at];
  const tied = new Set(index.fields.filter((_, at) => isTied(at)).map((field) => field.path));
  let position = 0;
  let reverse: boolean | undefined;
  let firstSorted = index.fields.length;
  for (const field of sort) {
    if (tied.has(field.path)) continue;
    // Fields tied to values (one, or several whose ranges get merged) do not disturb the order.
    while (position < pointFields && index.fields[position]?.path !== field.path) position++;
    const here = index.fields[position];
    if (here?.path !== field.path || index.multikey[position]) return UNSORTED;
    firstSorted = Math.min(firstSorted, position);
    const against = here.descending !== field.descending;
    if (reverse !== undefined && reverse !== against) return UNSORTED;
    reverse = against;
    position++;
  }
  const merge = bounds.some((bound, at) => at < pointFields && at < firstSorted && (bound?.intervals.length ?? 0) > 1);
  const splitAfter = bounds.some(
    (bound, at) => at < pointFields && at >= firstSorted && (bound?.intervals.length ?? 0) > 1,
  );
  return merge && splitAfter ? UNSORTED : { sorted: true, reverse: reverse ?? false, merge };
}
