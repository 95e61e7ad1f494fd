import { addDays, daysIn, earlier, endOfYearFrom, lastDayOf, later, periodOf } from './days.js';
import { fraction, minus, NOTHING, type Part, plus, type Worth } from './part.js';

/** Units served evenly by day from the first to the last day, both counted. */
export interface Segment extends Part {
  readonly from: string;
  readonly to: string;
  /** The delivery that started it: pieces of one batch are the same units in different times. */
  readonly batch: string;
  /** Last day that is recognised; absent before the first period fact that reaches it. */
  readonly through?: string;
}

interface Term {
  readonly termStart?: string | undefined;
  readonly termEnd?: string | undefined;
}

/**
 * The days on which units that were activated on `day` are served: never before the term starts; at once when the term
 * is over already; one year when the line has no last day.
 */
export function servedDays({ termStart, termEnd }: Term, day: string): { readonly from: string; readonly to: string } {
  const from = later(day, termStart ?? day);
  if (termEnd === undefined) return { from, to: endOfYearFrom(from) };
  return termEnd < from ? { from: day, to: day } : { from, to: termEnd };
}

/** What a segment is worth to the end of a day, rounded once from its start (cumulative rounding). */
function worthThrough(segment: Segment, day: string): Worth {
  const last = earlier(day, segment.to);
  if (last < segment.from) return NOTHING;
  return fraction(segment, BigInt(daysIn(segment.from, last)), BigInt(daysIn(segment.from, segment.to)));
}

export const recognisedOf = (segment: Segment): Worth =>
  segment.through === undefined ? NOTHING : worthThrough(segment, segment.through);

/** Revenue of all segments to the end of a day, whatever is recognised so far. Minor units. */
export const recognisedThrough = (segments: readonly Segment[], day: string): number =>
  segments.reduce((total, segment) => total + worthThrough(segment, day).amountMinor, 0);

export const isServed = ({ to, through }: Segment): boolean => through !== undefined && through >= to;

/** Time passed: a day before the one already recognised changes nothing. */
export const passTo = (segment: Segment, day: string): Segment =>
  day < segment.from ? segment : { ...segment, through: later(segment.through ?? day, day) };

/** Cuts before each of the days; the pieces keep the worth and the recognition of the whole to the minor unit. */
export function cutBefore(segment: Segment, days: readonly string[]): Segment[] {
  const inside = [...new Set(days)].filter((day) => day > segment.from && day <= segment.to).sort();
  const starts = [segment.from, ...inside];
  return starts.map((from, at) => {
    const next = starts[at + 1];
    const to = next === undefined ? segment.to : addDays(next, -1);
    const before = at === 0 ? NOTHING : worthThrough(segment, addDays(from, -1));
    const { through, ...rest } = segment;
    const piece = { ...rest, ...minus(worthThrough(segment, to), before), from, to };
    return through === undefined || through < from ? piece : { ...piece, through: earlier(through, to) };
  });
}

/** First day of a segment that is not recognised. */
export const firstOpenDay = ({ from, through }: Segment): string =>
  through === undefined ? from : later(from, addDays(through, 1));

/** First period in which a segment still has something to recognise. */
export const dueIn = (segment: Segment): string | undefined =>
  isServed(segment) || (segment.amountMinor === 0 && segment.taxMinor === 0)
    ? undefined
    : periodOf(firstOpenDay(segment));

export interface PlannedMonth {
  readonly period: string;
  readonly amountMinor: number;
  readonly recognised: boolean;
}

/** The revenue of segments by month of service, the recognised and the coming apart. */
export function monthsOf(segments: readonly Segment[]): PlannedMonth[] {
  const months = new Map<string, { recognised: Worth; coming: Worth }>();
  for (const whole of segments) {
    for (const piece of cutBefore(whole, [firstOpenDay(whole)])) {
      let before: Worth = NOTHING;
      for (let day = lastDayOf(periodOf(piece.from)); ; day = lastDayOf(periodOf(addDays(day, 1)))) {
        const now = worthThrough(piece, day);
        const month = months.get(periodOf(day)) ?? { recognised: NOTHING, coming: NOTHING };
        const side = isServed(piece) ? 'recognised' : 'coming';
        months.set(periodOf(day), { ...month, [side]: plus(month[side], minus(now, before)) });
        before = now;
        if (day >= piece.to) break;
      }
    }
  }
  return [...months]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([period, { recognised, coming }]) =>
      [
        { period, amountMinor: recognised.amountMinor, recognised: true },
        { period, amountMinor: coming.amountMinor, recognised: false },
      ].filter(({ amountMinor }) => amountMinor !== 0),
    );
}
