import {
  type Decimal,
  divideRounded,
  multiply,
  readDecimal,
  rescale,
  writeDecimal,
} from '../../../core/order/money.js';
import { CODE, type Refusal, refuse } from './answers.js';
import type { BaseData } from './data.js';
import type { Field } from './forms.js';
import { flag, isRecord, member } from './lookup.js';
import type { Row } from './store.js';

/** Reads one value of a Model into its stored form; undefined when the Model is silent. */
export function readValue(field: Field, owner: unknown, base: BaseData, index: number): string | boolean | undefined {
  const sent = field.at.reduce<unknown>((value, name) => member(value, name), owner);
  if (sent === undefined || sent === null) return undefined;
  return READERS[field.type](sent, field, base, index);
}

type Reader = (sent: unknown, field: Field, base: BaseData, index: number) => string | boolean | undefined;

const malformed = (field: Field, index: number): Refusal =>
  refuse(CODE.parameter, `字段[${field.label}]的值格式不正确`, field.key, index);

const DATE = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2}))?$/;

const READERS: Readonly<Record<Field['type'], Reader>> = {
  text: (sent, field, _, index) => {
    if (typeof sent === 'object') throw malformed(field, index);
    return String(sent);
  },
  bool: (sent) => flag(sent, false),
  decimal: (sent, field, _, index) => {
    const decimal = typeof sent === 'object' ? undefined : readDecimal(String(sent));
    if (decimal === undefined) throw malformed(field, index);
    return plainDecimal(decimal);
  },
  date: (sent, field, _, index) => {
    const match = DATE.exec(String(sent));
    if (match === null || Number.isNaN(Date.parse(`${match[1]}T00:00:00Z`))) throw malformed(field, index);
    return `${match[1]}T${match[2] ?? '00:00:00'}`;
  },
  ref: (sent, field, base, index) => {
    if (!isRecord(sent)) throw malformed(field, index);
    const number = String(member(sent, 'FNumber') ?? member(sent, 'FUserID') ?? '');
    if (number === '') return undefined;
    const item = base.find(field.base ?? '', number);
    if (item === undefined) throw refuse(CODE.unknownValue, `编码值["${number}"]不存在`, field.key, index);
    return item.number;
  },
};

export const ZERO: Decimal = { units: 0n, scale: 0 };

export const decimalIn = (row: Row, key: string): Decimal => readDecimal(String(row[key] ?? '0')) ?? ZERO;

/** Without trailing zeros, so that equal numbers are equal texts. */
export function plainDecimal(value: Decimal): string {
  const text = writeDecimal(value);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: rescale(a, scale) + rescale(b, scale), scale };
}

export const negate = (a: Decimal): Decimal => ({ units: -a.units, scale: a.scale });

export const total = (values: readonly Decimal[]): Decimal => values.reduce(add, ZERO);

/** Negative, zero or positive as a is below, at or above b. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const { units } = add(a, negate(b));
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

export const roundTo2 = (value: Decimal): Decimal => ({ units: rescale(value, 2), scale: 2 });

export const percentOf = (value: Decimal, percent: Decimal): Decimal => {
  const product = multiply(value, percent);
  return { units: product.units, scale: product.scale + 2 };
};

/** Quotient with ten decimals. */
export const divide = (a: Decimal, b: Decimal): Decimal => {
  const scale = Math.max(a.scale, b.scale);
  return { units: divideRounded(rescale(a, scale) * 10n ** 10n, rescale(b, scale)), scale: 10 };
};
