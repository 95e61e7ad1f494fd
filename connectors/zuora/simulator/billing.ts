import { divideRounded, exponentOf, multiply, readDecimal, rescale, writeDecimal } from '../../../core/order/money.js';
import { planOfCharge } from './catalogue.js';
import { addDays, addMonths, daysBetween } from './dates.js';
import { RESOURCE, Refusal } from './refusal.js';
import {
  type Account,
  type Charge,
  type Invoice,
  type InvoiceItem,
  idOf,
  type Store,
  type Subscription,
} from './store.js';

interface Period {
  readonly from: string;
  readonly after: string;
}

const MONTHS: Readonly<Record<string, number>> = { Month: 1, Quarter: 3, Semi_Annual: 6, Annual: 12 };
const first = (a: string, b: string): string => (a < b ? a : b);
const last = (a: string, b: string): string => (a > b ? a : b);

/** Billing periods of a charge that have begun by a day, in advance. The whole term is one for `Subscription_Term`. */
function periodsOf(charge: Charge, subscription: Subscription, target: string): Period[] {
  const start = charge.segments[0]?.from ?? subscription.startDate;
  const months = MONTHS[charge.billingPeriod];
  if (months === undefined) {
    return subscription.terms
      .map(({ from, after }) => ({ from: last(from, start), after: first(after, charge.ends ?? after) }))
      .filter(({ from, after }) => from < after && from <= target);
  }
  const end = subscription.terms.at(-1)?.after ?? addDays(target, 1);
  const periods: Period[] = [];
  for (let at = 0; ; at++) {
    const from = addMonths(start, at * months);
    if (from > target || from >= end) return periods;
    periods.push({ from, after: addMonths(start, (at + 1) * months) });
  }
}

const decimal = (text: string) => readDecimal(text) ?? { units: 0n, scale: 0 };

/** Quantity x price for some days of a period, in minor units, rounded half away from zero. */
function portion(quantity: string, price: string, days: number, ofDays: number, digits: number): bigint {
  const whole = multiply(decimal(quantity), decimal(price));
  const scaled = { units: whole.units * BigInt(days) * 10n ** BigInt(digits), scale: whole.scale };
  return divideRounded(scaled.units, 10n ** BigInt(scaled.scale) * BigInt(ofDays));
}

/** What a charge owes and was not billed yet: a change of quantity gives a credit for the old and a charge for the new. */
function itemsOf(
  charge: Charge,
  subscription: Subscription,
  target: string,
  billed: readonly InvoiceItem[],
): InvoiceItem[] {
  const digits = exponentOf(subscription.currency);
  const rate = decimal(planOfCharge(charge.productRatePlanChargeId)?.taxRate ?? '0');
  const ends = [charge.until, charge.ends, subscription.cancelled].filter((date) => date !== undefined);
  return periodsOf(charge, subscription, target).flatMap((period) =>
    charge.segments.flatMap((segment, at) => {
      const until = [charge.segments[at + 1]?.from ?? period.after, ...ends].reduce(first, period.after);
      const from = last(segment.from, period.from);
      const days = Math.max(0, daysBetween(from, until));
      const due = portion(segment.quantity, segment.price, days, daysBetween(period.from, period.after), digits);
      const before = billed
        .filter((item) => item.chargeId === segment.id && item.from >= period.from && item.from < period.after)
        .reduce((total, item) => total + rescale(decimal(item.net), digits), 0n);
      const net = due - before;
      if (net === 0n) return [];
      const span =
        net > 0n ? { from, to: addDays(until, -1) } : { from: last(until, period.from), to: addDays(period.after, -1) };
      const tax = divideRounded(net * rate.units, 10n ** BigInt(rate.scale));
      const item: InvoiceItem = {
        id: idOf('item', segment.id, period.from, billed.length, String(net)),
        subscription: subscription.number,
        chargeId: segment.id,
        chargeNumber: charge.number,
        chargeName: charge.name,
        quantity: segment.quantity,
        price: segment.price,
        net: writeDecimal({ units: net, scale: digits }),
        tax: writeDecimal({ units: tax, scale: digits }),
        ...span,
      };
      return [item];
    }),
  );
}

export interface BillRun {
  readonly targetDate: string;
  readonly documentDate: string;
  readonly updated: string;
}

/** A posted invoice for everything these subscriptions of one account owe by the target date; undefined for nothing. */
export function billSubscriptions(
  account: Account,
  subscriptions: readonly Subscription[],
  run: BillRun,
  store: Store,
): Invoice | undefined {
  const items = subscriptions.flatMap((subscription) => {
    if (subscription.status.startsWith('Pending')) return [];
    const billed = store
      .all('invoice')
      .flatMap((invoice) => invoice.items)
      .filter((i) => i.subscription === subscription.number);
    return subscription.ratePlans.flatMap((plan) =>
      plan.charges.flatMap((charge) => itemsOf(charge, subscription, run.targetDate, billed)),
    );
  });
  if (items.length === 0) return undefined;
  const number = store.nextNumber('invoice');
  const days = Number(/^Net (\d+)$/.exec(String(account.body['paymentTerm'] ?? ''))?.[1] ?? 0);
  return {
    number,
    id: idOf('invoice', number),
    accountNumber: account.accountNumber,
    currency: account.currency,
    date: run.documentDate,
    dueDate: addDays(run.documentDate, days),
    targetDate: run.targetDate,
    updated: run.updated,
    items,
  };
}

/** The account of a subscription, for billing. @throws Refusal category 40 */
export function payerOf(subscription: Subscription, store: Store): Account {
  const account = store.get('account', subscription.accountNumber);
  if (account === undefined) throw new Refusal(RESOURCE.general, 40, `no account ${subscription.accountNumber}`);
  return account;
}
