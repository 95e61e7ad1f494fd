import { type Deed, networkFaults } from '../../core/connector/kit/network-faults.js';
import type { HubCode } from '../../core/errors/catalogue.js';
import { HubError } from '../../core/errors/hub-error.js';

export const SYSTEM = 'Salesforce';

export const { unanswered } = networkFaults(SYSTEM);

/** One entry of the vendor's error array. */
export interface VendorError {
  readonly errorCode: string;
  readonly message: string;
  readonly fields: readonly string[];
}

/**
 * Vendor `errorCode` to hub code. Salesforce rolls back a call it answers with one of these, so nothing was written.
 * Codes not listed are refusals of the data.
 */
const BY_ERROR_CODE: Readonly<Record<string, HubCode>> = {
  UNABLE_TO_LOCK_ROW: 'CONNECTOR_THROTTLED',
  REQUEST_LIMIT_EXCEEDED: 'CONNECTOR_THROTTLED',
  SERVER_UNAVAILABLE: 'CONNECTOR_UNREACHABLE',
  INVALID_SESSION_ID: 'CONNECTOR_REFUSED_LOGIN',
  INSUFFICIENT_ACCESS: 'CONNECTOR_NO_PERMISSION',
  INSUFFICIENT_ACCESS_OR_READONLY: 'CONNECTOR_NO_PERMISSION',
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: 'CONNECTOR_NO_PERMISSION',
  API_DISABLED_FOR_ORG: 'CONNECTOR_NO_PERMISSION',
  API_CURRENTLY_DISABLED: 'CONNECTOR_NO_PERMISSION',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'CONNECTOR_NO_PERMISSION',
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The vendor's error array; empty when the body is something else. */
export function readErrors(body: unknown): readonly VendorError[] {
  if (!Array.isArray(body)) return [];
  return body.filter(isRecord).flatMap((item) => {
    const { errorCode, message, fields } = item;
    if (typeof errorCode !== 'string') return [];
    return [{ errorCode, message: String(message ?? ''), fields: Array.isArray(fields) ? fields.map(String) : [] }];
  });
}

export const notSignedIn = (why: string): HubError => new HubError('CONNECTOR_REFUSED_LOGIN', { system: SYSTEM, why });

const sayError = ({ errorCode, message, fields }: VendorError): string =>
  `${errorCode}${fields.length === 0 ? '' : ` [${fields.join(', ')}]`}: ${message}`;

/** Translates an answer other than 2xx. A server fault without a known code leaves a write in doubt. */
export function fromAnswer(status: number, body: unknown, deed: Deed): HubError {
  const errors = readErrors(body);
  const why = errors.length === 0 ? `HTTP ${status}` : errors.map(sayError).join('; ');
  const known = errors.map((error) => BY_ERROR_CODE[error.errorCode]).find((code) => code !== undefined);
  const facts = { system: SYSTEM, what: deed.what, why };
  if (known !== undefined) return new HubError(known, facts);
  if (status >= 500) return unanswered(deed, why);
  if (status === 429) return new HubError('CONNECTOR_THROTTLED', facts);
  if (status === 403) return new HubError('CONNECTOR_NO_PERMISSION', facts);
  return new HubError(status === 401 ? 'CONNECTOR_REFUSED_LOGIN' : 'CONNECTOR_REFUSED', facts);
}
