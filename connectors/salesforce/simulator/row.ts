import { longId } from '../row-id.js';

export type Value = string | number | boolean | null;
/** A stored row: every field of its type, null when empty. */
export type Row = Readonly<Record<string, Value>>;

export const textOf = (row: Row | undefined, field: string): string => String(row?.[field] ?? '');
export const numberOf = (row: Row, field: string): number => Number(row[field] ?? 0);

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A row id of 18 characters: key prefix, the pod, a number in base 62. */
export function rowId(prefix: string, number: number): string {
  let rest = number;
  let digits = '';
  while (digits.length < 8) {
    digits = (DIGITS[rest % 62] ?? '0') + digits;
    rest = Math.floor(rest / 62);
  }
  return longId(`${prefix}5g00${digits}`);
}

/** An instant as the REST API writes it. */
export const vendorStamp = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');

/** Milliseconds of an instant in the REST API's or SOQL's way of writing. */
export const stampMs = (stamp: string): number => Date.parse(stamp.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
