import { daysAfter as addDays } from '../order/business-date.js';

export { daysAfter as addDays } from '../order/business-date.js';

const DAY_MS = 86_400_000;

/** Midnight UTC of a business date; only used to count, so the zone does not matter. */
export const asUtc = (day: string): Date => new Date(`${day}T00:00:00Z`);

const asDay = (at: Date): string => at.toISOString().slice(0, 10);

/** Days from one to the other, both counted; zero when `to` is the day before `from`. */
export const daysIn = (from: string, to: string): number =>
  Math.round((asUtc(to).getTime() - asUtc(from).getTime()) / DAY_MS) + 1;

/** The last day of the year that begins on `from`: the day before the same day of the next year. */
export function endOfYearFrom(from: string): string {
  const next = asUtc(from);
  next.setUTCFullYear(next.getUTCFullYear() + 1);
  return addDays(asDay(next), -1);
}

/** The `YYYY-MM` of a day. */
export const periodOf = (day: string): string => day.slice(0, 7);

export const lastDayOf = (period: string): string =>
  asDay(new Date(Date.UTC(Number(period.slice(0, 4)), Number(period.slice(5, 7)), 0)));

/** ISO days and periods order like texts. */
export const later = (a: string, b: string): string => (a > b ? a : b);
export const earlier = (a: string, b: string): string => (a < b ? a : b);
