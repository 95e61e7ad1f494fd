import { isCalloutEvent } from '../callout-templates.js';
import { billSubscriptions, payerOf } from './billing.js';
import { type Attempt, type CalloutSetup, calloutBody, calloutHeaders, dataOf, type HmacSetup } from './callouts.js';
import { isDate, stampOf } from './dates.js';
import { merge } from './merge.js';
import type { Tenant } from './routes.js';
import { type Invoice, idOf, type Json } from './store.js';

/** Signing as the sandbox tenant is set up. */
export const SANDBOX_HMAC: HmacSetup = {
  algorithm: 'SHA-256',
  output: 'BASE64',
  key: 'sandbox-callout-key',
  data: '{{Request.Body}}',
  header: 'X-Zuora-Signature',
  value: '{{Request.HMAC.Signed}}',
};

/** What the levers below cannot do is said in plain words, with 400. */
export class ControlFault extends Error {}

const fault = (why: string): ControlFault => new ControlFault(why);
const textOf = (asked: Json, name: string): string => {
  const value = asked[name];
  if (typeof value !== 'string' || value === '') throw fault(`${name} is missing`);
  return value;
};

function setupOf(asked: Json, url: string): CalloutSetup {
  const hmac = asked['hmac'] === undefined ? SANDBOX_HMAC : (asked['hmac'] as HmacSetup | null);
  const basic = asked['basic'] as CalloutSetup['basic'];
  return {
    url,
    ...(hmac === null ? {} : { hmac }),
    ...(basic === undefined ? {} : { basic }),
    attempts: Number(asked['attempts'] ?? 3),
    intervalMinutes: Number(asked['intervalMinutes'] ?? 30),
    retriable: asked['retriable'] !== false,
    confirmByBody: asked['confirmByBody'] === true,
    duplicate: asked['duplicate'] === true,
  };
}

/** Body of an event of this tenant, or of a template with its own data, or a text as it is. */
function bodyOf(asked: Json, { store }: Tenant): { event: string; body: string } {
  const event = String(asked['event'] ?? 'custom');
  if (typeof asked['body'] === 'string') return { event, body: asked['body'] };
  if (typeof asked['template'] === 'string')
    return { event, body: merge(asked['template'], (asked['data'] ?? {}) as Json) };
  if (!isCalloutEvent(event)) throw fault(`there is no event ${event}`);
  const number = textOf(asked, 'number');
  const invoice = event === 'invoice.posted' ? store.get('invoice', number) : undefined;
  const order = event === 'order.processed' ? store.get('order', number) : undefined;
  const subscription = event === 'subscription.changed' ? store.get('subscription', number) : undefined;
  const data =
    (invoice && dataOf.invoice(invoice)) ??
    (order && dataOf.order(order, store)) ??
    (subscription && dataOf.subscription(subscription));
  if (data === undefined) throw fault(`there is nothing with the number ${number}`);
  return { event, body: calloutBody(event, data) };
}

/** Sends a callout; without `url` it is only made and signed. `wait: false` answers before it is delivered. */
async function callout(asked: Json, tenant: Tenant): Promise<Json> {
  const { event, body } = bodyOf(asked, tenant);
  if (asked['url'] === undefined) {
    return { headers: calloutHeaders(body, idOf(event, body), setupOf(asked, '')), body };
  }
  return { attempts: await deliver(event, body, setupOf(asked, textOf(asked, 'url')), asked, tenant) };
}

async function deliver(
  event: string,
  body: string,
  setup: CalloutSetup,
  asked: Json,
  { callouts }: Tenant,
): Promise<readonly Attempt[]> {
  const sending = callouts.send(event, body, setup);
  if (asked['wait'] !== false) return sending;
  void sending;
  return [];
}

/** A bill run for one subscription: posts an invoice for what is due, and tells `callbackUrl` about it. */
async function bill(asked: Json, tenant: Tenant, now: Date): Promise<Json> {
  const { store } = tenant;
  const subscription = store.get('subscription', textOf(asked, 'subscriptionNumber'));
  if (subscription === undefined) throw fault(`there is no subscription ${String(asked['subscriptionNumber'])}`);
  const targetDate = textOf(asked, 'targetDate');
  const documentDate = String(asked['documentDate'] ?? targetDate);
  if (!isDate(targetDate) || !isDate(documentDate)) throw fault('a date is YYYY-MM-DD');
  const run = { targetDate, documentDate, updated: stampOf(now) };
  const invoice: Invoice | undefined = billSubscriptions(payerOf(subscription, store), [subscription], run, store);
  if (invoice === undefined) return { invoiceNumber: null, attempts: [] };
  store.commit('Invoice.post', [{ table: 'invoice', row: invoice }]);
  if (asked['callbackUrl'] === undefined) return { invoiceNumber: invoice.number, attempts: [] };
  const body = calloutBody('invoice.posted', dataOf.invoice(invoice));
  const setup = setupOf(asked, textOf(asked, 'callbackUrl'));
  return { invoiceNumber: invoice.number, attempts: await deliver('invoice.posted', body, setup, asked, tenant) };
}

const LEVERS: Readonly<Record<string, (asked: Json, tenant: Tenant, now: Date) => Promise<Json>>> = {
  '/control/bill': bill,
  '/control/callout': callout,
};

/** Levers of the sandbox that the vendor does not have. @throws ControlFault */
export function pull(path: string, body: unknown, tenant: Tenant, now: Date): Promise<Json> {
  const lever = LEVERS[path];
  if (lever === undefined) throw fault('use POST /control/bill or /control/callout');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw fault('the body must be a JSON object');
  return lever(body as Json, tenant, now);
}
