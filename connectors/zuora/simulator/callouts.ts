import { createHmac, randomUUID } from 'node:crypto';
import type { Clock } from '../../../core/clock.js';
import { CALLOUT_TEMPLATES, type CalloutEvent } from '../callout-templates.js';
import { merge } from './merge.js';
import { type Invoice, idOf, type Json, type Order, type Store, type Subscription } from './store.js';

/** Both sides enter these: nothing about a signature is fixed by the vendor. */
export interface HmacSetup {
  readonly algorithm: 'MD5' | 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512';
  readonly output: 'BASE64' | 'HEX';
  readonly key: string;
  /** With `{{Request.Body}}` and `{{Request.Headers.<name>}}`. */
  readonly data: string;
  readonly header: string;
  /** With `{{Request.HMAC.Signed}}`. */
  readonly value: string;
}

export interface CalloutSetup {
  readonly url: string;
  readonly hmac?: HmacSetup;
  readonly basic?: { readonly user: string; readonly password: string; readonly preemptive: boolean };
  /** 3 by default, at most 5. */
  readonly attempts: number;
  /** 30 by default, at most 1440. */
  readonly intervalMinutes: number;
  readonly retriable: boolean;
  /** A 200 counts only with JSON `{"success": true}`. */
  readonly confirmByBody: boolean;
  /** Sends the whole callout again afterwards, as may happen. */
  readonly duplicate: boolean;
}

export interface Attempt {
  readonly requestId: string;
  readonly notificationId: string;
  /** HTTP status, or negative: -1 no answer, -2000 the body is no JSON. */
  readonly responseCode: number;
  readonly responseContent: string;
}

export interface CalloutHistory extends Attempt {
  readonly attemptedNum: number;
  readonly createTime: string;
  readonly eventCategory: string;
  readonly requestMethod: 'POST';
  readonly requestUrl: string;
}

const TIMEOUT_MS = 25_000;
const RETRIED = (code: number): boolean =>
  code < 0 ? code !== -2000 : code < 200 || code === 403 || code === 408 || code === 429 || code >= 500;

/** Host of the sandbox itself; everywhere else a callout goes to https, port 443. */
const isAllowed = (url: string): boolean => {
  if (url.length > 1000 || !URL.canParse(url)) return false;
  const { protocol, port, hostname } = new URL(url);
  return (protocol === 'https:' && port === '') || hostname === '127.0.0.1' || hostname === 'localhost';
};

/** Signs as the tenant set it up. Header names are looked up without regard to case. */
export function signCallout(
  body: string,
  headers: Readonly<Record<string, string>>,
  hmac: HmacSetup,
): Record<string, string> {
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const data = hmac.data.replace(
    /\{\{Request\.(?:(Body)|Headers\.([\w-]+))\}\}/g,
    (_, whole: string | undefined, name: string) => (whole === undefined ? (named[name.toLowerCase()] ?? '') : body),
  );
  const digest = createHmac(hmac.algorithm.toLowerCase().replace('-', ''), hmac.key).update(data);
  const signed = digest.digest(hmac.output === 'HEX' ? 'hex' : 'base64');
  return { [hmac.header]: hmac.value.replace('{{Request.HMAC.Signed}}', signed) };
}

/** Headers of one attempt: a new request id each time, the same notification id every time. */
export function calloutHeaders(
  body: string,
  notificationId: string,
  setup: Pick<CalloutSetup, 'hmac'>,
): Record<string, string> {
  const headers = {
    'Content-Type': 'application/json',
    'Zuora-Request-Id': randomUUID().replace(/-/g, ''),
    'Zuora-Notification-Id': notificationId,
    'X-Amzn-Trace-Id': `Root=1-${randomUUID().slice(0, 8)}-${idOf(notificationId).slice(0, 24)}`,
  };
  return setup.hmac === undefined ? headers : { ...headers, ...signCallout(body, headers, setup.hmac) };
}

const subscriptionFields = (subscription: Subscription): Json => ({
  Name: subscription.number,
  Status: subscription.status,
  Version: subscription.version,
  TermStartDate: subscription.terms.at(-1)?.from ?? subscription.startDate,
  TermEndDate: subscription.cancelled ?? subscription.terms.at(-1)?.after ?? '',
  UpdatedDate: subscription.updated,
  RatePlanCharges: subscription.ratePlans.flatMap((plan) =>
    plan.charges.map((charge) => ({
      ChargeNumber: charge.number,
      Quantity: plan.removed ? '0' : (charge.segments.at(-1)?.quantity ?? '0'),
    })),
  ),
});

/** Merge fields of each event. */
export const dataOf = {
  subscription: (subscription: Subscription): Json => ({
    DataSource: { Subscription: subscriptionFields(subscription) },
  }),
  order: (order: Order, store: Store): Json => ({
    DataSource: {
      Order: {
        OrderNumber: order.orderNumber,
        Subscriptions: order.subscriptions.flatMap(({ number }) => {
          const found = store.get('subscription', number);
          return found === undefined ? [] : [subscriptionFields(found)];
        }),
      },
    },
  }),
  invoice: (invoice: Invoice): Json => ({
    DataSource: {
      Account: { AccountNumber: invoice.accountNumber, Currency: invoice.currency },
      Invoice: {
        InvoiceNumber: invoice.number,
        InvoiceDate: invoice.date,
        DueDate: invoice.dueDate,
        InvoiceItems: invoice.items.map((item) => ({
          Subscription: { Name: item.subscription },
          RatePlanCharge: { ChargeNumber: item.chargeNumber },
          ChargeAmount: item.net,
          TaxAmount: item.tax,
          ServiceStartDate: item.from,
          ServiceEndDate: item.to,
        })),
      },
    },
  }),
};

export const calloutBody = (event: CalloutEvent, data: Json): string => merge(CALLOUT_TEMPLATES[event], data);

/** Sends callouts with the vendor's retry rules. A minute lasts `minuteMs` here, so that nobody waits half an hour. */
export class Callouts {
  readonly history: CalloutHistory[] = [];
  readonly #clock: Clock;
  readonly #minuteMs: number;

  constructor(clock: Clock, minuteMs: number) {
    this.#clock = clock;
    this.#minuteMs = minuteMs;
  }

  /** Resolves with every attempt once one was accepted or none is left. */
  async send(event: string, body: string, setup: CalloutSetup): Promise<readonly Attempt[]> {
    const notificationId = randomUUID().replace(/-/g, '');
    const rounds = setup.duplicate ? 2 : 1;
    const attempts: Attempt[] = [];
    for (let round = 0; round < rounds; round++)
      attempts.push(...(await this.#deliver(event, body, setup, notificationId)));
    return attempts;
  }

  async #deliver(event: string, body: string, setup: CalloutSetup, notificationId: string): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    const most = setup.retriable ? Math.min(5, setup.attempts) : 1;
    for (let number = 1; number <= most; number++) {
      if (number > 1) await pause(Math.min(1440, setup.intervalMinutes) * this.#minuteMs);
      const attempt = await this.#attempt(body, setup, notificationId);
      attempts.push(attempt);
      this.history.push({
        ...attempt,
        attemptedNum: number,
        createTime: this.#clock.now().toISOString(),
        eventCategory: event,
        requestMethod: 'POST',
        requestUrl: setup.url,
      });
      if (!this.#isRetried(attempt, setup)) break;
    }
    return attempts;
  }

  #isRetried({ responseCode, responseContent }: Attempt, { confirmByBody }: CalloutSetup): boolean {
    if (responseCode === 200 && confirmByBody) return !/"success"\s*:\s*true/.test(responseContent);
    return RETRIED(responseCode);
  }

  async #attempt(body: string, setup: CalloutSetup, notificationId: string): Promise<Attempt> {
    const headers = calloutHeaders(body, notificationId, setup);
    const told = { requestId: headers['Zuora-Request-Id'] ?? '', notificationId };
    if (!isJson(body)) return { ...told, responseCode: -2000, responseContent: 'invalid body' };
    if (!isAllowed(setup.url)) return { ...told, responseCode: -1, responseContent: 'the address must be https' };
    const { basic } = setup;
    const login = basic && {
      Authorization: `Basic ${Buffer.from(`${basic.user}:${basic.password}`).toString('base64')}`,
    };
    const first = await post(setup.url, basic?.preemptive === true ? { ...headers, ...login } : headers, body);
    const challenged = first.status === 401 && /^Basic realm="/.test(first.challenge);
    const last =
      challenged && login !== undefined && !basic?.preemptive
        ? await post(setup.url, { ...headers, ...login }, body)
        : first;
    return { ...told, responseCode: last.status, responseContent: last.text };
  }
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function post(url: string, headers: Record<string, string>, body: string) {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    return {
      status: answer.status,
      challenge: answer.headers.get('www-authenticate') ?? '',
      text: await answer.text(),
    };
  } catch {
    return { status: -1, challenge: '', text: '' };
  }
}
