import { type Decimal, multiply, readDecimal, rescale } from '../../core/order/money.js';
import { isRecord } from './answer.js';

/** Field keys that hold decimals in the models this connector sends. */
const DECIMAL_FIELDS = new Set([
  'FQty', 'FPrice', 'FTaxPrice', 'FEntryTaxRate', 'FDiscountRate', 'FExchangeRate', 'FEXCHANGERATE', 'FAMOUNTFOR',
  'FDEBIT', 'FCREDIT',
]); // biome-ignore format: a table reads better in rows

export const CENTS = 2;

/** A decimal that came as text or as a JSON number; undefined when it is neither. */
export const decimalOf = (value: unknown): Decimal | undefined =>
  typeof value === 'string' || typeof value === 'number' ? readDecimal(String(value)) : undefined;

/** Units at two decimals; zero for what is no decimal. */
export const centsOf = (value: unknown): bigint => {
  const decimal = decimalOf(value);
  return decimal === undefined ? 0n : rescale(decimal, CENTS);
};

export const sameDecimal = (a: Decimal, b: Decimal): boolean => {
  const scale = Math.max(a.scale, b.scale);
  return rescale(a, scale) === rescale(b, scale);
};

/**
 * Decimal texts become JSON numbers with the same digits.
 * @returns the path of the first decimal that a JSON number cannot carry exactly, or the converted copy.
 */
export function toWire(value: unknown, path = '$'): { path: string } | { value: unknown } {
  if (Array.isArray(value))
    return convert(
      value.map((item, i) => [i, toWire(item, `${path}[${i}]`)] as const),
      true,
    );
  if (!isRecord(value)) return { value };
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  const members = present.map(([key, member]) => {
    const at = `${path}.${key}`;
    return [key, DECIMAL_FIELDS.has(key) ? exactNumber(member, at) : toWire(member, at)] as const;
  });
  return convert(members, false);
}

type Converted = { path: string } | { value: unknown };

function convert(members: readonly (readonly [string | number, Converted])[], list: boolean): Converted {
  for (const [, member] of members) if ('path' in member) return member;
  const pairs = members.map(([key, member]) => [key, 'value' in member ? member.value : undefined] as const);
  return { value: list ? pairs.map(([, v]) => v) : Object.fromEntries(pairs) };
}

function exactNumber(value: unknown, path: string): Converted {
  const decimal = decimalOf(value);
  const number = Number(value);
  const back = decimalOf(number);
  return decimal === undefined || back === undefined || !sameDecimal(decimal, back) ? { path } : { value: number };
}

const HUNDRED: Decimal = { units: 1n, scale: 2 };
const ONE: Decimal = { units: 1n, scale: 0 };

const orElse = (value: unknown, fallback: Decimal): Decimal => decimalOf(value) ?? fallback;
const minus = (a: Decimal, b: Decimal): Decimal => {
  const scale = Math.max(a.scale, b.scale);
  return { units: rescale(a, scale) - rescale(b, scale), scale };
};
const plus = (a: Decimal, b: Decimal): Decimal => minus(a, { units: -b.units, scale: b.scale });

/**
 * Amount with tax of one order line in cents: quantity x price with tax x (1 - discount). Without `FTaxPrice` the price
 * with tax is `FPrice` x (1 + tax rate). The vendor rounds its own way, so compare with a cent of room per line.
 */
export function lineTotalCents(entry: Readonly<Record<string, unknown>>): bigint {
  const zero: Decimal = { units: 0n, scale: 0 };
  const rate = multiply(orElse(entry['FEntryTaxRate'], zero), HUNDRED);
  const withTax = decimalOf(entry['FTaxPrice']) ?? multiply(orElse(entry['FPrice'], zero), plus(ONE, rate));
  const kept = minus(ONE, multiply(orElse(entry['FDiscountRate'], zero), HUNDRED));
  return rescale(multiply(multiply(orElse(entry['FQty'], zero), withTax), kept), CENTS);
}
