import { readDecimal, rescale, writeDecimal } from '../../../core/order/money.js';

/** The exact sum of decimal texts, with as many places as the longest has; `"0"` of none. */
export function sumDecimals(texts: readonly string[]): string {
  const values = texts.map((text) => readDecimal(text) ?? { units: 0n, scale: 0 });
  const scale = Math.max(0, ...values.map((value) => value.scale));
  return writeDecimal({ units: values.reduce((total, value) => total + rescale(value, scale), 0n), scale });
}
