import { KeyWriter } from '../bson/key-encoding.js';
import { compare } from '../bson/order.js';
import { type Doc, double, isDoc, isInt32, isNumeric, type Numeric, toNumber, type Value } from '../bson/values.js';
import { add } from '../update/arithmetic.js';

/** Takes the values of one group, one document at a time. */
export interface Accumulator {
  take(value: Value | undefined): void;
  result(): Value;
}

function sum(): Accumulator {
  let total: Numeric = 0;
  return {
    take: (value) => {
      if (typeof value === 'number' && typeof total === 'number' && isInt32(value) && isInt32(total + value))
        total += value;
      else if (isNumeric(value)) total = add(total, value);
    },
    result: () => total,
  };
}

function average(): Accumulator {
  const total = sum();
  let count = 0;
  return {
    take: (value) => {
      if (!isNumeric(value)) return;
      total.take(value);
      count++;
    },
    result: () => (count === 0 ? null : double(toNumber(total.result() as Numeric) / count)),
  };
}

/** Null and missing values do not take part. */
const extreme = (direction: 1 | -1) => (): Accumulator => {
  let best: Value | undefined;
  return {
    take: (value) => {
      if (value === undefined || value === null) return;
      if (best === undefined || compare(value, best) * direction > 0) best = value;
    },
    result: () => best ?? null,
  };
};

function first(): Accumulator {
  let taken: { value: Value } | undefined;
  return {
    take: (value) => {
      taken ??= { value: value ?? null };
    },
    result: () => taken?.value ?? null,
  };
}

function last(): Accumulator {
  let latest: Value = null;
  return {
    take: (value) => {
      latest = value ?? null;
    },
    result: () => latest,
  };
}

function push(): Accumulator {
  const items: Value[] = [];
  return {
    take: (value) => {
      if (value !== undefined) items.push(value);
    },
    result: () => items,
  };
}

const writer = new KeyWriter();

/** The same text for equal values. */
export function identityOf(value: Value): string {
  writer.reset().value(value);
  return writer.take().toString('latin1');
}

function addToSet(): Accumulator {
  const items = new Map<string, Value>();
  return {
    take: (value) => {
      if (value === undefined) return;
      const key = identityOf(value);
      if (!items.has(key)) items.set(key, value);
    },
    result: () => [...items.values()],
  };
}

function mergeObjects(): Accumulator {
  const merged: Doc = new Map();
  return {
    take: (value) => {
      if (isDoc(value)) for (const [key, item] of value) merged.set(key, item);
    },
    result: () => merged,
  };
}

/** Accumulators of `$group` with BSON's type order; a group that uses any other one is left to mingo. */
export const ACCUMULATORS: Readonly<Record<string, () => Accumulator>> = {
  $sum: sum,
  $avg: average,
  $min: extreme(-1),
  $max: extreme(1),
  $first: first,
  $last: last,
  $push: push,
  $addToSet: addToSet,
  $mergeObjects: mergeObjects,
  $count: () => {
    const total = sum();
    return { take: () => total.take(1), result: total.result };
  },
};
