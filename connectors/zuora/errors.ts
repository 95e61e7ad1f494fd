import type { Deed } from '../../core/connector/kit/network-faults.js';
import { networkFaults } from '../../core/connector/kit/network-faults.js';
import type { HubCode } from '../../core/errors/catalogue.js';
import { HubError } from '../../core/errors/hub-error.js';

export const SYSTEM = 'Zuora';
export const { unanswered } = networkFaults(SYSTEM);

export interface Reason {
  /** Last two digits say what kind of error it is; undefined when the code is no number. */
  readonly category: number | undefined;
  readonly code: string;
  readonly message: string;
}

/** Category (last two digits of an error code) to hub code. A call is atomic: what is refused left nothing behind. */
const BY_CATEGORY: Readonly<Record<number, HubCode>> = {
  10: 'CONNECTOR_NO_PERMISSION',
  11: 'CONNECTOR_REFUSED_LOGIN',
  20: 'CONNECTOR_REFUSED',
  21: 'CONNECTOR_REFUSED',
  22: 'CONNECTOR_REFUSED',
  23: 'CONNECTOR_REFUSED',
  27: 'CONNECTOR_REFUSED',
  30: 'CONNECTOR_REFUSED',
  40: 'CONNECTOR_REFUSED',
  45: 'CONNECTOR_REFUSED',
  50: 'CONNECTOR_THROTTLED',
  61: 'CONNECTOR_THROTTLED',
  70: 'CONNECTOR_THROTTLED',
  90: 'CONNECTOR_REFUSED',
};
/** Internal errors and faults of systems behind it: what was written is not said. */
const IN_DOUBT = new Set([60, 99]);
/** Said before a key is looked at, so the same key can be used again. */
const BEFORE_THE_KEY = new Set([11, 70]);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readReason(entry: unknown): Reason[] {
  if (!isRecord(entry)) return [];
  const code = String(entry['code'] ?? entry['Code'] ?? '');
  const category = /^\d+$/.test(code) ? Number(code) % 100 : undefined;
  return [{ category, code, message: String(entry['message'] ?? entry['Message'] ?? '') }];
}

/** The reasons of a failure in either envelope: `reasons` of the REST API, `Errors` of the older actions. */
export function readReasons(body: unknown): readonly Reason[] {
  if (!isRecord(body)) return [];
  const list = body['reasons'] ?? body['Errors'];
  return Array.isArray(list) ? list.flatMap(readReason) : [];
}

/** True when the answer is a failure, whichever way the version of the API says so. */
export const isFailure = (status: number, body: unknown): boolean =>
  status < 200 || status >= 300 || (isRecord(body) && (body['success'] === false || body['Success'] === false));

export const isLoginLost = (status: number, body: unknown): boolean =>
  status === 401 || (isFailure(status, body) && readReasons(body).some(({ category }) => category === 11));

export const isNotFound = (status: number, body: unknown): boolean =>
  readReasons(body).some(({ category }) => category === 40) || (status === 404 && readReasons(body).length === 0);

export interface Failure {
  readonly error: HubError;
  /** The answer is kept under the `Idempotency-Key` and would come again: the next try needs another key. */
  readonly keyIsSpent: boolean;
}

/** Translates a failed answer. 409 without a lock code means that the first call with this key is still at work. */
export function readFailure(status: number, body: unknown, deed: Deed, retryAfterMs: number | undefined): Failure {
  const reasons = readReasons(body);
  const why =
    reasons.length === 0 ? `HTTP ${status}` : reasons.map(({ code, message }) => `${code} ${message}`).join('; ');
  const facts = { system: SYSTEM, what: deed.what, why };
  const more = retryAfterMs === undefined ? {} : { retryAfterMs };
  const [first] = reasons;
  const keyIsSpent = status !== 409 && first?.category !== undefined && !BEFORE_THE_KEY.has(first.category);
  const known = first?.category === undefined ? undefined : BY_CATEGORY[first.category];
  if (status === 409 && first?.category !== 50) return { error: unanswered(deed, why), keyIsSpent: false };
  if (first?.category === 50) return { error: new HubError('CONNECTOR_THROTTLED', facts, more), keyIsSpent: true };
  if (first?.category !== undefined && IN_DOUBT.has(first.category))
    return { error: unanswered(deed, why), keyIsSpent: true };
  if (known !== undefined) return { error: new HubError(known, facts, more), keyIsSpent };
  return { error: byStatus(status, facts, deed, more), keyIsSpent };
}

function byStatus(
  status: number,
  facts: { system: string; what: string; why: string },
  deed: Deed,
  more: { retryAfterMs?: number },
): HubError {
  if (status === 429) return new HubError('CONNECTOR_THROTTLED', facts, more);
  if (status >= 500) return unanswered(deed, facts.why);
  if (status === 401) return new HubError('CONNECTOR_REFUSED_LOGIN', facts);
  return new HubError(status === 403 ? 'CONNECTOR_NO_PERMISSION' : 'CONNECTOR_REFUSED', facts);
}
