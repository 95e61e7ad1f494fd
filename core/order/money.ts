import { HubError } from '../errors/hub-error.js';

/** Fraction digits by ISO 4217; currencies not listed here are refused at the border. */
// biome-ignore format: a table reads better in rows
const EXPONENTS: Readonly<Record<string, number>> = {
  AED: 2, AUD: 2, BHD: 3, BRL: 2, CAD: 2, CHF: 2, CNY: 2, CZK: 2, DKK: 2, EUR: 2, GBP: 2, HKD: 2, IDR: 2, ILS: 2,
  INR: 2, JOD: 3, JPY: 0, KRW: 0, KWD: 3, MOP: 2, MXN: 2, MYR: 2, NOK: 2, NZD: 2, OMR: 3, PHP: 2, PLN: 2, RUB: 2,
  SAR: 2, SEK: 2, SGD: 2, THB: 2, TND: 3, TRY: 2, TWD: 2, USD: 2, VND: 0, ZAR: 2,
};

export const isCurrency = (code: string): boolean => Object.hasOwn(EXPONENTS, code);

/** @throws HubError ORDER_INVALID for a currency that is not known. */
export function exponentOf(currency: string, path = '$.currency'): number {
  const digits = EXPONENTS[currency];
  if (digits === undefined || !isCurrency(currency)) {
    throw new HubError('ORDER_INVALID', {
      path,
      why: `currency ${currency} is not known`,
      whyZh: `未知币种 ${currency}`,
    });
  }
  return digits;
}

/** An exact decimal number: `units` / 10^`scale`. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,20}))?$/;

/** Reads `"1234.50"`; undefined when the text is not a plain decimal number. */
export function readDecimal(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const fraction = match[3] ?? '';
  const units = BigInt(`${match[2]}${fraction}`);
  return { units: match[1] === '-' ? -units : units, scale: fraction.length };
}

/** Integer division rounded half away from zero, the rule of Chinese invoices and of ISO 80000-1 rule B. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const rounded = (2n * n + d) / (2n * d);
  return negative ? -rounded : rounded;
}

const pow10 = (n: number): bigint => 10n ** BigInt(n);

/** The units of a decimal at another scale, rounded half away from zero when digits are dropped. */
export const rescale = (value: Decimal, scale: number): bigint =>
  scale >= value.scale
    ? value.units * pow10(scale - value.scale)
    : divideRounded(value.units, pow10(value.scale - scale));

export const multiply = (a: Decimal, b: Decimal): Decimal => ({ units: a.units * b.units, scale: a.scale + b.scale });

/** Minor units (cents, yen) as a safe integer. @throws HubError ORDER_INVALID beyond 2^53. */
export function toSafe(minor: bigint, path: string): number {
  if (minor > BigInt(Number.MAX_SAFE_INTEGER) || minor < BigInt(Number.MIN_SAFE_INTEGER)) {
    throw new HubError('ORDER_INVALID', { path, why: 'the amount is too large', whyZh: '金额过大' });
  }
  return Number(minor);
}

/**
 * Reads a money string into minor units of its currency.
 * @throws HubError ORDER_INVALID when it is no decimal, has more digits than the currency, or is too large.
 */
export function readMoney(text: string, currency: string, path: string): number {
  const decimal = readDecimal(text);
  if (decimal === undefined)
    throw new HubError('ORDER_INVALID', { path, why: `"${text}" is not an amount`, whyZh: `“${text}”不是金额` });
  const digits = exponentOf(currency, path);
  if (decimal.scale > digits && decimal.units % pow10(decimal.scale - digits) !== 0n) {
    throw new HubError('ORDER_INVALID', {
      path,
      why: `${currency} has ${digits} decimal places`,
      whyZh: `${currency} 只有 ${digits} 位小数`,
    });
  }
  return toSafe(rescale(decimal, digits), path);
}

/** `123450` in CNY is `"1234.50"`; integers only, never through a double. */
export function writeMoney(minor: number, currency: string): string {
  return writeDecimal({ units: BigInt(minor), scale: exponentOf(currency) });
}

export function writeDecimal(value: Decimal): string {
  const sign = value.units < 0n ? '-' : '';
  const digits = (value.units < 0n ? -value.units : value.units).toString().padStart(value.scale + 1, '0');
  if (value.scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -value.scale)}.${digits.slice(-value.scale)}`;
}

export const sum = (amounts: readonly number[]): number => {
  const total = amounts.reduce((t, a) => t + BigInt(a), 0n);
  return toSafe(total, '$');
};

/** What one part got of a split, with everything needed to explain it. `floor` and `rest` are of the absolute amount. */
export interface Share {
  readonly id: string;
  readonly amountMinor: number;
  /** The exact share is `numerator / denominator` minor units. */
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly floor: bigint;
  readonly rest: bigint;
  /** 1 for the largest remainder. The first ranks got one unit more each, until nothing was left. */
  readonly rank: number;
  readonly extraUnit: boolean;
}

/**
 * Splits an amount by weights without losing a minor unit: floor shares, then one unit each to the largest
 * remainders, ties by the stable id in code-unit order. Works for negative amounts by splitting the absolute value.
 * @param parts at least one; weights are non-negative integers (any common scale); all zero splits evenly.
 */
export function explainSplit(amountMinor: number, parts: readonly { id: string; weight: bigint }[]): Share[] {
  const sign = amountMinor < 0 ? -1n : 1n;
  const amount = BigInt(Math.abs(amountMinor));
  const total = parts.reduce((t, p) => t + p.weight, 0n);
  const denominator = total === 0n ? BigInt(parts.length) : total;
  const shares = parts.map(({ id, weight }) => {
    const numerator = amount * (total === 0n ? 1n : weight);
    return { id, numerator, floor: numerator / denominator, rest: numerator % denominator };
  });
  const left = amount - shares.reduce((t, s) => t + s.floor, 0n);
  const byRest = [...shares].sort((a, b) => (a.rest === b.rest ? (a.id < b.id ? -1 : 1) : a.rest > b.rest ? -1 : 1));
  const rankOf = new Map(byRest.map((share, at) => [share.id, at + 1]));
  return shares.map((share) => {
    const rank = rankOf.get(share.id) ?? shares.length;
    const extraUnit = BigInt(rank) <= left;
    return {
      ...share,
      numerator: sign * share.numerator,
      denominator,
      rank,
      extraUnit,
      amountMinor: Number(sign * (share.floor + (extraUnit ? 1n : 0n))),
    };
  });
}

/** The amounts of `explainSplit` by id. */
export const splitByLargestRemainder = (
  amountMinor: number,
  parts: readonly { id: string; weight: bigint }[],
): Map<string, number> => new Map(explainSplit(amountMinor, parts).map((s) => [s.id, s.amountMinor]));

/**
 * An amount in another currency, rounded half away from zero at that currency's digits.
 * @param rate units of `to` for one unit of `from`.
 * @throws HubError ORDER_INVALID when the result is too large.
 */
export function convertMinor(minor: number, from: string, to: string, rate: Decimal, path = '$'): number {
  const exact = multiply({ units: BigInt(minor), scale: exponentOf(from) }, rate);
  return toSafe(rescale(exact, exponentOf(to)), path);
}
