import { Binary, BSONSymbol, MaxKey, MinKey } from 'bson';
import { KeyWriter } from '../bson/key-encoding.js';
import { compare, equal, sameBracket } from '../bson/order.js';
import { isNumeric, TYPE_NUMBERS, type TypeName, toNumber, typeName, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import type { RangeOp } from './filter.js';
import type { ValueTest } from './paths.js';
import { compileRegex, isRegex } from './regex.js';

const bad = (message: string) => new ProtocolError('BadValue', message);

const isNaNValue = (value: Value): boolean => isNumeric(value) && Number.isNaN(toNumber(value));

export function regexTest(pattern: string, options: string): ValueTest {
  const regex = compileRegex(pattern, options);
  return (value) => {
    const text = value instanceof BSONSymbol ? value.value : value;
    return typeof text === 'string' ? regex.test(text) : isRegex(value) && value.pattern === pattern;
  };
}

/** Equality of queries: null also finds missing values, a regular expression finds matching text. */
export function equalTest(operand: Value): ValueTest {
  if (operand === null) return (value) => value === undefined || value === null;
  if (isRegex(operand)) return regexTest(operand.pattern, operand.options);
  if (typeof operand === 'string') {
    return (value) => value === operand || (value instanceof BSONSymbol && value.value === operand);
  }
  return (value) => value !== undefined && equal(value, operand);
}

const ORDERS: Record<RangeOp, (order: number) => boolean> = {
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
};

/** Comparison inside the operand's type; MinKey and MaxKey compare with every type. */
export function rangeTest(op: RangeOp, operand: Value): ValueTest {
  if (isRegex(operand)) throw bad(`Can't have RegEx as arg to predicate over field for ${op}`);
  const accepts = ORDERS[op];
  const allowsEqual = op === '$lte' || op === '$gte';
  if (operand === null) return (value) => allowsEqual && (value === undefined || value === null);
  if (isNaNValue(operand)) return (value) => allowsEqual && value !== undefined && isNaNValue(value);
  if (operand instanceof MinKey || operand instanceof MaxKey) {
    return (value) => accepts(compare(value ?? null, operand));
  }
  return (value) =>
    value !== undefined && sameBracket(value, operand) && !isNaNValue(value) && accepts(compare(value, operand));
}

const writer = new KeyWriter();
const keyOf = (value: Value): string => {
  writer.reset().value(value);
  return writer.take().toString('latin1');
};

/** Membership by hash: text in one set, everything else by its encoded value. */
export function inTest(operands: readonly Value[]): ValueTest {
  const texts = new Set(operands.filter((item) => typeof item === 'string'));
  const regexes = operands.filter(isRegex).map((item) => regexTest(item.pattern, item.options));
  const others = new Set(operands.filter((item) => typeof item !== 'string').map(keyOf));
  const hasNull = operands.includes(null);
  return (value) => {
    if (value === undefined || value === null) return hasNull;
    if (typeof value === 'string') return texts.has(value) || regexes.some((test) => test(value));
    return (others.size > 0 && others.has(keyOf(value))) || regexes.some((test) => test(value));
  };
}

export function modTest(operand: Value): ValueTest {
  if (!Array.isArray(operand) || operand.length !== 2) {
    throw bad(`malformed mod, ${Array.isArray(operand) && operand.length < 2 ? 'not enough' : 'too many'} elements`);
  }
  const [divisor, remainder] = operand.map((part) => {
    if (!isNumeric(part)) throw bad('malformed mod, divisor and remainder must be numbers');
    return BigInt(Math.trunc(toNumber(part)));
  });
  if (divisor === undefined || divisor === 0n) throw bad('divisor cannot be 0');
  return (value) => {
    if (!isNumeric(value)) return false;
    const number = typeof value === 'bigint' ? value : toNumber(value);
    if (typeof number === 'number' && !Number.isFinite(number)) return false;
    return BigInt(typeof number === 'bigint' ? number : Math.trunc(number)) % divisor === remainder;
  };
}

const NAMES_BY_NUMBER = new Map<number, string>(Object.entries(TYPE_NUMBERS).map(([name, number]) => [number, name]));
const NUMBER_TYPES: readonly TypeName[] = ['double', 'int', 'long', 'decimal'];

/** Type names from the operand of `$type`. */
export function typeNames(operand: Value): readonly string[] {
  return (Array.isArray(operand) ? operand : [operand]).flatMap((item): readonly string[] => {
    if (item === 'number') return NUMBER_TYPES;
    if (typeof item === 'string' && Object.hasOwn(TYPE_NUMBERS, item)) return [item];
    if (typeof item === 'string' && (item === 'undefined' || item === 'dbPointer')) return [item];
    const name = isNumeric(item) ? NAMES_BY_NUMBER.get(toNumber(item)) : undefined;
    if (name === undefined && !(isNumeric(item) && [6, 12].includes(toNumber(item)))) {
      throw bad(`Unknown type name alias: ${String(item)}`);
    }
    return name === undefined ? [] : [name];
  });
}

export function typeTest(names: readonly string[]): ValueTest {
  const wanted = new Set(names);
  return (value) => value !== undefined && wanted.has(typeName(value));
}

type BitOp = '$bitsAllSet' | '$bitsAllClear' | '$bitsAnySet' | '$bitsAnyClear';

const BITS: Record<BitOp, (bits: bigint, mask: bigint) => boolean> = {
  $bitsAllSet: (bits, mask) => (bits & mask) === mask,
  $bitsAllClear: (bits, mask) => (bits & mask) === 0n,
  $bitsAnySet: (bits, mask) => (bits & mask) !== 0n,
  $bitsAnyClear: (bits, mask) => (bits & mask) !== mask,
};

const littleEndian = (value: Binary): bigint =>
  value.buffer.subarray(0, value.position).reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);

function maskOf(op: string, operand: Value): bigint {
  if (operand instanceof Binary) return littleEndian(operand);
  if (Array.isArray(operand)) {
    return operand.reduce<bigint>((mask, position) => {
      const bit = isNumeric(position) ? toNumber(position) : -1;
      if (!Number.isInteger(bit) || bit < 0) throw bad(`bit positions must be an integer >= 0 in ${op}`);
      return mask | (1n << BigInt(Math.min(bit, 1024)));
    }, 0n);
  }
  const number = isNumeric(operand) ? toNumber(operand) : Number.NaN;
  if (!Number.isInteger(number) || number < 0) throw new ProtocolError('FailedToParse', `${op} needs a mask >= 0`);
  return typeof operand === 'bigint' ? operand : BigInt(number);
}

export function bitsTest(op: BitOp, operand: Value): ValueTest {
  const mask = maskOf(op, operand);
  const accepts = BITS[op];
  return (value) => {
    if (value instanceof Binary) return accepts(littleEndian(value), mask);
    if (!isNumeric(value)) return false;
    const number = typeof value === 'bigint' ? value : toNumber(value);
    if (typeof number === 'bigint') return accepts(number, mask);
    return Number.isInteger(number) && Math.abs(number) <= 2 ** 63 && accepts(BigInt(number), mask);
  };
}
