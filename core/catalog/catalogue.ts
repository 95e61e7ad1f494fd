import { HubError, type Issue } from '../errors/hub-error.js';
import { isCurrency, readDecimal } from '../order/money.js';
import type { ExchangeRates, Product, TaxCategory } from './product.js';

/** What is sold, at what rates and prices; read once at the start and never changed. */
export interface Catalogue {
  readonly baseCurrency: string;
  readonly products: readonly Product[];
  /** Undefined when the SKU is not in the catalogue; inactive products are found. */
  product(sku: string): Product | undefined;
  /** True when the product's tax category allows the rate, compared as numbers. */
  allowsTaxRate(product: Product, taxRate: string): boolean;
  /** Price per unit without VAT, decimal text; undefined when the product has none in that currency. */
  standAloneSellingPrice(sku: string, currency: string): string | undefined;
  /** Base units for one unit of the currency on that day; undefined without a rate that is valid then. */
  rate(currency: string, date: string): string | undefined;
}

/** Where the parts came from, so that a fault names file and field. */
export interface CatalogueFiles {
  readonly products: string;
  readonly rates: string;
  readonly taxCategories: string;
}
const FILES: CatalogueFiles = {
  products: 'products.json',
  rates: 'exchange-rates.json',
  taxCategories: 'tax-categories.json',
};

/** `"0.130"` and `"0.13"` are one number. */
const canonical = (text: string): string => {
  const decimal = readDecimal(text);
  if (decimal === undefined) return text;
  const trimmed = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return trimmed.replace(/^(-?)0+(?=\d)/, '$1');
};

const positive = (text: string): boolean => (readDecimal(text)?.units ?? 0n) > 0n;

type Fault = readonly [file: keyof CatalogueFiles, path: string, why: string, whyZh: string];

function* repeated(keys: readonly string[]): Generator<number> {
  for (const [at, key] of keys.entries()) if (keys.indexOf(key) < at) yield at;
}

function* faultsOfProduct(
  product: Product,
  at: number,
  categories: ReadonlyMap<string, TaxCategory>,
): Generator<Fault> {
  const category = categories.get(product.taxCategory);
  if (category === undefined) {
    yield ['products', `$[${at}].taxCategory`, `there is no tax category ${product.taxCategory}`, '没有该税收分类'];
  } else if (!category.rates.map(canonical).includes(canonical(product.taxRate))) {
    yield [
      'products',
      `$[${at}].taxRate`,
      `${product.taxCategory} does not allow ${product.taxRate}`,
      '税收分类不允许该税率',
    ];
  }
  for (const [currency, price] of Object.entries(product.standAloneSellingPrice)) {
    const path = `$[${at}].standAloneSellingPrice.${currency}`;
    if (!isCurrency(currency)) yield ['products', path, 'is not a known currency', '未知币种'];
    if (!positive(price)) yield ['products', path, 'must be above zero', '必须大于零'];
  }
}

function* faults(
  products: readonly Product[],
  rates: ExchangeRates,
  taxCategories: readonly TaxCategory[],
): Generator<Fault> {
  const categories = new Map(taxCategories.map((category) => [category.code, category]));
  for (const at of repeated(taxCategories.map((c) => c.code)))
    yield ['taxCategories', `$[${at}].code`, 'is there twice', '重复'];
  for (const at of repeated(products.map((p) => p.sku))) yield ['products', `$[${at}].sku`, 'is there twice', '重复'];
  for (const [at, product] of products.entries()) yield* faultsOfProduct(product, at, categories);

  if (!isCurrency(rates.baseCurrency)) yield ['rates', '$.baseCurrency', 'is not a known currency', '未知币种'];
  for (const at of repeated(rates.rates.map((r) => `${r.currency} ${r.validFrom}`))) {
    yield ['rates', `$.rates[${at}].validFrom`, 'is there twice for this currency', '该币种日期重复'];
  }
  for (const [at, entry] of rates.rates.entries()) {
    if (!isCurrency(entry.currency)) yield ['rates', `$.rates[${at}].currency`, 'is not a known currency', '未知币种'];
    if (entry.currency === rates.baseCurrency)
      yield ['rates', `$.rates[${at}].currency`, 'is the base currency', '不能为本位币'];
    if (!positive(entry.rate)) yield ['rates', `$.rates[${at}].rate`, 'must be above zero', '必须大于零'];
  }
}

/** @throws HubError SETTINGS_INVALID that names file and field, with every fault as an issue. */
export function refuseFile(file: string, issues: readonly Issue[]): never {
  const [first] = issues;
  const place = `${file} at ${first?.path ?? '$'}`;
  throw new HubError(
    'SETTINGS_INVALID',
    { why: `${place}: ${first?.why}`, whyZh: `${place}：${first?.whyZh}` },
    { issues },
  );
}

/**
 * Checks the parts against each other and gives the look-ups.
 * @throws HubError SETTINGS_INVALID for the first file with faults, naming all of that file's faults.
 */
export function buildCatalogue(
  products: readonly Product[],
  rates: ExchangeRates,
  taxCategories: readonly TaxCategory[],
  files: CatalogueFiles = FILES,
): Catalogue {
  const found = [...faults(products, rates, taxCategories)];
  const [first] = found;
  if (first !== undefined) {
    const [file] = first;
    refuseFile(
      files[file],
      found.filter(([where]) => where === file).map(([, path, why, whyZh]) => ({ path, why, whyZh })),
    );
  }

  const bySku = new Map(products.map((product) => [product.sku, product]));
  const allowed = new Map(taxCategories.map(({ code, rates }) => [code, new Set(rates.map(canonical))]));
  const newestFirst = [...rates.rates].sort((a, b) => (a.validFrom < b.validFrom ? 1 : -1));
  return Object.freeze({
    baseCurrency: rates.baseCurrency,
    products,
    product: (sku: string) => bySku.get(sku),
    allowsTaxRate: (product: Product, rate: string) => allowed.get(product.taxCategory)?.has(canonical(rate)) ?? false,
    standAloneSellingPrice: (sku: string, currency: string) => bySku.get(sku)?.standAloneSellingPrice[currency],
    rate: (currency: string, date: string) =>
      currency === rates.baseCurrency
        ? '1'
        : newestFirst.find((r) => r.currency === currency && r.validFrom <= date)?.rate,
  });
}
