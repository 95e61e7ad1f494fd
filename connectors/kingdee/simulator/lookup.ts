/** Reading of loosely written JSON: the vendor's own samples mix the case of keys and the type of booleans. */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member by name without regard to case; undefined when absent. */
export function member(value: unknown, name: string): unknown {
  if (!isRecord(value)) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  const wanted = name.toLowerCase();
  const key = Object.keys(value).find((k) => k.toLowerCase() === wanted);
  return key === undefined ? undefined : value[key];
}

/** JSON booleans and the texts `"true"` and `"false"`. */
export function flag(value: unknown, fallback: boolean): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' || value === '') return fallback;
  return value.toLowerCase() === 'true';
}

export const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' && value !== '' ? value.split(',') : [];

/** Ids come as a text joined by commas, an array, or one number. */
export const ids = (value: unknown): number[] =>
  (typeof value === 'number' ? [value] : texts(value).map(Number)).filter((id) => id > 0);
