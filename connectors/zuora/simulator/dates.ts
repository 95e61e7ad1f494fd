const DAY_MS = 86_400_000;
const at = (date: string): number => Date.parse(`${date}T00:00:00Z`);
const text = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Dates are `YYYY-MM-DD` and compare as text. */
export const addDays = (date: string, days: number): string => text(at(date) + days * DAY_MS);

/** Days from one date to another, the second left out. */
export const daysBetween = (from: string, to: string): number => Math.round((at(to) - at(from)) / DAY_MS);

/** The same day some months later; the last day of a shorter month. */
export function addMonths(date: string, months: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return text(Date.UTC(year, month - 1 + months, Math.min(day, lastDay)));
}

export type PeriodType = 'Month' | 'Year' | 'Day' | 'Week';

export interface Term {
  readonly period: number;
  readonly periodType: PeriodType;
}

const ADD: Readonly<Record<PeriodType, (date: string, period: number) => string>> = {
  Month: addMonths,
  Year: (date, years) => addMonths(date, years * 12),
  Week: (date, weeks) => addDays(date, weeks * 7),
  Day: addDays,
};

/** The first day after a term that begins on `date`. */
export const afterTerm = (date: string, { period, periodType }: Term): string => ADD[periodType](date, period);

export const isDate = (value: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(at(value)) && text(at(value)) === value;

/** `2026-01-15 09:30:00`, as the API writes instants; UTC here. */
export const stampOf = (now: Date): string => now.toISOString().slice(0, 19).replace('T', ' ');
