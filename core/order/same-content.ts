import type { OrderInput } from './schema.js';

type Plain = null | boolean | number | string | undefined | readonly Plain[] | { readonly [key: string]: Plain };

const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);

/** `lines[].note` is left out of every line: list places are passed through without a step of their own. */
function sorted(value: Plain, place: string, leftOut: ReadonlySet<string>): Plain {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => sorted(item, `${place}[]`, leftOut));
  const entries: [string, Plain][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const inside = place === '' ? key : `${place}.${key}`;
    if (inner !== undefined && !leftOut.has(inside)) entries.push([key, sorted(inner, inside, leftOut)]);
  }
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Text that is equal exactly when two orders of one source say the same, whatever the order of their fields. The order
 * of lines counts, and amounts are compared as written.
 * @param leaveOut fields the hub itself writes back, e.g. `custom.hubNumber`, `note`, `lines[].description`.
 */
export const contentDigestInput = (input: OrderInput, leaveOut: readonly string[] = []): string =>
  JSON.stringify(sorted(input as unknown as Plain, '', new Set(leaveOut)));
