import { createHash, timingSafeEqual } from 'node:crypto';
import type { InboundMessage, RawRequest, WebhookTrigger } from '../../core/connector/contract.js';
import { isElement, readXml, type XmlElement, type XmlValue } from '../../core/connector/kit/xml.js';
import { CATALOGUE } from '../../core/errors/catalogue.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { SalesforceClient } from './client.js';
import { MAPPING } from './order-message.js';
import { OrderReader } from './order-reader.js';
import { longId } from './row-id.js';
import type { Settings } from './settings.js';
import { ack, fault } from './soap.js';

/** The vendor puts no more into one message. */
const MAX_NOTIFICATIONS = 100;
const LISTS = new Set(['Notification']);
const NOTIFICATION_ID = /^04l[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/;
const ORDER_ID = /^801[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/;

export interface OutboundOptions {
  readonly connection: string;
  /** Absent: the connection has no token and every message is refused. */
  readonly token: string | undefined;
  readonly settings: Settings;
}

const malformed = (path: string, why: string, whyZh: string): HubError =>
  new HubError('INBOX_BODY_MALFORMED', { path, why, whyZh });

/**
 * A workflow's Outbound Message about Orders: SOAP with 1 to 100 notifications, acknowledged as a whole once all are
 * stored. The vendor signs nothing, so the sender shows a token in the address (`?token=…`) and the message must name
 * the connection's organisation. A notification holds fields of the header as they were when it was sent, and no lines:
 * the order is looked up.
 */
export const outboundMessage = (client: SalesforceClient, options: OutboundOptions): WebhookTrigger => ({
  kind: 'webhook',
  name: 'outbound-message',
  label: { en: 'Orders, told by Outbound Message', zh: '出站消息通知订单' },
  mapping: MAPPING,
  read: (request) => {
    checkToken(request, options);
    return readNotifications(request.body, options);
  },
  lookUp: (ref, signal) => new OrderReader(client, options.settings, signal).one(ref.id),
  answer: ack,
  refuse: (error) => fault(CATALOGUE[error.code].http, error.message),
});

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** @throws HubError INBOX_BAD_SIGNATURE */
function checkToken({ query }: RawRequest, { connection, token }: OutboundOptions): void {
  const refuse = (why: string): HubError => new HubError('INBOX_BAD_SIGNATURE', { connection, why });
  if (token === undefined) throw refuse('the connection has no outboundMessageToken');
  const [given, ...more] = new URLSearchParams(query).getAll('token');
  if (given === undefined || more.length > 0) throw refuse('the address must carry one token');
  if (!timingSafeEqual(digest(given), digest(token))) throw refuse('the token in the address is wrong');
}

function readNotifications(body: Buffer, { connection, settings }: OutboundOptions): readonly InboundMessage[] {
  const { root, content } = readXml(body, LISTS);
  const outer = isElement(content['Body']) ? content['Body']['notifications'] : undefined;
  if (root !== 'Envelope' || !isElement(outer)) {
    throw malformed('$.Envelope.Body.notifications', 'is missing', '缺失');
  }
  checkOrganisation(String(outer['OrganizationId'] ?? ''), connection, settings.organizationId);
  const notifications = outer['Notification'];
  if (!isList(notifications)) throw malformed('$.Envelope.Body.notifications.Notification', 'is missing', '缺失');
  if (notifications.length > MAX_NOTIFICATIONS) {
    const why = `must be at most ${MAX_NOTIFICATIONS}, not ${notifications.length}`;
    throw malformed('$.Envelope.Body.notifications.Notification', why, `最多 ${MAX_NOTIFICATIONS} 条`);
  }
  return notifications.flatMap(noticeOf);
}

const isList = (value: XmlValue | undefined): value is readonly XmlValue[] => Array.isArray(value);

/** Ids of 15 and of 18 characters name the same organisation. @throws HubError INBOX_BAD_SIGNATURE */
function checkOrganisation(given: string, connection: string, wanted: string | undefined): void {
  if (wanted !== undefined && longId(given) === longId(wanted)) return;
  const why =
    wanted === undefined
      ? 'the connection has no organizationId to compare with'
      : `it comes from organisation ${given.slice(0, 18) || 'unknown'}, not ${wanted}`;
  throw new HubError('INBOX_BAD_SIGNATURE', { connection, why });
}

/** One notification; none when its record was deleted before it was sent, for then it says nothing at all. */
function noticeOf(value: XmlValue, at: number): InboundMessage[] {
  const path = `$.Envelope.Body.notifications.Notification[${at}]`;
  const { Id: id, sObject } = isElement(value) ? value : ({} as XmlElement);
  if (typeof id !== 'string' || !NOTIFICATION_ID.test(id)) {
    throw malformed(`${path}.Id`, 'must be the id of a notification', '必须为通知 Id');
  }
  if (!isElement(sObject)) return [];
  const orderId = sObject['Id'];
  if (typeof orderId !== 'string' || !ORDER_ID.test(orderId)) {
    throw malformed(`${path}.sObject.Id`, 'must be the id of an Order', '必须为订单 Id');
  }
  return [
    {
      kind: 'salesforce.order-notice',
      correlation: { ref: { type: 'Order', id: longId(orderId) }, creates: true, dedupeKey: longId(id) },
      body: { notification: longId(id), order: sObject },
    },
  ];
}
