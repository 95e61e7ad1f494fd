import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, MinKey, ObjectId, Timestamp } from 'bson';
import { compareExact, fromDouble, type Parsed, parseDecimal } from './decimal.js';
import {
  type Doc,
  isDoc,
  isNumeric,
  type Numeric,
  RawArray,
  RawDoc,
  toNumber,
  type Value,
  WholeDouble,
} from './values.js';

/** Canonical type order of BSON comparison (MongoDB manual, "Comparison/Sort Order"). */
export const RANK = {
  minKey: 1,
  emptyArray: 2,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binary: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  code: 60,
  codeWithScope: 65,
  maxKey: 127,
} as const;

export function rank(value: Value): number {
  switch (typeof value) {
    case 'string':
      return RANK.string;
    case 'number':
    case 'bigint':
      return RANK.number;
    case 'boolean':
      return RANK.bool;
    default:
      return objectRank(value);
  }
}

function objectRank(value: Exclude<Value, string | number | bigint | boolean>): number {
  if (value === null) return RANK.null;
  if (isDoc(value) || value instanceof RawDoc) return RANK.object;
  if (Array.isArray(value) || value instanceof RawArray) return RANK.array;
  if (value instanceof Date) return RANK.date;
  if (value instanceof ObjectId) return RANK.objectId;
  if (value instanceof WholeDouble || value instanceof Decimal128) return RANK.number;
  if (value instanceof Binary) return RANK.binary;
  if (value instanceof BSONSymbol) return RANK.string;
  if (value instanceof BSONRegExp) return RANK.regex;
  if (value instanceof Timestamp) return RANK.timestamp;
  if (value instanceof Code) return value.scope === null ? RANK.code : RANK.codeWithScope;
  return value instanceof MinKey ? RANK.minKey : RANK.maxKey;
}

const sign = (difference: number): number => (difference < 0 ? -1 : difference > 0 ? 1 : 0);

/** MongoDB's total order over all values; 0 means equal in the sense of queries and unique indexes. */
export function compare(a: Value, b: Value): number {
  const left = rank(a);
  const right = rank(b);
  return left === right ? compareSame(left, a, b) : sign(left - right);
}

export const equal = (a: Value, b: Value): boolean => a === b || compare(a, b) === 0;

function compareSame(type: number, a: Value, b: Value): number {
  switch (type) {
    case RANK.number:
      return compareNumbers(a as Numeric, b as Numeric);
    case RANK.string:
      return compareStrings(textOf(a), textOf(b));
    case RANK.object:
      return compareDocs(a as Doc, b as Doc);
    case RANK.array:
      return compareArrays(a as Value[], b as Value[]);
    case RANK.binary:
      return compareBinary(a as Binary, b as Binary);
    case RANK.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case RANK.bool:
      return Number(a) - Number(b);
    case RANK.date:
      return sign((a as Date).getTime() - (b as Date).getTime());
    default:
      return compareRare(a, b);
  }
}

function compareRare(a: Value, b: Value): number {
  if (a instanceof Timestamp && b instanceof Timestamp) {
    const left = BigInt(a.toString());
    const right = BigInt(b.toString());
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (a instanceof BSONRegExp && b instanceof BSONRegExp) {
    return compareStrings(a.pattern, b.pattern) || compareStrings(a.options, b.options);
  }
  if (a instanceof Code && b instanceof Code) {
    const scopes = [a.scope, b.scope] as unknown as [Doc | null, Doc | null];
    return compareStrings(a.code, b.code) || (scopes[0] && scopes[1] ? compareDocs(scopes[0], scopes[1]) : 0);
  }
  return 0;
}

export const textOf = (value: Value): string => (value instanceof BSONSymbol ? value.value : (value as string));

const SURROGATE = /[\ud800-\udfff]/;

/** Byte order of the UTF-8 forms. UTF-16 order differs from it only where surrogates are involved. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

function compareBinary(a: Binary, b: Binary): number {
  return (
    sign(a.position - b.position) ||
    sign(a.sub_type - b.sub_type) ||
    Buffer.compare(a.buffer.subarray(0, a.position), b.buffer.subarray(0, b.position))
  );
}

/** Field by field: type first, then name, then value; a shorter prefix sorts first. */
function compareDocs(a: Doc, b: Doc): number {
  const right = b.entries();
  for (const [key, value] of a) {
    const next = right.next();
    if (next.done) return 1;
    const [otherKey, other] = next.value;
    const left = rank(value);
    const difference = sign(left - rank(other)) || compareStrings(key, otherKey) || compareSame(left, value, other);
    if (difference !== 0) return difference;
  }
  return right.next().done ? 0 : -1;
}

function compareArrays(a: readonly Value[], b: readonly Value[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = compare(a[i] ?? null, b[i] ?? null);
    if (difference !== 0) return difference;
  }
  return sign(a.length - b.length);
}

/** Exact across int32, int64, double and decimal; NaN equals NaN and sorts below every number. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  if (a instanceof Decimal128 || b instanceof Decimal128) return compareParsed(parsed(a), parsed(b));
  const left = a instanceof WholeDouble ? a.value : a;
  const right = b instanceof WholeDouble ? b.value : b;
  if (left < right) return -1;
  if (left > right) return 1;
  return Number(Number.isNaN(right)) - Number(Number.isNaN(left));
}

function parsed(value: Numeric): Parsed {
  if (value instanceof Decimal128) return parseDecimal(value);
  if (typeof value === 'bigint') return { coefficient: value, exponent: 0 };
  const number = toNumber(value);
  if (Number.isNaN(number)) return 'NaN';
  if (!Number.isFinite(number)) return number > 0 ? 'Infinity' : '-Infinity';
  return fromDouble(number);
}

const CLASS: Record<string, number> = { NaN: 0, '-Infinity': 1, Infinity: 3 };

function compareParsed(a: Parsed, b: Parsed): number {
  const left = typeof a === 'string' ? (CLASS[a] ?? 2) : 2;
  const right = typeof b === 'string' ? (CLASS[b] ?? 2) : 2;
  if (left !== right) return sign(left - right);
  return typeof a === 'string' || typeof b === 'string' ? 0 : compareExact(a, b);
}

/** True for values that `$gt` and its kin may compare: MongoDB brackets them by type. */
export const sameBracket = (a: Value, b: Value): boolean => rank(a) === rank(b) || (isNumeric(a) && isNumeric(b));
