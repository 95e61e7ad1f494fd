import type { HubCode } from '../../core/errors/catalogue.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { ResponseStatus } from './answer.js';

export const SYSTEM = 'Kingdee 云星空';

/** What was being done, for the sentence of an error, and whether it can have changed anything there. */
export interface Deed {
  readonly what: string;
  readonly writes: boolean;
}

/** Vendor `MsgCode` to hub code; the table stands on every form page of the vendor. Codes not listed are refusals. */
const BY_MSG_CODE: Readonly<Record<number, HubCode>> = {
  1: 'CONNECTOR_REFUSED_LOGIN',
  2: 'CONNECTOR_NO_PERMISSION',
  7: 'CONNECTOR_NO_PERMISSION',
  13: 'CONNECTOR_THROTTLED',
  14: 'CONNECTOR_THROTTLED',
  15: 'CONNECTOR_NO_PERMISSION',
};
/** The vendor's database failed: whether a write was rolled back is not said. */
const DATABASE_FAILED = 6;

/** Errors after which the request cannot have left this machine. */
const NEVER_SENT = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EPROTO', 'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_TLS_CERT_ALTNAME_INVALID',
]); // biome-ignore format: a table reads better in rows

/** Nothing came back that says what happened: a write may have landed, a read can simply be asked again. */
export const unanswered = (deed: Deed, why: string, cause?: unknown): HubError =>
  new HubError(
    deed.writes ? 'CONNECTOR_OUTCOME_UNKNOWN' : 'CONNECTOR_UNREACHABLE',
    { system: SYSTEM, what: deed.what, why },
    { cause },
  );

/** A refusal in the vendor's own words. */
export const refused = (deed: Deed, why: string): HubError =>
  new HubError('CONNECTOR_REFUSED', { system: SYSTEM, what: deed.what, why });

export const notSignedIn = (why: string): HubError => new HubError('CONNECTOR_REFUSED_LOGIN', { system: SYSTEM, why });

/** Our own mapping produced something that must not be sent. */
export const badPayload = (operation: string, path: string, why: string): HubError =>
  new HubError('MAPPING_OUTPUT_INVALID', { mapping: operation, path, why });

/** Translates an unsuccessful answer of the vendor. */
export function fromStatus(status: ResponseStatus, deed: Deed): HubError {
  const said = status.Errors.map((e) => (e.FieldName ? `${e.FieldName}: ${e.Message}` : e.Message)).join('; ');
  const why = `${said || 'no reason given'} (MsgCode ${status.MsgCode})`;
  if (status.MsgCode === DATABASE_FAILED) return unanswered(deed, why);
  return new HubError(BY_MSG_CODE[status.MsgCode] ?? 'CONNECTOR_REFUSED', { system: SYSTEM, what: deed.what, why });
}

/** Translates an HTTP status other than 200; business answers always come with 200. */
export function fromHttp(status: number, retryAfterMs: number | undefined, deed: Deed): HubError {
  const why = `HTTP ${status}`;
  if (status === 429) {
    const more = retryAfterMs === undefined ? {} : { retryAfterMs };
    return new HubError('CONNECTOR_THROTTLED', { system: SYSTEM, why }, more);
  }
  if (status >= 500) return unanswered(deed, why);
  return refused(deed, `${why}; check the server address of the connection`);
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
