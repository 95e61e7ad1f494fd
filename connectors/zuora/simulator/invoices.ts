import { findAccount } from './accounts.js';
import { paged } from './paging.js';
import { type Answer, notFound, RESOURCE, Refusal } from './refusal.js';
import { type Invoice, type InvoiceItem, idOf, type Json, type Store } from './store.js';
import { sumDecimals } from './sum.js';

const total = (items: readonly InvoiceItem[], fields: readonly ('net' | 'tax')[]): number =>
  Number(sumDecimals(items.flatMap((item) => fields.map((field) => item[field]))));

function invoiceView(invoice: Invoice, store: Store): Json {
  const amount = total(invoice.items, ['net', 'tax']);
  return {
    id: invoice.id,
    invoiceNumber: invoice.number,
    accountId: findAccount(invoice.accountNumber, store)?.id ?? null,
    amount,
    amountWithoutTax: total(invoice.items, ['net']),
    taxAmount: total(invoice.items, ['tax']),
    balance: amount,
    currency: invoice.currency,
    invoiceDate: invoice.date,
    dueDate: invoice.dueDate,
    targetDate: invoice.targetDate,
    postedDate: invoice.date,
    status: 'Posted',
    sourceType: 'Subscription',
    source: 'BillRun',
    createdDate: invoice.updated,
    updatedDate: invoice.updated,
  };
}

const itemView = (item: InvoiceItem, currency: string): Json => ({
  id: item.id,
  subscriptionName: item.subscription,
  subscriptionId: idOf('subscription', item.subscription, 1),
  chargeId: item.chargeId,
  chargeName: item.chargeName,
  chargeAmount: Number(item.net),
  taxAmount: Number(item.tax),
  quantity: Number(item.quantity),
  unitPrice: Number(item.price),
  serviceStartDate: item.from,
  serviceEndDate: item.to,
  processingType: 'Charge',
  currency,
  taxationItems: { data: [{ name: 'VAT', taxAmount: Number(item.tax) }] },
});

function invoiceOf(key: string, store: Store): Invoice {
  const found = store.get('invoice', key) ?? store.all('invoice').find((invoice) => invoice.id === key);
  if (found === undefined) throw notFound(`Cannot find entity by key: '${key}'.`);
  return found;
}

export const readInvoice = (key: string, store: Store): Answer => ({
  status: 200,
  body: { success: true, ...invoiceView(invoiceOf(key, store), store) },
});

export function readInvoiceItems(key: string, query: URLSearchParams, address: string, store: Store): Answer {
  const { items, currency } = invoiceOf(key, store);
  return {
    status: 200,
    body: {
      success: true,
      ...paged(
        'invoiceItems',
        items.map((item) => itemView(item, currency)),
        query,
        address,
      ),
    },
  };
}

export function invoicesOfAccount(key: string, query: URLSearchParams, address: string, store: Store): Answer {
  const account = findAccount(key, store);
  if (account === undefined) throw notFound(`Cannot find entity by key: '${key}'.`);
  const own = store.all('invoice').filter((invoice) => invoice.accountNumber === account.accountNumber);
  return {
    status: 200,
    body: {
      success: true,
      ...paged(
        'invoices',
        own.map((invoice) => invoiceView(invoice, store)),
        query,
        address,
      ),
    },
  };
}

const badQuery = (message: string): Refusal => new Refusal(RESOURCE.general, 27, message);
const isoStamp = (stamp: string): string => `${stamp.replace(' ', 'T')}Z`;

/** `filter[]=field.OP:value` of the object query, as far as invoices are asked for here. */
const FILTERS: Readonly<Record<string, (row: Json, value: string) => boolean>> = {
  'status.eq': (row, value) => row['status'] === value,
  'updateddate.ge': (row, value) => Date.parse(String(row['updatedDate'])) >= Date.parse(value),
};

/**
 * `GET /object-query/invoices`: `filter[]`, `sort[]=updateddate.ASC`, `pageSize` 1 to 99, `cursor`. `nextPage` is the
 * cursor of the next page and absent on the last.
 */
export function queryInvoices(query: URLSearchParams, store: Store): Answer {
  const pageSize = Number(query.get('pageSize') ?? 10);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 99) throw badQuery('pageSize must be from 1 to 99');
  const filters = query.getAll('filter[]').map((text) => {
    const [, name = '', value = ''] = /^(\w+\.\w+):(.*)$/s.exec(text) ?? [];
    const holds = FILTERS[name.toLowerCase()];
    if (holds === undefined) throw badQuery(`filter ${text} is not supported`);
    return (row: Json) => holds(row, value);
  });
  const sort = query.getAll('sort[]');
  if (sort.some((key) => key.toLowerCase() !== 'updateddate.asc')) throw badQuery('sort is not supported');
  const rows = store
    .all('invoice')
    .map(
      (invoice): Json => ({
        ...invoiceView(invoice, store),
        updatedDate: isoStamp(invoice.updated),
        createdDate: isoStamp(invoice.updated),
      }),
    )
    .filter((row) => filters.every((holds) => holds(row)));
  if (sort.length > 0) rows.sort((a, b) => (String(a['updatedDate']) < String(b['updatedDate']) ? -1 : 1));
  const from = readCursor(query.get('cursor'));
  const data = rows.slice(from, from + pageSize);
  const more = from + pageSize < rows.length;
  return {
    status: 200,
    body: { data, ...(more ? { nextPage: Buffer.from(String(from + pageSize)).toString('base64') } : {}) },
  };
}

function readCursor(cursor: string | null): number {
  if (cursor === null) return 0;
  const at = Number(Buffer.from(cursor, 'base64').toString('utf8'));
  if (!Number.isInteger(at)) throw badQuery('the cursor is not known');
  return at;
}
