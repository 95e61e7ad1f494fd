import { HubError } from '../../core/errors/hub-error.js';
import { SYSTEM } from './errors.js';
import { type Json, type SandboxConnection, SandboxUser } from './sandbox-user.js';

type Amount = number | string;

export interface SandboxLine {
  readonly sku: string;
  readonly quantity: Amount;
  /** After discount, net of VAT. */
  readonly unitPrice: Amount;
  /** The standard price when absent; another one makes a price book for this order. */
  readonly listPrice?: Amount;
  readonly discountPercent?: Amount;
  /** In percent, e.g. 13; by the product's family when absent. */
  readonly taxRate?: Amount;
  /** `2026-01-15`; start of the term, or the wanted delivery date of things without one. */
  readonly termStart?: string;
  readonly termEnd?: string;
  readonly billingFrequency?: 'Monthly' | 'Quarterly' | 'Annual' | 'One-time';
  readonly termMonths?: number;
  readonly description?: string;
}

export interface SandboxOrder {
  /** AccountNumber, e.g. `C001`. */
  readonly account: string;
  readonly opportunityName: string;
  /** `2026-01-15` */
  readonly orderDate: string;
  readonly lines: readonly SandboxLine[];
  /** CNY when absent. */
  readonly currency?: 'CNY' | 'USD' | 'EUR' | 'JPY';
  /** EmployeeNumber of the sales person, e.g. `S001`; the integration user when absent. */
  readonly owner?: string;
  readonly poNumber?: string;
  readonly paymentTerms?: string;
  readonly type?: 'New' | 'Renewal' | 'Expansion';
  readonly description?: string;
  /** Left in Draft, so that the hub does not see it yet, when false. */
  readonly activate?: boolean;
}

export interface SandboxIds {
  readonly opportunityId: string;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly lineIds: readonly string[];
}

const ADDRESS = ['Street', 'City', 'Country', 'CountryCode'] as const;
const TAX_BY_FAMILY: Readonly<Record<string, number>> = { Hardware: 13, Licence: 13, Maintenance: 13 };
const OTHER_TAX = 6;

const quote = (text: string): string => `'${text.replace(/[\\']/g, (char) => `\\${char}`)}'`;

function known(rows: readonly Json[], what: string): Json {
  const [row] = rows;
  if (row === undefined) throw new HubError('CONNECTOR_REFUSED', { system: SYSTEM, what, why: 'there is none' });
  return row;
}

interface Entry {
  readonly id: string;
  readonly productId: string;
  readonly price: number;
  readonly family: string;
}

/** Standard prices by product code. */
async function standardEntries(
  user: SandboxUser,
  skus: readonly string[],
  currency: string,
): Promise<Map<string, Entry>> {
  const records = await user.query(
    'SELECT Id, Product2Id, UnitPrice, Product2.ProductCode, Product2.Family FROM PricebookEntry ' +
      `WHERE Pricebook2.IsStandard = true AND CurrencyIsoCode = ${quote(currency)} ` +
      `AND Product2.ProductCode IN (${skus.map(quote).join(', ')})`,
  );
  return new Map(
    records.map((record) => {
      const { ProductCode, Family } = record['Product2'] as Json;
      const entry = {
        id: String(record['Id']),
        productId: String(record['Product2Id']),
        price: Number(record['UnitPrice']),
      };
      return [String(ProductCode), { ...entry, family: String(Family) }];
    }),
  );
}

/** The price book of the order and the entry of each product in it: the standard one unless a list price differs. */
async function priceBook(user: SandboxUser, order: SandboxOrder, currency: string) {
  const skus = [...new Set(order.lines.map((line) => line.sku))];
  const standard = await standardEntries(user, skus, currency);
  const entryOf = (sku: string): Entry => {
    const entry = standard.get(sku);
    if (entry === undefined)
      throw new HubError('CONNECTOR_REFUSED', { system: SYSTEM, what: sku, why: `no price in ${currency}` });
    return entry;
  };
  const prices = new Map(order.lines.map(({ sku, listPrice }) => [sku, Number(listPrice ?? entryOf(sku).price)]));
  if (skus.every((sku) => prices.get(sku) === entryOf(sku).price)) {
    const book = known(await user.query('SELECT Id FROM Pricebook2 WHERE IsStandard = true'), 'standard price book');
    return { id: String(book['Id']), entryOf };
  }
  const id = await user.create('Pricebook2', { Name: `${order.opportunityName} price list`.slice(0, 255) });
  const rows = skus.map((sku) => ({
    Pricebook2Id: id,
    Product2Id: entryOf(sku).productId,
    UnitPrice: prices.get(sku),
    CurrencyIsoCode: currency,
  }));
  const ids = await user.many('POST', 'PricebookEntry', rows);
  const own = new Map(skus.map((sku, i) => [sku, { ...entryOf(sku), id: ids[i] ?? '' }]));
  return { id, entryOf: (sku: string): Entry => own.get(sku) ?? entryOf(sku) };
}

/**
 * Sells something: makes an Opportunity, an Order with its lines, and activates it, one step at a time as a person would.
 * @throws HubError CONNECTOR_REFUSED with the vendor's words when Salesforce does not accept a step.
 */
export async function seedOrder(connection: SandboxConnection, order: SandboxOrder): Promise<SandboxIds> {
  const user = await SandboxUser.signIn(connection);
  const currency = order.currency ?? 'CNY';
  const account = known(
    await user.query(
      `SELECT Id, ${ADDRESS.map((part) => `Billing${part}`).join(', ')} FROM Account WHERE AccountNumber = ${quote(order.account)}`,
    ),
    order.account,
  );
  const owner = order.owner === undefined ? {} : { OwnerId: await ownerId(user, order.owner) };
  const book = await priceBook(user, order, currency);
  const opportunityId = await user.create('Opportunity', {
    Name: order.opportunityName,
    AccountId: account['Id'],
    StageName: 'Closed Won',
    CloseDate: order.orderDate,
    CurrencyIsoCode: currency,
    ...owner,
  });
  const orderId = await user.create('Order', {
    AccountId: account['Id'],
    OpportunityId: opportunityId,
    Pricebook2Id: book.id,
    EffectiveDate: order.orderDate,
    Status: 'Draft',
    Type: order.type ?? 'New',
    CurrencyIsoCode: currency,
    PoNumber: order.poNumber ?? null,
    PaymentTerms__c: order.paymentTerms ?? 'Net 30',
    Description: order.description ?? null,
    ...shipTo(account),
    ...owner,
  });
  const lines = order.lines.map((line) => lineFields(orderId, line, book.entryOf(line.sku)));
  const lineIds = await user.many('POST', 'OrderItem', lines);
  if (order.activate !== false) await user.call('PATCH', `/sobjects/Order/${orderId}`, { Status: 'Activated' });
  const made = (await user.call('GET', `/sobjects/Order/${orderId}?fields=OrderNumber`)) as Json;
  return { opportunityId, orderId, orderNumber: String(made['OrderNumber']), lineIds };
}

/** Goods go to the account's own address, as the sales person fills it in. */
const shipTo = (account: Json): Json =>
  Object.fromEntries(ADDRESS.map((part) => [`Shipping${part}`, account[`Billing${part}`] ?? null]));

const ownerId = async (user: SandboxUser, employee: string): Promise<unknown> =>
  known(await user.query(`SELECT Id FROM User WHERE EmployeeNumber = ${quote(employee)}`), employee)['Id'];

const lineFields = (orderId: string, line: SandboxLine, entry: Entry): Json => ({
  OrderId: orderId,
  PricebookEntryId: entry.id,
  Quantity: line.quantity,
  UnitPrice: line.unitPrice,
  DiscountPercent__c: line.discountPercent ?? null,
  TaxRate__c: line.taxRate ?? TAX_BY_FAMILY[entry.family] ?? OTHER_TAX,
  ServiceDate: line.termStart ?? null,
  EndDate: line.termEnd ?? null,
  BillingFrequency__c: line.billingFrequency ?? null,
  SubscriptionTerm__c: line.termMonths ?? null,
  Description: line.description ?? null,
});

/**
 * Changes lines of an activated order as a person must: back to Draft, change, activate again. The hub sees the order
 * when it is activated.
 */
export async function amendOrder(
  connection: SandboxConnection,
  orderId: string,
  changes: readonly { readonly lineId: string; readonly quantity?: Amount; readonly unitPrice?: Amount }[],
): Promise<void> {
  const user = await SandboxUser.signIn(connection);
  await user.call('PATCH', `/sobjects/Order/${orderId}`, { Status: 'Draft' });
  const rows = changes.map(({ lineId, quantity, unitPrice }) => ({
    Id: lineId,
    ...(quantity === undefined ? {} : { Quantity: quantity }),
    ...(unitPrice === undefined ? {} : { UnitPrice: unitPrice }),
  }));
  await user.many('PATCH', 'OrderItem', rows);
  await user.call('PATCH', `/sobjects/Order/${orderId}`, { Status: 'Activated' });
}
