import { Decimal128 } from 'bson';

/** A finite decimal: coefficient times ten to the exponent. */
export type Exact = Readonly<{ coefficient: bigint; exponent: number }>;
export type Parsed = Exact | 'NaN' | 'Infinity' | '-Infinity';

const MAX_DIGITS = 34;

export function parseDecimal(value: Decimal128): Parsed {
  const text = value.toString();
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return text;
  const match = /^(-?)(\d*)\.?(\d*)(?:E([+-]?\d+))?$/.exec(text);
  if (match === null) return 'NaN';
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction || '0');
  return { coefficient: sign === '-' ? -digits : digits, exponent: Number(exponent) - fraction.length };
}

/** The exact decimal value of a finite double. */
export function fromDouble(value: number): Exact {
  if (Number.isInteger(value)) return { coefficient: BigInt(value), exponent: 0 };
  let scaled = value;
  let shift = 0;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shift++;
  }
  // value = scaled / 2^shift = scaled * 5^shift / 10^shift
  return { coefficient: BigInt(scaled) * 5n ** BigInt(shift), exponent: -shift };
}

export function align(a: Exact, b: Exact): [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  return [
    a.coefficient * 10n ** BigInt(a.exponent - exponent),
    b.coefficient * 10n ** BigInt(b.exponent - exponent),
    exponent,
  ];
}

export function compareExact(a: Exact, b: Exact): number {
  const [left, right] = align(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Without trailing zeros, so that equal values have equal parts. */
export function normalise({ coefficient, exponent }: Exact): Exact {
  if (coefficient === 0n) return { coefficient, exponent: 0 };
  let digits = coefficient;
  let power = exponent;
  while (digits % 10n === 0n) {
    digits /= 10n;
    power++;
  }
  return { coefficient: digits, exponent: power };
}

/** Rounds to 34 digits, half to even, as decimal128 arithmetic does. */
export function toDecimal({ coefficient, exponent }: Exact): Decimal128 {
  const negative = coefficient < 0n;
  let digits = negative ? -coefficient : coefficient;
  let power = exponent;
  const excess = digits.toString().length - MAX_DIGITS;
  if (excess > 0) {
    const unit = 10n ** BigInt(excess);
    const rest = (digits % unit) * 2n;
    digits /= unit;
    if (rest > unit || (rest === unit && digits % 2n === 1n)) digits += 1n;
    power += excess;
  }
  return Decimal128.fromString(`${negative ? '-' : ''}${digits}E${power}`);
}
