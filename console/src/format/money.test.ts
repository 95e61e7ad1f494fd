import { describe, expect, test } from 'vitest';
import { addMoney, digitsOf, formatMoney, formatQuantity, formatRate, percentOf, signOf, sumByCurrency } from './money';

describe('formatMoney', () => {
  test.each([
    ['1286400', 'CNY', '1,286,400.00'],
    ['1204.125', 'KWD', '1,204.125'],
    ['9800000', 'JPY', '9,800,000'],
    ['-4200.5', 'USD', '−4,200.50'],
    ['0', 'CNY', '0.00'],
    ['2400.123456', 'CNY', '2,400.123456'],
    ['12345678901234567890.12', 'CNY', '12,345,678,901,234,567,890.12'],
    ['999999999999999.99', 'CNY', '999,999,999,999,999.99'],
  ])('%s %s is %s', (amount, currency, shown) => {
    expect(formatMoney(amount, currency, 'en')).toBe(shown);
    expect(formatMoney(amount, currency, 'zh-CN')).toBe(shown);
  });

  test('a difference carries its sign, zero does not', () => {
    expect(formatMoney('404.72', 'CNY', 'en', 'always')).toBe('+404.72');
    expect(formatMoney('-8122.24', 'CNY', 'en', 'always')).toBe('−8,122.24');
    expect(formatMoney('0', 'CNY', 'en', 'always')).toBe('0.00');
  });

  test('digits follow ISO 4217', () => {
    expect([digitsOf('CNY'), digitsOf('JPY'), digitsOf('KWD')]).toEqual([2, 0, 3]);
  });
});

test('quantities keep their digits and drop trailing zeros', () => {
  expect(formatQuantity('100.50', 'en')).toBe('100.5');
  expect(formatQuantity('0.00000001', 'en')).toBe('0.00000001');
});

test('rates are fractions', () => {
  expect(formatRate('0.13', 'en')).toBe('13%');
  expect(formatRate('0.06', 'zh-CN')).toBe('6%');
  expect(formatRate('0.0825', 'en')).toBe('8.25%');
});

describe('exact arithmetic on decimal text', () => {
  test('sums what a double cannot hold', () => {
    expect(addMoney(['0.1', '0.2'])).toBe('0.3');
    expect(addMoney(['9007199254740993.01', '0.01'])).toBe('9007199254740993.02');
    expect(addMoney(['1.5', '-1.50'])).toBe('0.00');
    expect(addMoney(['-0.05', '0.02'])).toBe('-0.03');
    expect(addMoney([])).toBe('0');
  });

  test('sign', () => {
    expect([signOf('-0.00'), signOf('-0.01'), signOf('0.01')]).toEqual([0, -1, 1]);
  });

  test('currencies are never added up', () => {
    const sums = sumByCurrency([
      { currency: 'CNY', gross: '98000.00' },
      { currency: 'USD', gross: '12345.67' },
      { currency: 'CNY', gross: '0.5' },
    ]);
    expect(sums).toEqual([
      { currency: 'CNY', gross: '98000.50' },
      { currency: 'USD', gross: '12345.67' },
    ]);
  });

  test('shares of a whole', () => {
    expect(percentOf('60', '100')).toBe(60);
    expect(percentOf('1', '3')).toBe(33.33);
    expect(percentOf('5', '0')).toBe(0);
  });
});
