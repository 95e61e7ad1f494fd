import { type Deed, networkFaults } from '../../core/connector/kit/network-faults.js';
import type { HubCode } from '../../core/errors/catalogue.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { Answer, GatewayFault } from './answer.js';

export const SYSTEM = 'WMS 奇门';

export const { unanswered } = networkFaults(SYSTEM);

/** Number of a fault of the gateway to hub code; those not listed are refusals. It judged before it handed anything on. */
const BY_GATEWAY_CODE: Readonly<Record<string, HubCode>> = {
  '7': 'CONNECTOR_THROTTLED',
  '11': 'CONNECTOR_NO_PERMISSION',
  '12': 'CONNECTOR_NO_PERMISSION',
  '24': 'CONNECTOR_REFUSED_LOGIN',
  '25': 'CONNECTOR_REFUSED_LOGIN',
  '28': 'CONNECTOR_REFUSED_LOGIN',
  '29': 'CONNECTOR_REFUSED_LOGIN',
  '30': 'CONNECTOR_REFUSED_LOGIN',
  '31': 'CONNECTOR_REFUSED_LOGIN',
};

/** Codes by which warehouses refuse a signature or a key; their words differ more than these. */
const SIGN_CODES = new Set(['sign-check-failure', 'S003']);
const SIGN_WORDS = /\binvalid (sign|signature|app_?key)\b/i;

/** The gateway got no answer in time and says so as a business failure: what the warehouse did is not known. */
const TIMED_OUT = /time[d-]?[ -]?out|超时|^isp\./i;

/** A refusal in the vendor's own words. */
export const refused = (deed: Deed, why: string): HubError =>
  new HubError('CONNECTOR_REFUSED', { system: SYSTEM, what: deed.what, why });

/** Our own mapping produced something that must not be sent. */
export const badPayload = (operation: string, path: string, why: string): HubError =>
  new HubError('MAPPING_OUTPUT_INVALID', { mapping: operation, path, why });

export function fromGateway({ gateway, subCode, message }: GatewayFault, deed: Deed): HubError {
  const why = `${message} (${subCode === '' ? gateway : `${gateway}, ${subCode}`})`;
  if (TIMED_OUT.test(subCode)) return unanswered(deed, why);
  return new HubError(BY_GATEWAY_CODE[gateway] ?? 'CONNECTOR_REFUSED', { system: SYSTEM, what: deed.what, why });
}

/** The error behind a `flag=failure` that is no business answer; undefined when it is one. */
export function notBusiness({ code, message }: Answer, deed: Deed): HubError | undefined {
  const why = `${message} (${code})`;
  if (SIGN_CODES.has(code) || SIGN_WORDS.test(message)) {
    return new HubError('CONNECTOR_REFUSED_LOGIN', { system: SYSTEM, why });
  }
  return TIMED_OUT.test(code) || TIMED_OUT.test(message) ? unanswered(deed, why) : undefined;
}

/** Translates an HTTP status other than 200; business answers always come with 200. */
export function fromHttp(status: number, retryAfterMs: number | undefined, deed: Deed): HubError {
  const why = `HTTP ${status}`;
  if (status === 429) {
    const more = retryAfterMs === undefined ? {} : { retryAfterMs };
    return new HubError('CONNECTOR_THROTTLED', { system: SYSTEM, why }, more);
  }
  if (status >= 500) return unanswered(deed, why);
  return refused(deed, `${why}; check the gateway address of the connection`);
}
