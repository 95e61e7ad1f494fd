import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, type MaxKey, MinKey, ObjectId, Timestamp } from 'bson';

/**
 * A BSON document. A Map keeps the order of all keys (also integer-like ones) and cannot be confused with
 * Object.prototype: `__proto__` is a key like any other.
 */
export type Doc = Map<string, Value>;

/**
 * A BSON value in memory. The mapping to bytes is one to one: `number` is what a driver would write for it (int32 when
 * integral and in range, otherwise double), `bigint` is int64, `WholeDouble` is a double that would otherwise read as
 * an int32.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | WholeDouble
  | ObjectId
  | Binary
  | Decimal128
  | BSONRegExp
  | Timestamp
  | Code
  | BSONSymbol
  | MinKey
  | MaxKey
  | RawDoc
  | RawArray
  | Value[]
  | Doc;

/** A double with an integral value in the range of int32. */
export class WholeDouble {
  constructor(readonly value: number) {}
}

/** Encoded bytes of a document, spliced into replies as they are; never part of a decoded document. */
export class RawDoc {
  constructor(readonly bytes: Uint8Array) {}
}

/** The same for an array. */
export class RawArray {
  constructor(readonly bytes: Uint8Array) {}
}

export type Numeric = number | bigint | WholeDouble | Decimal128;

export const isInt32 = (value: number): boolean => (value | 0) === value && !Object.is(value, -0);

/** The value that encodes as the double `value`. */
export const double = (value: number): number | WholeDouble => (isInt32(value) ? new WholeDouble(value) : value);

export const isDoc = (value: unknown): value is Doc => value instanceof Map;

export const isNumeric = (value: unknown): value is Numeric =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof WholeDouble || value instanceof Decimal128;

/** The nearest double; exact for everything but large int64 and decimals. */
export function toNumber(value: Numeric): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof WholeDouble ? value.value : Number(value.toString());
}

/** A document from plain entries; for replies and catalogue records. */
export const doc = (entries: Record<string, Value | undefined>): Doc => {
  const result: Doc = new Map();
  for (const [key, value] of Object.entries(entries)) if (value !== undefined) result.set(key, value);
  return result;
};

/** A copy whose documents and arrays can be changed without touching the original; leaves are shared. */
export function clone(value: Doc): Doc;
export function clone(value: Value): Value;
export function clone(value: Value): Value {
  if (Array.isArray(value)) return value.map((item) => clone(item));
  if (!isDoc(value)) return value;
  const copy: Doc = new Map();
  for (const [key, item] of value) copy.set(key, typeof item === 'object' ? clone(item) : item);
  return copy;
}

/** MongoDB's names of BSON types, as `$type` takes them and error texts show them, with their numbers. */
export const TYPE_NUMBERS = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
} as const;

export type TypeName = keyof typeof TYPE_NUMBERS;

export function typeName(value: Value): TypeName {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return isInt32(value) ? 'int' : 'double';
    case 'bigint':
      return 'long';
    case 'boolean':
      return 'bool';
    default:
      return objectTypeName(value);
  }
}

function objectTypeName(value: Exclude<Value, string | number | bigint | boolean>): TypeName {
  if (value === null) return 'null';
  if (isDoc(value) || value instanceof RawDoc) return 'object';
  if (Array.isArray(value) || value instanceof RawArray) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof WholeDouble) return 'double';
  if (value instanceof Binary) return 'binData';
  if (value instanceof Decimal128) return 'decimal';
  if (value instanceof BSONRegExp) return 'regex';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof Code) return value.scope === null ? 'javascript' : 'javascriptWithScope';
  if (value instanceof BSONSymbol) return 'symbol';
  return value instanceof MinKey ? 'minKey' : 'maxKey';
}
