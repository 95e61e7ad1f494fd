import { HubError } from '../errors/hub-error.js';
import type { Headers } from './route.js';

/** The strong ETag of a version: `"7"`. */
export const etagOf = (version: number | string): string => `"${version}"`;

/**
 * @param thing what is changed, for the answer, and its current version.
 * @throws HubError REQUEST_VERSION_MISSING without If-Match, REQUEST_VERSION_STALE when it names another version.
 */
export function requireMatch(
  headers: Headers,
  thing: { readonly what: string; readonly id: string; readonly version: number | string },
): void {
  const sent = headers['if-match'];
  const { what, id, version } = thing;
  if (sent === undefined) throw new HubError('REQUEST_VERSION_MISSING', { what, id });
  const named = sent.split(',').map((tag) => tag.trim());
  if (named.includes('*') || named.includes(etagOf(version))) return;
  throw new HubError('REQUEST_VERSION_STALE', { what, id, current: version, sent });
}
