import { describe, expect, test } from 'vitest';
import type { TimelineItem } from '../api/types';
import { filterJourney, foldJourney, groupByDay } from './journey';

const ZONE = 'Asia/Shanghai';
const item = (id: string, at: string, more: Partial<TimelineItem> = {}): TimelineItem => ({
  id,
  at,
  kind: 'event',
  tone: 'neutral',
  title: { en: id, zh: id },
  ...more,
});
const effect = (id: string, at: string, tone: TimelineItem['tone'], of = 'e1') =>
  item(id, at, { kind: 'effect', tone, ref: { kind: 'effect', id: of } });

const JOURNEY = [
  item('a', '2026-10-12T01:14:02Z', { kind: 'message' }),
  effect('b', '2026-10-12T03:40:18Z', 'running'),
  item('c', '2026-10-12T03:40:20Z'),
  effect('d', '2026-10-12T03:40:26Z', 'unknown'),
  effect('e', '2026-10-12T03:41:00Z', 'confirmed', 'e2'),
  effect('f', '2026-10-12T16:10:00Z', 'confirmed'),
  item('g', '2026-10-12T16:11:00Z', { kind: 'journal', tone: 'confirmed' }),
];

describe('foldJourney', () => {
  test('one effect of a day is one row with its latest state, standing where it began', () => {
    const rows = foldJourney(JOURNEY, ZONE);
    expect(rows.map((r) => [r.id, r.steps.map((s) => s.id).join('')])).toEqual([
      ['a', 'a'],
      ['d', 'bd'],
      ['c', 'c'],
      ['e', 'e'],
      ['f', 'f'],
      ['g', 'g'],
    ]);
    expect(rows[1]?.head.tone).toBe('unknown');
  });

  test('elements that are not effects are never folded, even with the same reference', () => {
    const ref = { kind: 'task', id: 't1' };
    const rows = foldJourney([
      item('a', '2026-10-12T01:00:00Z', { kind: 'task', ref }),
      item('b', '2026-10-12T01:01:00Z', { kind: 'task', ref }),
    ]);
    expect(rows).toHaveLength(2);
  });
});

test('days are those of the reader', () => {
  const days = groupByDay(foldJourney(JOURNEY, ZONE), ZONE);
  expect(days.map((d) => [d.day, d.rows.length])).toEqual([
    ['2026-10-12', 4],
    ['2026-10-13', 2],
  ]);
});

test('filters', () => {
  const rows = foldJourney(JOURNEY, ZONE);
  expect(filterJourney(rows, 'problems').map((r) => r.id)).toEqual(['d']);
  expect(filterJourney(rows, 'money').map((r) => r.id)).toEqual(['g']);
  expect(filterJourney(rows, 'all')).toHaveLength(rows.length);
});
