import type { HubCode } from '../../core/errors/catalogue.js';
import { HubError } from '../../core/errors/hub-error.js';

export const SYSTEM = 'Salesforce';

/** What was being done, for the sentence of an error, and whether it can have changed anything there. */
export interface Deed {
  readonly what: string;
  readonly writes: boolean;
}

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

/** Errors after which the request cannot have left this machine. */
const NEVER_SENT = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EPROTO', 'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_TLS_CERT_ALTNAME_INVALID',
]); // biome-ignore format: a table reads better in rows

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

/** Nothing came back that says what happened: a write may have landed, a read can simply be asked again. */
export const unanswered = (deed: Deed, why: string, cause?: unknown): HubError =>
  new HubError(
    deed.writes ? 'CONNECTOR_OUTCOME_UNKNOWN' : 'CONNECTOR_UNREACHABLE',
    { system: SYSTEM, what: deed.what, why },
    { cause },
  );

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

/** Translates what the HTTP client threw: refused connections wrote nothing, lost ones may have. */
export function fromNetwork(error: unknown, deed: Deed): HubError {
  const { code, syscall, message, cause } = error as {
    code?: string;
    syscall?: string;
    message?: string;
    cause?: unknown;
  };
  const why = code ?? message ?? 'the connection broke';
  const connecting = syscall === 'connect' || (cause as { syscall?: string } | undefined)?.syscall === 'connect';
  if (connecting || NEVER_SENT.has(code ?? '')) {
    return new HubError('CONNECTOR_UNREACHABLE', { system: SYSTEM, why }, { cause: error });
  }
  return unanswered(deed, why, error);
}
