import { bad } from './refusal.js';
import { type Row, textOf, type Value } from './row.js';
import { type Field, findField, POLYMORPHIC_FIELDS, SCHEMA } from './schema.js';
import type { Rows } from './store.js';

/** A field reached from an object through references, e.g. `Account.Owner.Name`. */
export interface Path {
  /** Relation name, the reference field behind it and the object it leads to, outermost first. */
  readonly hops: readonly { readonly relation: string; readonly field: string; readonly to: string }[];
  readonly field: string;
  readonly rule: Field;
}

/** More than this many references in a row are refused by the vendor. */
const MAX_HOPS = 5;

const noColumn = (name: string, type: string): Error =>
  bad(
    'INVALID_FIELD',
    `No such column '${name}' on entity '${type}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.`,
  );

/** @throws Refusal INVALID_FIELD */
export function resolvePath(type: string, text: string): Path {
  const names = text.split('.');
  if (names[0]?.toLowerCase() === type.toLowerCase() && names.length > 1) names.shift();
  if (names.length > MAX_HOPS + 1) throw bad('INVALID_FIELD', `too many relationships in ${text}`);
  const hops: { relation: string; field: string; to: string }[] = [];
  let at = type;
  let polymorphic = false;
  for (const name of names.slice(0, -1)) {
    const hop = followRelation(at, name);
    hops.push(hop);
    at = hop.to;
    polymorphic = hop.polymorphic;
  }
  const last = names.at(-1) ?? '';
  const field = findField(at, last);
  const rule = field === undefined ? undefined : SCHEMA[at]?.fields[field];
  if (field === undefined || rule === undefined) throw noColumn(last, at);
  if (polymorphic && !POLYMORPHIC_FIELDS.has(field)) throw noColumn(last, 'Name');
  return { hops, field, rule };
}

/** @throws Refusal INVALID_FIELD */
export function followRelation(
  type: string,
  name: string,
): { relation: string; field: string; to: string; polymorphic: boolean } {
  const found = Object.entries(SCHEMA[type]?.fields ?? {}).find(
    ([, rule]) => rule.relation?.toLowerCase() === name.toLowerCase(),
  );
  const [field, rule] = found ?? [];
  if (field === undefined || rule?.relation === undefined || rule.to === undefined) {
    throw bad('INVALID_FIELD', `Didn't understand relationship '${name}' in field path.`);
  }
  return { relation: rule.relation, field, to: rule.to, polymorphic: rule.polymorphic === true };
}

/** The value at the end of a path; null when a reference on the way is empty. */
export function valueAt(rows: Rows, row: Row, path: Path): Value {
  let at: Row | undefined = row;
  for (const hop of path.hops) at = at === undefined ? undefined : rows.get(hop.to, textOf(at, hop.field));
  return at?.[path.field] ?? null;
}

/** A compound address; null when all its parts are. */
export function addressOf(row: Row, field: string): object | null {
  const part = (name: string): Value => row[field.replace(/Address$/, name)] ?? null;
  const address = {
    street: part('Street'),
    city: part('City'),
    state: part('State'),
    postalCode: part('PostalCode'),
    country: part('Country'),
    countryCode: part('CountryCode'),
  };
  return Object.values(address).every((value) => value === null) ? null : address;
}
