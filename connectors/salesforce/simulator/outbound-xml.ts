import { isElement, readXml } from '../../../core/connector/kit/xml.js';
import { type Row, rowId } from './row.js';
import { ORGANISATION_ID } from './seed.js';

export interface Notification {
  readonly id: string;
  /** Undefined when the record was deleted meanwhile. */
  readonly row: Row | undefined;
}

const ACTION_ID = rowId('04k', 1);
const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const text = (value: unknown): string => String(value).replace(/[&<>"]/g, (char) => MARKUP[char] ?? char);
const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

/** Fields that hold nothing are left out; a record that is gone has none. */
const sObject = (row: Row | undefined, fields: readonly string[]): string => {
  const held = fields.filter((field) => row !== undefined && (row[field] ?? null) !== null);
  const content = held.map((field) => element(`sf:${field}`, text(row?.[field])));
  return `<sObject xsi:type="sf:Order" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${content.join('')}</sObject>`;
};

/** The envelope of one outbound message. @param baseUrl of the organisation */
export function outboundXml(
  notifications: readonly Notification[],
  fields: readonly string[],
  baseUrl: string,
): string {
  const told = notifications.map(({ id, row }) => element('Notification', element('Id', id) + sObject(row, fields)));
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>' +
    '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">' +
    element('OrganizationId', ORGANISATION_ID) +
    element('ActionId', ACTION_ID) +
    '<SessionId xsi:nil="true"/>' +
    element('EnterpriseUrl', text(`${baseUrl}/services/Soap/c/62.0/${ORGANISATION_ID.slice(0, 15)}`)) +
    element('PartnerUrl', text(`${baseUrl}/services/Soap/u/62.0/${ORGANISATION_ID.slice(0, 15)}`)) +
    `${told.join('')}</notifications></soapenv:Body></soapenv:Envelope>`
  );
}

/** Whether the answer takes the message: only `Ack` true in a `notificationsResponse` does. */
export function isAck(body: Buffer): boolean {
  try {
    const { root, content } = readXml(body, new Set());
    const response = isElement(content['Body']) ? content['Body']['notificationsResponse'] : undefined;
    return root === 'Envelope' && isElement(response) && response['Ack'] === 'true';
  } catch {
    return false;
  }
}
