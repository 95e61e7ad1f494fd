import { Binary, BSONRegExp, Double, Int32, Long } from 'bson';
import { type Doc, isDoc, type Value, WholeDouble } from '../bson/values.js';

/** Values as mingo takes them: plain objects and JavaScript numbers; other BSON types stay as they are. */
export function toPlain(value: Value | undefined): unknown {
  if (isDoc(value)) {
    const result = {};
    for (const [key, item] of value) define(result, key, toPlain(item));
    return result;
  }
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : Long.fromBigInt(value);
  }
  if (value instanceof WholeDouble) return value.value;
  return value instanceof BSONRegExp ? new RegExp(value.pattern, jsFlags(value.options)) : value;
}

/** An own property, also for `__proto__`. */
function define(target: object, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else (target as Record<string, unknown>)[key] = value;
}

const jsFlags = (options: string): string => [...options].filter((flag) => 'ims'.includes(flag)).join('');

/** Back from mingo. A missing value is undefined; in a document it drops the field, in an array it becomes null. */
export function fromPlain(value: unknown): Value | undefined {
  if (value === undefined || value === null) return value;
  if (typeof value !== 'object') return value as Value;
  if (Array.isArray(value)) return value.map((item) => fromPlain(item) ?? null);
  if (value instanceof Long) return value.toBigInt();
  if (value instanceof Int32 || value instanceof Double) return value.valueOf();
  if (value instanceof RegExp) return new BSONRegExp(value.source, jsFlags(value.flags));
  if (value instanceof Uint8Array) return new Binary(Buffer.from(value));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && '_bsontype' in value) return value as Value;
  if (value instanceof Date) return value;
  const result: Doc = new Map();
  for (const [key, item] of Object.entries(value)) {
    const converted = fromPlain(item);
    if (converted !== undefined) result.set(key, converted);
  }
  return result;
}
