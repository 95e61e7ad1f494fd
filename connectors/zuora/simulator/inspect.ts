import type { InvoiceItem, Json, Order, Store, Subscription } from './store.js';
import { sumDecimals } from './sum.js';

const lineNoOf = (chargeNumber: string): number | null => {
  const found = /-L(\d+)$/.exec(chargeNumber)?.[1];
  return found === undefined ? null : Number(found);
};

const subscriptionRow = (subscription: Subscription): Json => ({
  number: subscription.number,
  status: subscription.status,
  version: subscription.version,
  accountNumber: subscription.accountNumber,
  currency: subscription.currency,
  termStart: subscription.terms.at(-1)?.from ?? subscription.startDate,
  termAfter: subscription.terms.at(-1)?.after ?? null,
  cancelled: subscription.cancelled ?? null,
  charges: subscription.ratePlans.flatMap((plan) =>
    plan.charges.map((charge) => ({
      number: charge.number,
      lineNo: lineNoOf(charge.number),
      product: plan.name,
      quantity: charge.segments.at(-1)?.quantity ?? null,
      price: charge.segments.at(-1)?.price ?? null,
      removed: plan.removed,
    })),
  ),
});

const itemRow = (item: InvoiceItem): Json => ({
  subscription: item.subscription,
  lineNo: lineNoOf(item.chargeNumber),
  net: item.net,
  tax: item.tax,
  from: item.from,
  to: item.to,
});

/** What one order asks for, without the numbers its sender chose: two equal ones are one order sent twice. */
const contentOf = (order: Order): string =>
  JSON.stringify(
    [order.accountNumber, order.orderDate, order.description, order.subscriptions.map(({ actions }) => actions)],
    (key, value: unknown) => (key === 'subscriptionNumber' || key === 'chargeNumber' ? undefined : value),
  );

function repeated(orders: readonly Order[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const order of orders)
    groups.set(contentOf(order), [...(groups.get(contentOf(order)) ?? []), order.orderNumber]);
  return [...groups.values()].filter((numbers) => numbers.length > 1);
}

/** What the tenant holds, by business content. Amounts are decimal texts. */
export function inspectTenant(store: Store): Readonly<Record<string, unknown>> {
  const invoices = store.all('invoice');
  return {
    accounts: store
      .all('account')
      .map(({ accountNumber, currency, body }) => ({ accountNumber, currency, name: body['name'] })),
    subscriptions: store.all('subscription').map(subscriptionRow),
    orders: store.all('order').map(({ orderNumber, status, accountNumber, subscriptions }) => ({
      orderNumber,
      status,
      accountNumber,
      subscriptions: subscriptions.map(({ number, newVersion }) => ({ number, version: newVersion })),
    })),
    duplicates: repeated(store.all('order').filter((order) => order.status !== 'Cancelled')),
    invoices: invoices.map((invoice) => ({
      number: invoice.number,
      accountNumber: invoice.accountNumber,
      currency: invoice.currency,
      date: invoice.date,
      net: sumDecimals(invoice.items.map((item) => item.net)),
      tax: sumDecimals(invoice.items.map((item) => item.tax)),
      items: invoice.items.map(itemRow),
    })),
  };
}
