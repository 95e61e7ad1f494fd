import { Decimal128 } from 'bson';
import { align, type Exact, fromDouble, parseDecimal, toDecimal } from '../bson/decimal.js';
import { double, isInt32, type Numeric, toNumber } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';

type Operation = Readonly<{
  doubles(a: number, b: number): number;
  integers(a: bigint, b: bigint): bigint;
  decimals(a: Exact, b: Exact): Exact;
}>;

const ADD: Operation = {
  doubles: (a, b) => a + b,
  integers: (a, b) => a + b,
  decimals: (a, b) => {
    const [left, right, exponent] = align(a, b);
    return { coefficient: left + right, exponent };
  },
};

const MULTIPLY: Operation = {
  doubles: (a, b) => a * b,
  integers: (a, b) => a * b,
  decimals: (a, b) => ({ coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent }),
};

const isInteger = (value: Numeric): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && isInt32(value));

/** The wider type wins: int32, int64, double, decimal; int32 grows to int64, and int64 must not overflow. */
function calculate(operation: Operation, a: Numeric, b: Numeric): Numeric {
  if (a instanceof Decimal128 || b instanceof Decimal128) return decimals(operation, a, b);
  if (!isInteger(a) || !isInteger(b)) return double(operation.doubles(toNumber(a), toNumber(b)));
  const exact = operation.integers(BigInt(a), BigInt(b));
  if (typeof a === 'number' && typeof b === 'number' && isInt32(Number(exact))) return Number(exact);
  if (BigInt.asIntN(64, exact) !== exact) throw new ProtocolError('BadValue', 'integer overflow');
  return exact;
}

function decimals(operation: Operation, a: Numeric, b: Numeric): Decimal128 {
  const [left, right] = [exactOf(a), exactOf(b)];
  if (left !== undefined && right !== undefined) return toDecimal(operation.decimals(left, right));
  return Decimal128.fromString(String(operation.doubles(toNumber(a), toNumber(b))));
}

function exactOf(value: Numeric): Exact | undefined {
  if (value instanceof Decimal128) {
    const parsed = parseDecimal(value);
    return typeof parsed === 'string' ? undefined : parsed;
  }
  if (typeof value === 'bigint') return { coefficient: value, exponent: 0 };
  const number = toNumber(value);
  return Number.isFinite(number) ? fromDouble(number) : undefined;
}

export const add = (a: Numeric, b: Numeric): Numeric => calculate(ADD, a, b);
export const multiply = (a: Numeric, b: Numeric): Numeric => calculate(MULTIPLY, a, b);
