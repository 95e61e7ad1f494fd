import { describe, expect, test } from 'vitest';
import { catalogue } from '../../tests/support/orders.js';
import { HubError } from '../errors/hub-error.js';
import { LINE_KINDS } from '../order/schema.js';
import { buildCatalogue } from './catalogue.js';
import type { ExchangeRates, Product, TaxCategory } from './product.js';

const product: Product = {
  sku: 'HW-1',
  name: { en: 'Box', zh: '盒' },
  kind: 'hardware',
  unit: 'Pcs',
  taxCategory: 'GOODS',
  taxRate: '0.13',
  standAloneSellingPrice: { CNY: '10.00' },
  pricedPer: 'unit',
  customHardware: false,
  active: true,
};
const goods: TaxCategory = { code: 'GOODS', name: { en: 'Goods', zh: '货物' }, rates: ['0.13', '0'] };
const rates: ExchangeRates = {
  baseCurrency: 'CNY',
  rates: [
    { currency: 'USD', validFrom: '2026-07-01', rate: '7.2' },
    { currency: 'USD', validFrom: '2026-01-01', rate: '7.1' },
  ],
};
const why = (build: () => unknown): string => {
  try {
    build();
  } catch (error) {
    if (error instanceof HubError && error.code === 'SETTINGS_INVALID') return String(error.facts['why']);
    throw error;
  }
  return 'accepted';
};

describe('look-ups', () => {
  const built = buildCatalogue([product], rates, [goods]);

  test('a rate is valid from its day until the next', () => {
    const on = (date: string) => built.rate('USD', date);
    expect([on('2025-12-31'), on('2026-01-01'), on('2026-06-30'), on('2026-07-01')]).toEqual([
      undefined,
      '7.1',
      '7.1',
      '7.2',
    ]);
    expect(built.rate('CNY', '1999-01-01')).toBe('1');
    expect(built.rate('EUR', '2026-07-01')).toBeUndefined();
  });

  test('tax rates are compared as numbers', () => {
    const allowed = (rate: string) => built.allowsTaxRate(product, rate);
    expect(['0.13', '0.130', '00.13', '0', '0.00'].map(allowed)).toEqual([true, true, true, true, true]);
    expect(['0.06', '13', '-0.13', '0.1'].map(allowed)).toEqual([false, false, false, false]);
  });

  test('prices are by product and currency', () => {
    expect(built.standAloneSellingPrice('HW-1', 'CNY')).toBe('10.00');
    expect(built.standAloneSellingPrice('HW-1', 'USD')).toBeUndefined();
    expect(built.standAloneSellingPrice('HW-2', 'CNY')).toBeUndefined();
  });
});

describe('a fault names file and field', () => {
  const usd = { currency: 'USD', validFrom: '2026-01-01', rate: '7.1' };
  test.each<[string, () => unknown]>([
    [
      'products.json at $[0].taxCategory: there is no tax category FOOD',
      () => buildCatalogue([{ ...product, taxCategory: 'FOOD' }], rates, [goods]),
    ],
    [
      'products.json at $[0].taxRate: GOODS does not allow 0.06',
      () => buildCatalogue([{ ...product, taxRate: '0.06' }], rates, [goods]),
    ],
    ['products.json at $[1].sku: is there twice', () => buildCatalogue([product, product], rates, [goods])],
    [
      'products.json at $[0].standAloneSellingPrice.CNY: must be above zero',
      () => buildCatalogue([{ ...product, standAloneSellingPrice: { CNY: '0.00' } }], rates, [goods]),
    ],
    [
      'products.json at $[0].standAloneSellingPrice.ZZZ: is not a known currency',
      () => buildCatalogue([{ ...product, standAloneSellingPrice: { ZZZ: '1' } }], rates, [goods]),
    ],
    ['tax-categories.json at $[1].code: is there twice', () => buildCatalogue([product], rates, [goods, goods])],
    [
      'exchange-rates.json at $.rates[1].validFrom: is there twice for this currency',
      () => buildCatalogue([product], { baseCurrency: 'CNY', rates: [usd, usd] }, [goods]),
    ],
    [
      'exchange-rates.json at $.rates[0].currency: is the base currency',
      () => buildCatalogue([product], { baseCurrency: 'USD', rates: [usd] }, [goods]),
    ],
    [
      'exchange-rates.json at $.rates[0].rate: must be above zero',
      () => buildCatalogue([product], { baseCurrency: 'CNY', rates: [{ ...usd, rate: '0' }] }, [goods]),
    ],
  ])('%s', (said, build) => {
    expect(why(build)).toBe(said);
  });
});

test('the shipped catalogue sells every kind but usage, and prices every product in four currencies', () => {
  expect([...new Set(catalogue.products.map((p) => p.kind))].sort()).toEqual(
    LINE_KINDS.filter((kind) => kind !== 'usage').sort(),
  );
  for (const { sku } of catalogue.products) {
    for (const currency of ['CNY', 'USD', 'EUR', 'JPY']) {
      expect(catalogue.standAloneSellingPrice(sku, currency), `${sku} ${currency}`).toBeDefined();
      expect(catalogue.rate(currency, '2026-11-18'), currency).toBeDefined();
    }
  }
});
