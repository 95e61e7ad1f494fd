import { createHash } from 'node:crypto';
import { Ajv } from 'ajv';
import type { InboundMessage, RawAnswer, RawRequest, WebhookTrigger } from '../../core/connector/contract.js';
import { parseJson } from '../../core/connector/parse-json.js';
import { ajvIssues } from '../../core/errors/ajv-issues.js';
import { CATALOGUE } from '../../core/errors/catalogue.js';
import { HubError } from '../../core/errors/hub-error.js';
import { type CalloutEvent, isCalloutEvent } from './callout-templates.js';
import { type CalloutProof, headerText, verifyCallout } from './callout-verify.js';
import { type InvoiceHead, type InvoiceItem, invoiceMessages } from './invoice-message.js';

export const SUBSCRIPTION_MAPPING = 'zuora-subscription-to-report';

export interface CalloutOptions {
  readonly proof: CalloutProof;
  readonly isOurs: (subscription: string) => boolean;
}

/**
 * Order processed, subscription changed and invoice posted, as the templates of `callout-templates.ts` tell them. Zuora
 * takes HTTP 200 as success, tries again after 403, 408, 429 and 5xx and gives up after every other status.
 */
export const callout = (options: CalloutOptions): WebhookTrigger => ({
  kind: 'webhook',
  name: 'callout',
  label: { en: 'Callouts of notifications', zh: '通知回调' },
  mapping: SUBSCRIPTION_MAPPING,
  read: (request) => readCallout(request, options),
  answer: () => ({ status: 200, headers: {}, body: '' }),
  refuse: (error) => refuse(error, options.proof),
});

/** Without a login Zuora sends none at first: the 401 with this header asks for it. */
function refuse(error: HubError, { login }: CalloutProof): RawAnswer {
  const challenge: Record<string, string> =
    error.code === 'INBOX_BAD_SIGNATURE' && login !== undefined ? { 'www-authenticate': 'Basic realm="OrderHub"' } : {};
  return { status: error.cure === 'wait' ? 503 : CATALOGUE[error.code].http, headers: challenge, body: '' };
}

interface SubscriptionNews {
  readonly number: string;
  readonly updated: string;
  readonly charges?: readonly unknown[];
}

interface News {
  readonly event: CalloutEvent;
  readonly subscriptions?: readonly (SubscriptionNews | null)[];
  readonly invoice?: InvoiceHead;
  readonly items?: readonly (InvoiceItem | null)[];
}

const text = { type: 'string', minLength: 1 };
const amount = { type: ['string', 'number'], pattern: '^-?\\d{1,15}(\\.\\d{1,8})?$' };
const listOf = (item: object) => ({ type: 'array', maxItems: 1001, items: { anyOf: [{ type: 'null' }, item] } });
const SHAPES: Readonly<Record<CalloutEvent, object>> = (() => {
  const subscriptions = listOf({
    type: 'object',
    required: ['number', 'status', 'version', 'updated'],
    properties: { number: text, updated: text },
  });
  const told = { type: 'object', required: ['subscriptions'], properties: { subscriptions } };
  const head = {
    type: 'object',
    required: ['number', 'date', 'currency'],
    properties: { number: text, date: text, currency: text },
  };
  const item = {
    type: 'object',
    required: ['subscription', 'chargeNumber', 'net', 'tax'],
    properties: { subscription: { type: 'string' }, chargeNumber: text, net: amount, tax: amount },
  };
  return {
    'order.processed': told,
    'subscription.changed': told,
    'invoice.posted': {
      type: 'object',
      required: ['invoice', 'items'],
      properties: { invoice: head, items: listOf(item) },
    },
  };
})();

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const checks = Object.fromEntries(Object.entries(SHAPES).map(([event, shape]) => [event, ajv.compile(shape)]));

/** @throws HubError INBOX_BODY_MALFORMED with the first fault's path */
function readNews(body: Buffer): News {
  const news = parseJson(body) as News | null;
  const event = news?.event;
  if (!isCalloutEvent(event)) {
    throw new HubError('INBOX_BODY_MALFORMED', {
      path: '$.event',
      why: 'names no known event',
      whyZh: '不是已知的事件',
    });
  }
  const check = checks[event];
  if (check === undefined || !check(news)) {
    const { path = '$', why = 'is wrong', whyZh = '有误' } = ajvIssues(check?.errors)[0] ?? {};
    throw new HubError('INBOX_BODY_MALFORMED', { path, why, whyZh });
  }
  return news as News;
}

const present = <T>(list: readonly (T | null)[] | undefined): T[] =>
  (list ?? []).flatMap((entry) => (entry === null ? [] : [entry]));

/** Equal for every attempt of one callout; told by its content when the header is missing. */
const notificationOf = (request: RawRequest): string =>
  headerText(request, 'zuora-notification-id') ?? createHash('sha256').update(request.body).digest('hex');

function readCallout(request: RawRequest, { proof, isOurs }: CalloutOptions): readonly InboundMessage[] {
  verifyCallout(request, proof);
  const news = readNews(request.body);
  if (news.invoice !== undefined && news.event === 'invoice.posted') {
    return invoiceMessages(
      news.invoice,
      present(news.items).filter((item) => isOurs(item.subscription)),
    );
  }
  return present(news.subscriptions)
    .filter(({ number }) => isOurs(number))
    .map((subscription) => ({
      kind: 'zuora.subscription',
      mapping: SUBSCRIPTION_MAPPING,
      correlation: {
        ref: { type: 'Subscription', id: subscription.number },
        creates: false,
        dedupeKey: `notification/${notificationOf(request)}/${subscription.number}`,
        sourceVersion: subscription.updated,
      },
      body: { event: news.event, subscription: withCharges(subscription) },
    }));
}

const withCharges = ({ charges, ...subscription }: SubscriptionNews): object =>
  charges === undefined ? subscription : { ...subscription, charges: charges.filter((charge) => charge !== null) };
