import { describe, expect, test } from 'vitest';
import { Refusal } from './answers.js';
import { likePattern, parseFilter } from './filter.js';

const row: Record<string, string | number | boolean> = {
  FBillNo: "SO-'1",
  FQty: 10,
  FDate: '2026-03-01T00:00:00',
  FOn: true,
};
const holds = (text: string): boolean => parseFilter(text).matches((field) => row[field] ?? null);

describe('the filter language', () => {
  test.each([
    ["FBillNo='so-''1'", true],
    ["FBillNo<>'SO-''1'", false],
    ['FQty>=10 and FQty<10.5', true],
    ['FQty=9 or FQty=10 and FOn=0', false],
    ['(FQty=9 or FQty=10) and FOn=1', true],
    ["FDate>='2026-03-01' and FDate<'2026-03-01 00:00:01'", true],
    ["FBillNo in ('a','SO-''1')", true],
    ["FBillNo not in ('a')", true],
    ["FBillNo like 'SO%'", true],
    ["FBillNo not like '%2'", true],
    ['FNone is null and FBillNo is not null', true],
    ['', true],
  ])('%s is %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  test.each(["FBillNo='a", 'FBillNo', "FBillNo ~ 'a'", "FBillNo='a' FQty=1", "(FBillNo='a'", '1=1'])(
    '%s is refused',
    (text) => {
      expect(() => parseFilter(text)).toThrow(Refusal);
    },
  );

  test('a bracket opens a set of characters, as in SQL Server', () => {
    expect(likePattern('[V-1]%').test('[V-1] text')).toBe(false);
    expect(likePattern('_V-1]%').test('[V-1] text')).toBe(true);
    expect(likePattern('[[]V-1]%').test('[V-1] text')).toBe(true);
  });

  test('what every match must equal is known, so that an index can be used', () => {
    expect(parseFilter("FBillNo='a' and FQty=1").pinned.get('fbillno')).toBe('a');
    expect(parseFilter("FBillNo='a' or FQty=1").pinned.size).toBe(0);
  });
});
