import mongoose from 'mongoose';
import type { Fields } from './format.js';

const { BSON, Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp } = mongoose.mongo;

/** What the special operators look up: `$$matchesEntity` and `$$sessionLsid`. */
export type Lookup = (id: string) => unknown;

/** A difference found while matching; `path` leads to it. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
  constructor(path: string, why: string) {
    super(`${path === '' ? 'result' : path}: ${why}`);
  }
}

/** `absent` marks a key that is not there, which differs from a key with the value undefined in nothing else. */
const absent = undefined;

type At = Readonly<{ path: string; root: boolean; lookup: Lookup }>;

type Special = (operand: unknown, actual: unknown, at: At) => void;

const SPECIALS: Readonly<Record<string, Special>> = {
  $$exists: (operand, actual, { path }) => {
    if ((actual !== absent) !== operand) throw new Mismatch(path, operand ? 'is missing' : `is ${show(actual)}`);
  },
  $$type: (operand, actual, { path }) => {
    const wanted = Array.isArray(operand) ? operand.map(String) : [String(operand)];
    const types = typesOf(actual);
    if (!wanted.some((type) => types.includes(type))) {
      throw new Mismatch(path, `has type ${types[0] ?? 'none'}, not ${wanted.join(' or ')}`);
    }
  },
  $$unsetOrMatches: (operand, actual, at) => {
    if (actual !== absent && actual !== null) compare(operand, actual, at);
  },
  $$matchesEntity: (operand, actual, at) => compare(at.lookup(String(operand)), actual, { ...at, root: false }),
  $$sessionLsid: (operand, actual, at) => {
    const session = at.lookup(String(operand));
    if (!(session instanceof mongoose.mongo.ClientSession)) throw new Mismatch(at.path, `${operand} is no session`);
    compare(session.id, actual, at);
  },
  $$matchesHexBytes: (operand, actual, { path }) => {
    const hex = actual instanceof Uint8Array ? Buffer.from(actual).toString('hex') : show(actual);
    if (hex !== operand) throw new Mismatch(path, `has bytes ${hex}`);
  },
  $$lte: (operand, actual, { path }) => {
    const number = numberOf(actual);
    if (number === undefined || number > Number(operand)) throw new Mismatch(path, `is ${show(actual)}`);
  },
  $$matchAsDocument: (operand, actual, at) => {
    const parsed: unknown = BSON.EJSON.parse(String(actual), { relaxed: true });
    compare(operand, parsed, { ...at, root: false });
  },
  $$matchAsRoot: (operand, actual, at) => compare(operand, actual, { ...at, root: true }),
};

/**
 * Compares by the rules of the unified test format: numbers by value whatever their BSON type, no order of keys, and
 * more keys than expected only in documents at the root (also those in an array at the root).
 * @throws Mismatch at the first difference
 */
export function match(expected: unknown, actual: unknown, lookup: Lookup, path = ''): void {
  compare(expected, actual, { path, root: true, lookup });
}

/** Like `match`, but no document may have a key that is not expected. @throws Mismatch */
export function matchExactly(expected: unknown, actual: unknown, lookup: Lookup, path: string): void {
  compare(expected, actual, { path, root: false, lookup });
}

function compare(expected: unknown, found: unknown, at: At): void {
  // The driver keeps the order of a sort in a map.
  const actual = found instanceof Map ? Object.fromEntries(found) : found;
  const special = specialOf(expected, at.path);
  if (special !== undefined) special.test(special.operand, actual, at);
  else if (Array.isArray(expected)) compareLists(expected, actual, at);
  else if (isFields(expected)) compareFields(expected, actual, at);
  else if (!sameValue(expected, actual)) throw new Mismatch(at.path, `is ${show(actual)}, not ${show(expected)}`);
}

/** @throws TypeError for an operator that is not known, so that no expectation is passed over */
function specialOf(expected: unknown, path: string): { test: Special; operand: unknown } | undefined {
  if (!isFields(expected)) return undefined;
  const [key = '', ...more] = Object.keys(expected);
  if (!key.startsWith('$$') || more.length > 0) return undefined;
  const test = Object.hasOwn(SPECIALS, key) ? SPECIALS[key] : undefined;
  if (test === undefined) throw new TypeError(`${path}: unknown operator ${key}`);
  return { test, operand: expected[key] };
}

function compareLists(expected: readonly unknown[], actual: unknown, at: At): void {
  if (!Array.isArray(actual)) throw new Mismatch(at.path, `is ${show(actual)}, not a list`);
  if (actual.length !== expected.length) {
    throw new Mismatch(at.path, `has ${actual.length} entries, not ${expected.length}: ${show(actual)}`);
  }
  for (const [index, value] of expected.entries()) compare(value, actual[index], { ...at, path: join(at.path, index) });
}

function compareFields(expected: Fields, actual: unknown, at: At): void {
  if (!isFields(actual)) throw new Mismatch(at.path, `is ${show(actual)}, not ${show(expected)}`);
  for (const [key, value] of Object.entries(expected)) {
    const inside = { ...at, root: false, path: join(at.path, key) };
    const found = Object.hasOwn(actual, key) ? actual[key] : absent;
    if (found === absent && specialOf(value, inside.path) === undefined) throw new Mismatch(inside.path, 'is missing');
    compare(value, found, inside);
  }
  if (at.root) return;
  const extra = Object.keys(actual).filter((key) => actual[key] !== undefined && !Object.hasOwn(expected, key));
  if (extra.length > 0) throw new Mismatch(at.path, `has unexpected ${extra.join(', ')}`);
}

const join = (path: string, key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);

const VALUE_CLASSES = [Date, RegExp, Uint8Array, Map];

/** A document: also one of the driver's own classes (a read concern), but not one of its values. */
export function isFields(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !('_bsontype' in value) && !VALUE_CLASSES.some((kind) => value instanceof kind);
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (value instanceof Long) return value.toNumber();
  return value instanceof Int32 || value instanceof Double ? value.value : undefined;
}

function sameValue(expected: unknown, actual: unknown): boolean {
  const number = numberOf(expected);
  if (number !== undefined) return Object.is(number, numberOf(actual)) || number === numberOf(actual);
  if (typeof expected !== 'object' || expected === null) return expected === actual;
  return typeof actual === 'object' && actual !== null && canonical(expected) === canonical(actual);
}

const canonical = (value: unknown): string => BSON.EJSON.stringify({ value }, { relaxed: false });

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isInt32 = (value: unknown): boolean =>
  value instanceof Int32 || (isNumber(value) && Number.isInteger(value) && Math.abs(value) < 2 ** 31);
const isInt64 = (value: unknown): boolean =>
  value instanceof Long || typeof value === 'bigint' || (isNumber(value) && Number.isInteger(value));
const isBytes = (value: unknown): boolean => value instanceof Binary || value instanceof Uint8Array;

/** A number that the driver has made plain may have been any of the types that can hold it. */
const TYPES: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ['int', isInt32],
  ['long', isInt64],
  ['double', (value) => value instanceof Double || isNumber(value)],
  ['decimal', (value) => value instanceof Decimal128],
  ['number', (value) => isInt64(value) || isNumber(value) || value instanceof Decimal128],
  ['string', (value) => typeof value === 'string'],
  ['bool', (value) => typeof value === 'boolean'],
  ['null', (value) => value === null],
  ['date', (value) => value instanceof Date],
  ['objectId', (value) => value instanceof ObjectId],
  ['timestamp', (value) => value instanceof Timestamp],
  ['binData', isBytes],
  ['array', Array.isArray],
  ['regex', (value) => value instanceof RegExp || value instanceof mongoose.mongo.BSONRegExp],
  ['object', isFields],
];

const typesOf = (value: unknown): string[] => TYPES.filter(([, test]) => test(value)).map(([name]) => name);

/** A value in one short line. */
export function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const text =
    value instanceof Error ? `${value.name}: ${value.message}` : BSON.EJSON.stringify({ value }).slice(9, -1);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
