import { type Decimal, divideRounded, multiply, readDecimal, rescale, writeDecimal } from '../order/money.js';
import { valueFault } from './mapping-fault.js';

/** Digits after and before the point that a result may have; the same as `readDecimal` takes. */
const MAX_SCALE = 20;
const MAX_DIGITS = 30;
/** A double holds any decimal number of this many digits exactly enough to print it back. */
const SAFE_DIGITS = 15;

const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value).slice(0, 60);

const notDecimal = (value: unknown) =>
  valueFault(`${shown(value)} is not a decimal number`, `${shown(value)} 不是十进制数`);

/** `1e-7` is `0.0000001`. */
function plainDigits(text: string): string {
  const [mantissa = '', exponent] = text.split('e');
  if (exponent === undefined) return text;
  const { units, scale } = readDecimal(mantissa) ?? { units: 0n, scale: 0 };
  const moved = scale - Number(exponent);
  return moved >= 0 ? writeDecimal({ units, scale: moved }) : `${units * 10n ** BigInt(-moved)}`;
}

/** A number of JSON as the text it was written with; refused when it may carry the noise of float arithmetic. */
function numberText(value: number): string {
  const text = plainDigits(String(value));
  const digits = text.replace(/^-?0*\.?0*/, '').replace('.', '').length;
  if (Number.isSafeInteger(value) || (Number.isFinite(value) && digits <= SAFE_DIGITS)) return text;
  throw valueFault(
    `${value} has more digits than a JSON number keeps exactly; pass it as text`,
    `${value} 的位数超出 JSON 数字的精确范围，请以文本传递`,
  );
}

function read(value: unknown): Decimal {
  const text = typeof value === 'number' ? numberText(value) : value;
  const decimal = typeof text === 'string' ? readDecimal(text.trim()) : undefined;
  if (decimal === undefined) throw notDecimal(value);
  return decimal;
}

function strip({ units, scale }: Decimal): Decimal {
  let stripped = { units, scale };
  while (stripped.scale > 0 && stripped.units % 10n === 0n) {
    stripped = { units: stripped.units / 10n, scale: stripped.scale - 1 };
  }
  return stripped;
}

function write(value: Decimal): string {
  const fitting = value.scale > MAX_SCALE ? strip(value) : value;
  const text = writeDecimal(fitting);
  if (fitting.scale > MAX_SCALE || text.replace(/^-|\..*$/g, '').length > MAX_DIGITS) {
    throw valueFault(`${text} has too many digits; round earlier`, `${text} 位数过多，请先舍入`);
  }
  return text;
}

function readScale(scale: unknown): number {
  if (typeof scale === 'number' && Number.isInteger(scale) && scale >= 0 && scale <= MAX_SCALE) return scale;
  throw valueFault(`${shown(scale)} is no count of decimal places`, `${shown(scale)} 不是有效的小数位数`);
}

function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: rescale(a, scale) + rescale(b, scale), scale };
}

const negate = (a: Decimal): Decimal => ({ ...a, units: -a.units });

function divide(a: unknown, b: unknown, places: unknown): string {
  const [over, under, scale] = [read(a), read(b), readScale(places)];
  if (under.units === 0n) throw valueFault('a division by zero', '除数为零');
  const shift = scale + under.scale - over.scale;
  const up = shift > 0 ? 10n ** BigInt(shift) : 1n;
  const down = shift < 0 ? 10n ** BigInt(-shift) : 1n;
  return write({ units: divideRounded(over.units * up, under.units * down), scale });
}

/** A value without which there is nothing to compute: absent fields and null of the source. */
const isEmpty = (value: unknown): boolean => value === undefined || value === null;

/** A JSON number for targets that take no text; refused when it would not print back the same digits. */
function toNumber(value: unknown): number | undefined {
  if (isEmpty(value)) return undefined;
  const text = writeDecimal(strip(read(value)));
  const number = Number(text);
  if (plainDigits(String(number)) === text) return number;
  throw valueFault(`${text} does not fit a JSON number exactly`, `${text} 无法精确表示为 JSON 数字`);
}

/**
 * Exact decimal arithmetic for mappings. Arguments are decimal text or JSON numbers of at most 15 digits, results are
 * decimal text; rounding is half away from zero. A missing operand is an error, never zero. `$decimal` and
 * `$dec_number` alone pass nothing and null through as nothing.
 */
export const DECIMAL_FUNCTIONS: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
  dec_add: (a, b) => write(add(read(a), read(b))),
  dec_sub: (a, b) => write(add(read(a), negate(read(b)))),
  dec_mul: (a, b) => write(multiply(read(a), read(b))),
  dec_div: (a, b, scale) => divide(a, b, scale),
  dec_round: (a, places) => {
    const scale = readScale(places);
    return write({ units: rescale(read(a), scale), scale });
  },
  dec_sum: (list) => {
    const values: readonly unknown[] = list === undefined ? [] : Array.isArray(list) ? list : [list];
    return write(values.map(read).reduce(add, { units: 0n, scale: 0 }));
  },
  dec_cmp: (a, b) => {
    const { units } = add(read(a), negate(read(b)));
    return units === 0n ? 0 : units < 0n ? -1 : 1;
  },
  dec_number: toNumber,
  decimal: (value) => (isEmpty(value) ? undefined : write(strip(read(value)))),
};
