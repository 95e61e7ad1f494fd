import type { RawAnswer } from '../../core/connector/contract.js';

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';
const OUTBOUND = 'http://soap.sforce.com/2005/09/outbound';

const MARKUP: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (char) => MARKUP[char] ?? char);

const answer = (status: number, body: string): RawAnswer => ({
  status,
  headers: { 'content-type': 'text/xml; charset=utf-8' },
  body: `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="${ENVELOPE}"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`,
});

/** Takes the whole outbound message: Salesforce does not send it again. */
export const ack = (): RawAnswer =>
  answer(200, `<notificationsResponse xmlns="${OUTBOUND}"><Ack>true</Ack></notificationsResponse>`);

/** A SOAP 1.1 fault: Salesforce shows `why` to its administrators and sends the message again, for a day. */
export const fault = (status: number, why: string): RawAnswer => {
  const who = status >= 500 ? 'Server' : 'Client';
  return answer(
    status,
    `<soapenv:Fault><faultcode>soapenv:${who}</faultcode><faultstring>${escaped(why)}</faultstring></soapenv:Fault>`,
  );
};
