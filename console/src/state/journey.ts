import type { TimelineItem } from '../api/types';
import { dayOf } from '../format/time';
import { groupBy } from './group-by';

/** One row of the journey: a single element, or all attempts, asks and answers of one effect folded together. */
export interface JourneyRow {
  /** Id of the newest element. */
  id: string;
  /** The newest element: its title and tone are the row's. */
  head: TimelineItem;
  /** Every element folded into the row, oldest first; one when nothing was folded. */
  steps: TimelineItem[];
}

export interface JourneyDay {
  /** `2026-10-12` in the reader's zone. */
  day: string;
  rows: JourneyRow[];
}

export type JourneyFilter = 'all' | 'problems' | 'money';

const PROBLEM_TONES: readonly TimelineItem['tone'][] = ['unknown', 'refused', 'parked'];

/** Folds the elements of one effect on one day into one row, standing where the effect began. @param items oldest first. */
export function foldJourney(items: readonly TimelineItem[], zone?: string): JourneyRow[] {
  const rows: JourneyRow[] = [];
  const open = new Map<string, JourneyRow>();
  for (const item of items) {
    const cause =
      item.kind === 'effect' && item.ref !== undefined ? `${dayOf(item.at, zone)} ${item.ref.id}` : undefined;
    const row = cause === undefined ? undefined : open.get(cause);
    if (row !== undefined) {
      row.id = item.id;
      row.head = item;
      row.steps.push(item);
      continue;
    }
    const made: JourneyRow = { id: item.id, head: item, steps: [item] };
    rows.push(made);
    if (cause !== undefined) open.set(cause, made);
  }
  return rows;
}

const KEEPS: Record<JourneyFilter, (row: JourneyRow) => boolean> = {
  all: () => true,
  problems: (row) => PROBLEM_TONES.includes(row.head.tone),
  money: (row) => row.head.kind === 'journal',
};

export const filterJourney = (rows: readonly JourneyRow[], filter: JourneyFilter): JourneyRow[] =>
  rows.filter(KEEPS[filter]);

/** Days in the order of their first row; a row belongs to the day its first step happened. */
export function groupByDay(rows: readonly JourneyRow[], zone?: string): JourneyDay[] {
  const days = groupBy(rows, (row) => dayOf((row.steps[0] ?? row.head).at, zone));
  return [...days].map(([day, of]) => ({ day, rows: of }));
}
