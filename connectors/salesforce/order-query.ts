import type { SalesforceRow } from './client.js';
import { plainStamp } from './order-message.js';

const below = (relation: string, ...fields: string[]): string[] => fields.map((field) => `${relation}.${field}`);

const LINE_FIELDS = [
  'Id', 'OrderItemNumber', 'Quantity', 'ListPrice', 'UnitPrice', 'TotalPrice', 'DiscountPercent__c', 'TaxRate__c',
  'ServiceDate', 'EndDate', 'Description', 'BillingFrequency__c', 'SubscriptionTerm__c', 'SystemModstamp',
  ...below('Product2', 'Id', 'ProductCode', 'Name', 'Family', 'QuantityUnitOfMeasure', 'StockKeepingUnit'),
]; // biome-ignore format: a list of names reads better in rows

/** The owner may be a queue, which has no employee number: hence TYPEOF. */
const OWNER = 'TYPEOF Owner WHEN User THEN Id, Name, Email, EmployeeNumber ELSE Id, Name END';

const ORDER_FIELDS = [
  'Id', 'OrderNumber', 'Type', 'Status', 'EffectiveDate', 'EndDate', 'CurrencyIsoCode', 'PoNumber', 'Description',
  'TotalAmount', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp', 'PaymentTerms__c', 'OpportunityId', OWNER,
  ...below('Account', 'Id', 'Name', 'AccountNumber', 'TaxNumber__c', 'Industry', 'Tier__c', 'Region__c'),
  ...below('Opportunity', 'Id', 'Name', 'StageName'),
  ...below('BillToContact', 'Id', 'FirstName', 'LastName', 'Email', 'Phone'),
  ...below('Pricebook2', 'Id', 'Name'),
  'BillingAddress', 'ShippingAddress',
  `(SELECT ${LINE_FIELDS.join(', ')} FROM OrderItems ORDER BY OrderItemNumber)`,
]; // biome-ignore format: a list of names reads better in rows

const quote = (text: string): string => `'${text.replace(/[\\']/g, (char) => `\\${char}`)}'`;
const among = (values: readonly string[]): string => `(${values.map(quote).join(', ')})`;

/** Orders changed at or after the instant, oldest change first. */
export const ordersSince = (since: string | undefined, statuses: readonly string[]): string =>
  `SELECT ${ORDER_FIELDS.join(', ')} FROM Order WHERE Status IN ${among(statuses)}` +
  `${since === undefined ? '' : ` AND SystemModstamp >= ${since}`} ORDER BY SystemModstamp, Id`;

/** Orders by id; at most 100, so that the address stays below the vendor's 16,384 bytes. */
export const ordersById = (ids: readonly string[], statuses: readonly string[]): string =>
  `SELECT ${ORDER_FIELDS.join(', ')} FROM Order WHERE Status IN ${among(statuses)} AND Id IN ${among(ids)}` +
  ' ORDER BY SystemModstamp, Id';

/** One order, to prove that all fields can be read. */
export const oneOrder = (): string => `SELECT ${ORDER_FIELDS.join(', ')} FROM Order LIMIT 1`;

/** Lines changed or deleted at or after the instant; to be asked of `queryAll`. */
export const linesSince = (since: string): string =>
  `SELECT OrderId, SystemModstamp FROM OrderItem WHERE SystemModstamp >= ${since} ORDER BY SystemModstamp, Id`;

/** The last line changed so far: where the first poll starts to watch lines. */
export const NEWEST_LINE = 'SELECT SystemModstamp FROM OrderItem ORDER BY SystemModstamp DESC LIMIT 1';

/** The last change of a line of one order, deletions included; to be asked of `queryAll`. */
export const newestLineOf = (id: string): string =>
  `SELECT SystemModstamp FROM OrderItem WHERE OrderId = ${quote(id)} ORDER BY SystemModstamp DESC LIMIT 1`;

/** The latest stamp of the rows in sortable form; undefined when there are none. */
export const newestStamp = (rows: readonly SalesforceRow[]): string | undefined =>
  rows
    .flatMap((row) => plainStamp(row['SystemModstamp']) ?? [])
    .sort()
    .at(-1);
