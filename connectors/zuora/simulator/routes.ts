import { createAccount, readAccount } from './accounts.js';
import type { Callouts } from './callouts.js';
import { invoicesOfAccount, queryInvoices, readInvoice, readInvoiceItems } from './invoices.js';
import {
  activateOrder,
  cancelOrder,
  createOrder,
  createOrderJob,
  type OrderRules,
  type Outcome,
  orderView,
  readJob,
  readOrder,
} from './orders.js';
import { paged } from './paging.js';
import { type Answer, RESOURCE, Refusal } from './refusal.js';
import type { Order, Store } from './store.js';
import { readSubscription } from './subscriptions.js';
import type { Version } from './version.js';

/** A call that is signed in and whose body is JSON. */
export interface ApiCall {
  readonly query: URLSearchParams;
  /** Address without the query, for `nextPage`. */
  readonly address: string;
  readonly body: unknown;
  readonly version: Version;
}

export interface Tenant {
  readonly store: Store;
  readonly callouts: Callouts;
  readonly rules: () => OrderRules;
}

export interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** Name in the journal and in faults. */
  readonly what: string;
  run(key: string, call: ApiCall, tenant: Tenant): Outcome;
}

type Read = (key: string, call: ApiCall, tenant: Tenant) => Answer;
const read = (path: RegExp, what: string, answer: Read): Route => ({
  method: 'GET',
  path,
  what,
  run: (key, call, tenant) => ({ answer: answer(key, call, tenant), changes: [] }),
});
const write = (method: string, path: RegExp, what: string, run: Route['run']): Route => ({ method, path, what, run });

/** More specific paths stand first; the first group of a path is the key of what is asked for. */
export const ROUTES: readonly Route[] = [
  read(/^\/v1\/accounts\/([^/]+)$/, 'Account.get', (key, _, { store }) => readAccount(key, store)),
  write('POST', /^\/v1\/accounts$/, 'Account.create', (_, { body }, { store }) => createAccount(body, store)),
  write('POST', /^\/v1\/orders$/, 'Order.create', (_, { body, version }, { store, rules }) =>
    createOrder(body, store, rules(), version.subscriptionObjects),
  ),
  write('POST', /^\/v1\/async\/orders$/, 'Order.createAsync', (_, { body }, { store, rules }) =>
    createOrderJob(body, store, rules()),
  ),
  read(/^\/v1\/async-jobs\/([^/]+)$/, 'Job.get', (key, _, { store }) => readJob(key, store)),
  write('PUT', /^\/v1\/orders\/([^/]+)\/activate$/, 'Order.activate', (key, _, { store, rules }) =>
    activateOrder(key, store, rules()),
  ),
  write('PUT', /^\/v1\/orders\/([^/]+)\/cancel$/, 'Order.cancel', (key, { body }, { store, rules }) =>
    cancelOrder(key, body, store, rules().updated),
  ),
  read(/^\/v1\/orders\/subscription\/([^/]+)$/, 'Order.list', (key, call, { store }) =>
    orderList(
      store.all('order').filter((order) => order.subscriptions.some(({ number }) => number === key)),
      call,
    ),
  ),
  read(/^\/v1\/orders\/(?:subscriptionOwner|invoiceOwner)\/([^/]+)$/, 'Order.list', (key, call, { store }) =>
    orderList(
      store.all('order').filter((order) => order.accountNumber === key),
      call,
    ),
  ),
  read(/^\/v1\/orders\/([^/]+)$/, 'Order.get', (key, _, { store }) => readOrder(key, store)),
  read(/^\/v1\/orders$/, 'Order.list', (_, call, { store }) =>
    orderList(filterOrders(store.all('order'), call.query), call),
  ),
  read(/^\/v1\/subscriptions\/([^/]+)$/, 'Subscription.get', (key, { query }, { store }) =>
    readSubscription(key, query, store),
  ),
  read(/^\/v1\/invoices\/([^/]+)\/items$/, 'Invoice.items', (key, { query, address }, { store }) =>
    readInvoiceItems(key, query, address, store),
  ),
  read(/^\/v1\/invoices\/([^/]+)$/, 'Invoice.get', (key, _, { store }) => readInvoice(key, store)),
  read(/^\/v1\/transactions\/invoices\/accounts\/([^/]+)$/, 'Invoice.list', (key, { query, address }, { store }) =>
    invoicesOfAccount(key, query, address, store),
  ),
  read(/^\/object-query\/invoices$/, 'Invoice.query', (_, { query }, { store }) => queryInvoices(query, store)),
  read(/^\/v1\/notification-history\/callout$/, 'Callout.history', (_, { query, address }, { callouts }) => ({
    status: 200,
    body: {
      success: true,
      ...paged(
        'calloutHistories',
        callouts.history.map((entry) => ({ ...entry })),
        query,
        address,
      ),
    },
  })),
];

const orderList = (orders: readonly Order[], { query, address }: ApiCall): Answer => ({
  status: 200,
  body: { ...paged('orders', orders.map(orderView), query, address), success: true },
});

/** By day of the order or of its last change, and by status. */
function filterOrders(orders: readonly Order[], query: URLSearchParams): readonly Order[] {
  const option = query.get('dateFilterOption') ?? 'orderDate';
  if (option !== 'orderDate' && option !== 'updatedDate')
    throw new Refusal(RESOURCE.general, 20, 'dateFilterOption is invalid');
  const dayOf = (order: Order): string => (option === 'orderDate' ? order.orderDate : order.updated.slice(0, 10));
  const [from, to] = [query.get('startDate') ?? '', query.get('endDate') ?? '9999-12-31'];
  const status = query.get('status') ?? 'all';
  return orders.filter((order) => {
    const fits = status === 'all' || order.status.toLowerCase() === status;
    return fits && dayOf(order) >= from && dayOf(order) <= to;
  });
}
