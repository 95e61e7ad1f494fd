import { MaxKey, MinKey } from 'bson';
import { afterPrefix, KeyWriter } from '../bson/key-encoding.js';
import { RANK, rank } from '../bson/order.js';
import { isNumeric, toNumber, type Value } from '../bson/values.js';
import type { PlanNode, RangeOp } from './filter.js';

/** Encoded prefixes, ascending: every key between `low` and `high` (inclusive, as prefixes). */
export type Interval = Readonly<{ low: Buffer; high: Buffer }>;

/** Where the values of one field may lie. `points`: each interval is a single value. */
export type Bounds = Readonly<{ points: boolean; intervals: readonly Interval[] }>;

const writer = new KeyWriter();

function encoded(write: (writer: KeyWriter) => void): Buffer {
  writer.reset();
  write(writer);
  return writer.take();
}

const point = (value: Value): Interval => {
  const key = encoded((key) => key.value(value));
  return { low: key, high: key };
};

const EMPTY: Interval = (() => {
  const key = encoded((key) => key.emptyArray());
  return { low: key, high: key };
})();

/** An array equals a field that is it, or that holds it: entries of its first element, or of itself as an element. */
function equalPoints(value: Value): Interval[] {
  if (!Array.isArray(value)) return [point(value)];
  const [first] = value;
  return [first === undefined ? EMPTY : point(first), point(value)];
}

const typePrefix = (type: number): Buffer => Buffer.from([type]);

/** Inclusive also for `$gt` and `$lt`: the matcher decides at the edges. */
function rangeInterval(op: RangeOp, value: Value): Interval | undefined {
  if (value === null || value instanceof MinKey || value instanceof MaxKey || Array.isArray(value)) return undefined;
  if (isNumeric(value) && Number.isNaN(toNumber(value))) return undefined;
  const edge = encoded((key) => (isNumeric(value) ? key.numberSlot(value) : key.value(value)));
  const type = typePrefix(rank(value));
  return op === '$gt' || op === '$gte' ? { low: edge, high: type } : { low: type, high: edge };
}

function single(node: PlanNode): Bounds | undefined {
  switch (node.kind) {
    case 'eq':
      return { points: true, intervals: sorted(equalPoints(node.value)) };
    case 'in':
      return { points: true, intervals: sorted(node.values.flatMap(equalPoints)) };
    case 'range': {
      const interval = rangeInterval(node.op, node.value);
      return interval && { points: false, intervals: [interval] };
    }
    case 'prefix': {
      const text = encoded((key) => key.stringPrefix(node.text));
      const regex = typePrefix(RANK.regex);
      return {
        points: false,
        intervals: [
          { low: text, high: text },
          { low: regex, high: regex },
        ],
      };
    }
    default:
      return undefined;
  }
}

/** Ascending and without repetition. */
function sorted(intervals: readonly Interval[]): Interval[] {
  const ordered = [...intervals].sort((a, b) => Buffer.compare(a.low, b.low));
  return ordered.filter((interval, at) => at === 0 || !interval.low.equals(ordered[at - 1]?.low ?? interval.high));
}

const isAbove = (a: Buffer, b: Buffer): boolean => {
  const [endA, endB] = [afterPrefix(a), afterPrefix(b)];
  return endB !== undefined && (endA === undefined || Buffer.compare(endA, endB) > 0);
};

function intersect(a: Bounds, b: Bounds): Bounds {
  if (a.points) return a;
  if (b.points) return b;
  const intervals = a.intervals.flatMap((left) =>
    b.intervals.map((right) => ({
      low: Buffer.compare(left.low, right.low) >= 0 ? left.low : right.low,
      high: isAbove(left.high, right.high) ? right.high : left.high,
    })),
  );
  return { points: false, intervals: sorted(intervals) };
}

/**
 * Bounds of one field from the conditions on its path.
 * @param together whether all conditions hold for one and the same value; with arrays only one of them can be used
 */
export function boundsOf(nodes: readonly PlanNode[], together: boolean): Bounds | undefined {
  const usable = nodes.map(single).filter((bounds) => bounds !== undefined);
  const best = usable.find((bounds) => bounds.points) ?? usable[0];
  return together && best !== undefined ? usable.reduce(intersect, best) : best;
}
