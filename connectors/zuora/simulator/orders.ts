import { findAccount, newAccount } from './accounts.js';
import { billSubscriptions } from './billing.js';
import { type ActionContext, applyAction } from './order-actions.js';
import { checkOrder } from './order-schema.js';
import { type Answer, notFound, RESOURCE, Refusal } from './refusal.js';
import {
  type Account,
  type Change,
  type Invoice,
  idOf,
  type Json,
  type Order,
  type Store,
  type Subscription,
} from './store.js';

export interface OrderRules {
  readonly demanded: ActionContext['demanded'];
  readonly updated: string;
}

export interface Outcome {
  readonly answer: Answer;
  readonly changes: readonly Change[];
}

/** The order, subscriptions and invoices that a body makes; nothing is stored here, so a fault leaves nothing behind. */
interface Made {
  readonly order: Order;
  readonly changes: readonly Change[];
  readonly subscriptions: readonly Subscription[];
  readonly invoices: readonly Invoice[];
}

interface AskedSubscription {
  readonly subscriptionNumber?: string;
  readonly orderActions: readonly (Json & { type: string })[];
}

function accountOf(asked: Json, store: Store): { account: Account; changes: readonly Change[] } {
  if (asked['newAccount'] !== undefined) {
    const account = newAccount(asked['newAccount'], store);
    return { account, changes: [{ table: 'account', row: account }] };
  }
  const key = String(asked['existingAccountNumber'] ?? asked['existingAccountId']);
  const account = findAccount(key, store);
  if (account === undefined) throw new Refusal(RESOURCE.account, 20, `No account is found with ${key}.`);
  return { account, changes: [] };
}

function orderNumberOf(asked: Json, store: Store): string {
  const number = String(asked['orderNumber'] ?? store.nextNumber('order'));
  if (store.get('order', number) !== undefined) {
    throw new Refusal(RESOURCE.order, 30, `The order number ${number} is in use.`);
  }
  return number;
}

function make(asked: Json, orderNumber: string, store: Store, rules: OrderRules): Made {
  const { account, changes } = accountOf(asked, store);
  const orderDate = String(asked['orderDate']);
  const wanted = (asked['subscriptions'] ?? []) as readonly AskedSubscription[];
  const after = new Map<string, Subscription>();
  const told: Order['subscriptions'][number][] = [];
  wanted.forEach(({ subscriptionNumber, orderActions }, at) => {
    const number = subscriptionNumber ?? createdNumber(orderActions, store, at);
    const before = after.get(number) ?? store.get('subscription', number);
    if (before !== undefined && before.accountNumber !== account.accountNumber) {
      throw new Refusal(RESOURCE.order, 30, `the subscription ${number} belongs to another account`);
    }
    const { currency, accountNumber } = account;
    const context = {
      orderNumber,
      orderDate,
      number,
      currency,
      accountNumber,
      updated: rules.updated,
      demanded: rules.demanded,
    };
    const changed = orderActions.reduce<Subscription | undefined>(
      (sub, action) => applyAction(sub, action, context),
      before,
    );
    if (changed === undefined) return;
    const baseVersion = before?.version ?? 0;
    const next = { ...changed, version: baseVersion + 1 };
    after.set(number, next);
    told.push({ number, baseVersion, newVersion: next.version, actions: orderActions });
  });
  const subscriptions = [...after.values()];
  const pending = subscriptions.some((subscription) => subscription.status.startsWith('Pending'));
  const order: Order = {
    orderNumber,
    orderDate,
    accountNumber: account.accountNumber,
    currency: account.currency,
    status: pending ? 'Pending' : 'Completed',
    description: String(asked['description'] ?? ''),
    created: rules.updated,
    updated: rules.updated,
    subscriptions: told,
    asked,
  };
  const invoices = billed(asked, account, subscriptions, store, rules);
  return {
    order,
    subscriptions,
    invoices,
    changes: [
      ...changes,
      { table: 'order', row: order },
      ...subscriptions.map((row): Change => ({ table: 'subscription', row })),
      ...invoices.map((row): Change => ({ table: 'invoice', row })),
    ],
  };
}

function createdNumber(actions: AskedSubscription['orderActions'], store: Store, at: number): string {
  const [first] = actions;
  if (first?.type !== 'CreateSubscription') throw new Refusal(RESOURCE.order, 22, 'subscriptionNumber is required');
  const detail = (first['createSubscription'] ?? {}) as Json;
  return String(detail['subscriptionNumber'] ?? store.nextNumber('subscription', at));
}

function billed(
  asked: Json,
  account: Account,
  subscriptions: readonly Subscription[],
  store: Store,
  rules: OrderRules,
): Invoice[] {
  const options = (asked['processingOptions'] ?? {}) as Json;
  if (options['runBilling'] !== true) return [];
  const { targetDate = asked['orderDate'], documentDate = asked['orderDate'] } = (options['billingOptions'] ??
    {}) as Json;
  const run = { targetDate: String(targetDate), documentDate: String(documentDate), updated: rules.updated };
  const invoice = billSubscriptions(account, subscriptions, run, store);
  return invoice === undefined ? [] : [invoice];
}

function said({ order, subscriptions, invoices }: Made, objects: boolean): Json {
  const list = objects
    ? { subscriptions: subscriptions.map(({ number, status }) => ({ subscriptionNumber: number, status })) }
    : { subscriptionNumbers: subscriptions.map(({ number }) => number) };
  return {
    success: true,
    orderNumber: order.orderNumber,
    accountNumber: order.accountNumber,
    status: order.status,
    ...list,
    ...(invoices.length === 0 ? {} : { invoiceNumbers: invoices.map(({ number }) => number) }),
  };
}

/** `POST /v1/orders`: all of it or nothing. */
export function createOrder(body: unknown, store: Store, rules: OrderRules, objects: boolean): Outcome {
  const asked = checkOrder(body, 'sync');
  const orderNumber = orderNumberOf(asked, store);
  const made = make(asked, orderNumber, store, rules);
  if (asked['status'] !== 'Draft') return { answer: { status: 200, body: said(made, objects) }, changes: made.changes };
  const draft: Order = { ...made.order, status: 'Draft', subscriptions: [] };
  const answer = { success: true, orderNumber, accountNumber: draft.accountNumber, status: 'Draft' };
  return { answer: { status: 200, body: answer }, changes: [{ table: 'order', row: draft }] };
}

/** `POST /v1/async/orders`: the job is worked at once and asked for afterwards. */
export function createOrderJob(body: unknown, store: Store, rules: OrderRules): Outcome {
  const asked = checkOrder(body, 'async');
  const id = idOf('job', store.nextNumber('job'));
  const answer = { status: 202, body: { jobId: id, success: 'true' } };
  try {
    const made = make(asked, orderNumberOf(asked, store), store, rules);
    return {
      answer,
      changes: [...made.changes, { table: 'job', row: { id, result: said(made, true), error: undefined } }],
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { answer, changes: [{ table: 'job', row: { id, result: undefined, error: error.message } }] };
  }
}

export function readJob(id: string, store: Store): Answer {
  const job = store.get('job', id);
  if (job === undefined) throw notFound(`no job ${id}`);
  const body = {
    status: job.error === undefined ? 'Completed' : 'Failed',
    errors: job.error ?? null,
    result: job.result ?? null,
    success: true,
  };
  return { status: 200, body };
}

function orderOf(number: string, store: Store): Order {
  const order = store.get('order', number);
  if (order === undefined) throw notFound(`Cannot find entity by key: '${number}'.`);
  return order;
}

/** `PUT /v1/orders/{n}/activate`: a draft is worked as if it came now. */
export function activateOrder(number: string, store: Store, rules: OrderRules): Outcome {
  const draft = orderOf(number, store);
  if (draft.status !== 'Draft') throw new Refusal(RESOURCE.order, 30, `the order is ${draft.status}`);
  const { status: _, ...asked } = draft.asked;
  const made = make(asked, number, store, rules);
  return { answer: { status: 200, body: said(made, true) }, changes: made.changes };
}

/** `PUT /v1/orders/{n}/cancel`: only what is not done yet can be cancelled. */
export function cancelOrder(number: string, body: unknown, store: Store, updated: string): Outcome {
  const order = orderOf(number, store);
  if ((body as Json | undefined)?.['cancelReason'] === undefined)
    throw new Refusal(RESOURCE.order, 22, 'cancelReason is required');
  if (order.status !== 'Draft' && order.status !== 'Pending')
    throw new Refusal(RESOURCE.order, 30, `the order is ${order.status}`);
  const row: Order = { ...order, status: 'Cancelled', updated };
  const said = { success: true, orderNumber: number, status: 'Cancelled' };
  return { answer: { status: 200, body: said }, changes: [{ table: 'order', row }] };
}

export function orderView(order: Order): Json {
  return {
    orderNumber: order.orderNumber,
    orderDate: order.orderDate,
    createdDate: order.created,
    createdBy: 'sandbox',
    updatedDate: order.updated,
    updatedBy: 'sandbox',
    existingAccountNumber: order.accountNumber,
    currency: order.currency,
    status: order.status,
    description: order.description,
    subscriptions: order.subscriptions.map(({ number, baseVersion, newVersion, actions }) => ({
      subscriptionNumber: number,
      subscriptionOwnerAccountNumber: order.accountNumber,
      baseVersion,
      newVersion,
      orderActions: actions.map((action, at) => ({
        id: idOf('action', order.orderNumber, number, at),
        sequence: at,
        ...action,
      })),
    })),
    orderLineItems: order.asked['orderLineItems'] ?? [],
    customFields: order.asked['customFields'] ?? {},
  };
}

export const readOrder = (number: string, store: Store): Answer => ({
  status: 200,
  body: { success: true, order: orderView(orderOf(number, store)) },
});
