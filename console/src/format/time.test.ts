import { describe, expect, test } from 'vitest';
import { clockOf, dayOf, exactTime, relativeTime } from './time';

const ZONE = 'Asia/Shanghai';
const NOW = new Date('2026-10-13T02:00:00Z');

describe('relativeTime', () => {
  test.each([
    ['2026-10-13T01:59:30Z', 'just now', '刚刚'],
    ['2026-10-13T01:57:00Z', '3 min ago', '3 分钟前'],
    ['2026-10-12T20:10:00Z', '5 h ago', '5 小时前'],
    ['2026-10-12T01:20:00Z', 'yesterday 09:20', '昨天 09:20'],
    ['2026-10-10T01:14:00Z', '10-10 09:14', '10-10 09:14'],
    ['2025-10-12T01:14:00Z', '2025-10-12', '2025-10-12'],
    ['2026-10-13T02:04:00Z', 'in 4 min', '4 分钟后'],
    ['2026-10-13T05:00:00Z', 'in 3 h', '3 小时后'],
  ])('%s', (instant, en, zh) => {
    expect(relativeTime(instant, NOW, 'en', ZONE)).toBe(en);
    expect(relativeTime(instant, NOW, 'zh-CN', ZONE)).toBe(zh);
  });
});

test('the exact form names the offset of the zone at that time', () => {
  expect(exactTime('2026-10-12T01:14:02Z', ZONE)).toBe('2026-10-12 09:14:02 UTC+8');
  expect(exactTime('2026-07-01T12:00:00Z', 'America/St_Johns')).toBe('2026-07-01 09:30:00 UTC-2:30');
  expect(exactTime('2026-01-01T00:00:00Z', 'UTC')).toBe('2026-01-01 00:00:00 UTC');
});

test('day and clock are those of the zone', () => {
  expect(dayOf('2026-10-12T16:30:00Z', ZONE)).toBe('2026-10-13');
  expect(clockOf('2026-10-12T16:30:05Z', ZONE)).toBe('00:30:05');
});
