import { readDecimal, rescale, writeDecimal } from '../order/money.js';

const SCALE = 2;

/** `"12.30"` is 1230n. @throws Error when the text is no amount. */
export function cents(text: string): bigint {
  const decimal = readDecimal(text);
  if (decimal === undefined) throw new Error(`${text} is no amount`);
  return rescale(decimal, SCALE);
}

/** 1230n is `"12.30"`. */
export const centsText = (units: bigint): string => writeDecimal({ units, scale: SCALE });

export const sumCents = (texts: readonly string[]): bigint => texts.reduce((sum, text) => sum + cents(text), 0n);
