import { addDays, asUtc, daysIn } from './days.js';

/** A year in parts that months (365 parts) and days (12 parts) both fill exactly. */
export const PARTS_OF_YEAR = 4380n;

/** Months from one day to the day before the same day of a later month; undefined when the term ends on another day. */
function wholeMonths(start: Date, dayAfter: Date): number | undefined {
  const months =
    (dayAfter.getUTCFullYear() - start.getUTCFullYear()) * 12 + dayAfter.getUTCMonth() - start.getUTCMonth();
  return start.getUTCDate() === dayAfter.getUTCDate() ? months : undefined;
}

/**
 * Length of a term in parts of a year, first and last day included: whole months as twelfths, anything else by
 * days / 365. One year when the line has no term.
 * @param termStart business date, like `termEnd`.
 */
export function termParts(termStart: string | undefined, termEnd: string | undefined): bigint {
  if (termStart === undefined || termEnd === undefined) return PARTS_OF_YEAR;
  const months = wholeMonths(asUtc(termStart), asUtc(addDays(termEnd, 1)));
  if (months !== undefined) return BigInt(months) * (PARTS_OF_YEAR / 12n);
  return (BigInt(daysIn(termStart, termEnd)) * PARTS_OF_YEAR) / 365n;
}
