import { expect, test } from 'vitest';
import { businessDate, isTimeZone } from './business-date.js';

test('the day turns where the seller is', () => {
  expect(businessDate(new Date('2026-11-24T15:59:59Z'), 'Asia/Shanghai')).toBe('2026-11-24');
  expect(businessDate(new Date('2026-11-24T16:00:00Z'), 'Asia/Shanghai')).toBe('2026-11-25');
  expect(businessDate(new Date('2026-11-24T16:00:00Z'), 'America/New_York')).toBe('2026-11-24');
});

test('zones that nobody knows are told', () => {
  expect(isTimeZone('Asia/Shanghai')).toBe(true);
  expect(isTimeZone('Mars/Olympus')).toBe(false);
});
