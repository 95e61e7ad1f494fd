import { writeXml, type XmlElement } from '../../../core/connector/kit/xml.js';

/** An answer that says no, as XML: of the warehouse (`flag=failure`) or of the gateway before it (`error_response`). */
export class Refusal extends Error {
  constructor(readonly xml: string) {
    super(xml);
  }
}

export const success = (fields: XmlElement = {}): string =>
  writeXml('response', { flag: 'success', code: '0', message: 'ok', ...fields });

export const failure = (code: string, message: string): Refusal =>
  new Refusal(writeXml('response', { flag: 'failure', code, message }));

export const gatewayFault = (code: string, msg: string, subCode?: string): Refusal =>
  new Refusal(writeXml('error_response', { code, msg, ...(subCode === undefined ? {} : { sub_code: subCode }) }));

/** A vendor's answer by the code of an injected fault: numbers and `isp.*` are the gateway's, others the warehouse's. */
export function injected(code: string): Refusal {
  if (code.startsWith('isp.')) return gatewayFault('15', 'Remote service error', code);
  if (/^\d{1,2}$/.test(code)) return gatewayFault(code, GATEWAY_WORDS[code] ?? 'Gateway error');
  return failure(code, `injected ${code}`);
}

/** The platform's numbers and words for calls it does not let through. */
export const GATEWAY_WORDS: Readonly<Record<string, string>> = {
  '7': 'App Call Limited',
  '21': 'Missing Method',
  '22': 'Invalid Method',
  '24': 'Missing Signature',
  '25': 'Invalid Signature',
  '28': 'Missing App Key',
  '29': 'Invalid App Key',
  '30': 'Missing Timestamp',
  '31': 'Invalid Timestamp',
  '40': 'Missing Required Arguments',
  '41': 'Invalid Arguments',
};
