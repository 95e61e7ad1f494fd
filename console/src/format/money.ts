import { groupBy } from '../state/group-by';

export type Lang = 'zh-CN' | 'en';

/** `Intl.NumberFormat.format` takes decimal text and stays exact; the type library only knows it as a template. */
type DecimalText = `${number}`;

const MINUS = '−';
const cache = new Map<string, Intl.NumberFormat>();

function formatter(lang: Lang, key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const known = cache.get(`${lang} ${key}`);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(lang, options);
  cache.set(`${lang} ${key}`, made);
  return made;
}

const fractionOf = (text: string): number => text.split('.')[1]?.length ?? 0;

/** Digits after the point by ISO 4217, e.g. 2 for CNY, 0 for JPY, 3 for KWD. */
export const digitsOf = (currency: string): number =>
  formatter('en', currency, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/**
 * `"1286400"` in CNY is `1,286,400.00`, without the code. Decimal text goes in as text, so no digit is lost.
 * @param sign `always` writes + before positive differences.
 */
export function formatMoney(amount: string, currency: string, lang: Lang, sign: 'auto' | 'always' = 'auto'): string {
  const digits = digitsOf(currency);
  const shown = Math.max(digits, Math.min(fractionOf(amount), 6));
  const format = formatter(lang, `money ${shown} ${sign}`, {
    minimumFractionDigits: digits,
    maximumFractionDigits: shown,
    signDisplay: sign === 'always' ? 'exceptZero' : 'negative',
  });
  return format.format(amount as DecimalText).replace('-', MINUS);
}

/** A count or quantity as decimal text: `"100.50"` is `100.5`. */
export const formatQuantity = (quantity: string, lang: Lang): string =>
  formatter(lang, 'quantity', { maximumFractionDigits: 8 })
    .format(quantity as DecimalText)
    .replace('-', MINUS);

/** A rate as decimal text: `"0.13"` is `13%`, exact. */
export const formatRate = (rate: string, lang: Lang): string =>
  formatter(lang, 'rate', { style: 'percent', maximumFractionDigits: 6 }).format(rate as DecimalText);

/** 0.2614 is `26%`. Only for shares that are drawn, never for money. */
export const formatPercent = (share: number): string => `${Math.round(share * 100)}%`;

/** Digits and sign as a whole number of 10^-`scale`. */
const toUnits = (text: string, scale: number): bigint => {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const units = BigInt(whole + fraction.padEnd(scale, '0'));
  return text.startsWith('-') ? -units : units;
};

const fromUnits = (units: bigint, scale: number): string => {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0n ? `-${text}` : text;
};

/** Exact sum of decimal texts. */
export function addMoney(amounts: readonly string[]): string {
  const scale = Math.max(0, ...amounts.map(fractionOf));
  return fromUnits(
    amounts.reduce((total, a) => total + toUnits(a, scale), 0n),
    scale,
  );
}

/** -1, 0 or 1, exact. */
export function signOf(amount: string): -1 | 0 | 1 {
  const units = toUnits(amount, fractionOf(amount));
  return units === 0n ? 0 : units < 0n ? -1 : 1;
}

/** Currencies are never added up: one exact sum for each, in order of first appearance. */
export function sumByCurrency(
  items: readonly { currency: string; gross: string }[],
): { currency: string; gross: string }[] {
  const groups = groupBy(items, (i) => i.currency);
  return [...groups].map(([currency, of]) => ({ currency, gross: addMoney(of.map((i) => i.gross)) }));
}

/** Part of a whole in percent, for the width of a bar only. 0 when the whole is 0. */
export function percentOf(part: string, whole: string): number {
  const scale = Math.max(fractionOf(part), fractionOf(whole));
  const all = toUnits(whole, scale);
  return all === 0n ? 0 : Number((toUnits(part, scale) * 10_000n) / all) / 100;
}
