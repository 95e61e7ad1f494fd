import { multiply, readDecimal, rescale } from '../../../core/order/money.js';
import { bad } from './refusal.js';
import { numberOf, type Row, textOf, type Value } from './row.js';
import type { Rows } from './store.js';

/** What may still change on an activated order, beside its status and custom fields. */
const FREE_WHEN_ACTIVE: ReadonlySet<string> = new Set([
  'Status', 'Description', 'OwnerId', 'PoNumber', 'PoDate', 'OrderReferenceNumber', 'ServiceDate', 'EndDate',
]); // biome-ignore format: a list of names reads better in rows

const DECIMALS: Readonly<Record<string, number>> = { JPY: 0 };

export const statusCodeOf = (status: string): string => (status === 'Draft' ? 'Draft' : 'Activated');
const isActive = (order: Row | undefined): boolean => textOf(order, 'StatusCode') === 'Activated';

/** Lines of an order that are not deleted. */
export const linesOf = (rows: Omit<Rows, 'put'>, orderId: string): readonly Row[] =>
  rows.below('OrderItem', 'OrderId', orderId).filter((line) => line['IsDeleted'] !== true);

const locked = (fields: readonly string[], what: string) =>
  bad('FIELD_INTEGRITY_EXCEPTION', `Activated orders do not allow ${what}`, fields);

/** The fields a change would alter although the order is activated. */
const lockedFields = (before: Row, given: Row): string[] =>
  Object.keys(given).filter(
    (name) => given[name] !== before[name] && !name.endsWith('__c') && !FREE_WHEN_ACTIVE.has(name),
  );

/** An order starts as Draft, is activated with at least one line, and is locked from then on. */
export function orderFields(rows: Rows, before: Row | undefined, given: Row): Record<string, Value> {
  const id = textOf(before, 'Id');
  const status = String(given['Status'] ?? before?.['Status'] ?? '');
  const activates = statusCodeOf(status) === 'Activated' && !isActive(before);
  if (before === undefined && activates) {
    throw bad('FAILED_ACTIVATION', 'Choose a valid order status and save your changes. (Status code must be Draft)', [
      'Status',
    ]);
  }
  if (before !== undefined && isActive(before) && statusCodeOf(status) === 'Activated') {
    const fields = lockedFields(before, given);
    if (fields.length > 0) throw locked(fields, `changes of ${fields.join(', ')}`);
  }
  if (activates && linesOf(rows, id).length === 0) {
    throw bad('FAILED_ACTIVATION', 'An order must have at least one product.');
  }
  const pricebook = given['Pricebook2Id'];
  if (pricebook !== undefined && pricebook !== before?.['Pricebook2Id'] && linesOf(rows, id).length > 0) {
    throw bad('FIELD_INTEGRITY_EXCEPTION', 'The pricebook of an order with products cannot be changed', [
      'Pricebook2Id',
    ]);
  }
  return { StatusCode: statusCodeOf(status) };
}

/** A line takes product, list price and currency from its pricebook entry, which must belong to the order's pricebook. */
export function lineFields(rows: Rows, before: Row | undefined, given: Row): Record<string, Value> {
  const order = rows.get('Order', textOf(before ?? given, 'OrderId'));
  if (before === undefined && isActive(order)) throw locked(['OrderId'], 'new products');
  if (before !== undefined && isActive(order)) {
    const fields = lockedFields(before, given);
    if (fields.length > 0) throw locked(fields, `changes of ${fields.join(', ')}`);
  }
  const quantity = Number(given['Quantity'] ?? before?.['Quantity']);
  if (!(quantity > 0)) throw bad('FIELD_INTEGRITY_EXCEPTION', 'Quantity must be greater than zero', ['Quantity']);
  const start = given['ServiceDate'] ?? before?.['ServiceDate'] ?? null;
  const end = given['EndDate'] ?? before?.['EndDate'] ?? null;
  if (start !== null && end !== null && end < start) {
    throw bad('FIELD_INTEGRITY_EXCEPTION', 'End Date must be on or after Start Date', ['EndDate']);
  }
  const entry = rows.get('PricebookEntry', textOf(before ?? given, 'PricebookEntryId'));
  checkEntry(order, entry);
  const currency = textOf(order, 'CurrencyIsoCode');
  return {
    Product2Id: entry?.['Product2Id'] ?? null,
    ListPrice: before?.['ListPrice'] ?? entry?.['UnitPrice'] ?? null,
    CurrencyIsoCode: currency,
    AvailableQuantity: quantity,
    TotalPrice: amount(quantity, Number(given['UnitPrice'] ?? before?.['UnitPrice']), currency),
  };
}

function checkEntry(order: Row | undefined, entry: Row | undefined): void {
  if (order?.['Pricebook2Id'] === null || entry?.['Pricebook2Id'] !== order?.['Pricebook2Id']) {
    const message = 'pricebook entry is in a different pricebook than the one assigned to the order';
    throw bad('FIELD_INTEGRITY_EXCEPTION', message, ['PricebookEntryId']);
  }
  if (entry?.['CurrencyIsoCode'] !== order?.['CurrencyIsoCode']) {
    const message = 'The pricebook entry currency code does not match the order currency code';
    throw bad('FIELD_INTEGRITY_EXCEPTION', message, ['PricebookEntryId']);
  }
  if (entry?.['IsActive'] !== true) {
    throw bad('FIELD_INTEGRITY_EXCEPTION', 'pricebook entry is inactive', ['PricebookEntryId']);
  }
}

/** A price for a product in a custom pricebook needs a standard price first, and stands there once for each currency. */
export function entryFields(rows: Rows, before: Row | undefined, given: Row): Record<string, Value> {
  if (before !== undefined) return {};
  const same = rows
    .all('PricebookEntry')
    .filter(
      (entry) => entry['Product2Id'] === given['Product2Id'] && entry['CurrencyIsoCode'] === given['CurrencyIsoCode'],
    );
  if (same.some((entry) => entry['Pricebook2Id'] === given['Pricebook2Id'] && entry['IsDeleted'] !== true)) {
    throw bad('DUPLICATE_VALUE', 'This price definition already exists in this price book', []);
  }
  const isStandard = (entry: Row): boolean =>
    rows.get('Pricebook2', textOf(entry, 'Pricebook2Id'))?.['IsStandard'] === true;
  if (!isStandard(given) && !same.some(isStandard)) {
    throw bad('STANDARD_PRICE_NOT_DEFINED', 'Before creating a custom price, create a standard price.', []);
  }
  return {};
}

/** Lines of an activated order cannot be deleted, nor can the order itself. */
export function checkDelete(rows: Rows, type: string, row: Row): void {
  const order = type === 'Order' ? row : type === 'OrderItem' ? rows.get('Order', textOf(row, 'OrderId')) : undefined;
  if (isActive(order)) throw bad('DELETE_FAILED', 'Activated orders and their products cannot be deleted');
}

/** Quantity times price, rounded half away from zero to the currency's minor unit. */
function amount(quantity: number, price: number, currency: string): number {
  const [q, p] = [readDecimal(String(quantity)), readDecimal(String(price))];
  if (q === undefined || p === undefined) throw bad('NUMBER_OUTSIDE_VALID_RANGE', 'a number is out of range');
  const decimals = DECIMALS[currency] ?? 2;
  return fromMinor(rescale(multiply(q, p), decimals), decimals);
}

const fromMinor = (minor: bigint, decimals: number): number => Number(minor) / 10 ** decimals;

/** The exact sum of the line totals. */
export function orderTotal(lines: readonly Row[], currency: string): number {
  const decimals = DECIMALS[currency] ?? 2;
  const minor = lines.reduce(
    (sum, line) => sum + BigInt(Math.round(numberOf(line, 'TotalPrice') * 10 ** decimals)),
    0n,
  );
  return fromMinor(minor, decimals);
}
