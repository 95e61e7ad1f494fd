import { type Deed, networkFaults } from '../../core/connector/kit/network-faults.js';
import type { HubCode } from '../../core/errors/catalogue.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { ResponseStatus } from './answer.js';

export const SYSTEM = 'Kingdee 云星空';

export const { unanswered } = networkFaults(SYSTEM);

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
