import type { OpenApi } from '../openapi.js';

export interface SchemaRow {
  /** Dotted name from the top, `lines[].quantity`. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** Limits, choices and examples in one line. */
  readonly notes: string;
}

type Schema = Readonly<Record<string, unknown>>;
const asSchema = (value: unknown): Schema => (typeof value === 'object' && value !== null ? (value as Schema) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const NOTED = [
  'format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'default', 'examples',
] as const; // biome-ignore format: a table reads better in rows

const MAX_DEPTH = 6;

/** A schema as rows a person can read, references followed. */
export function schemaRows(schema: unknown, components: OpenApi['components']['schemas']): SchemaRow[] {
  const resolve = (value: unknown): Schema => {
    const found = asSchema(value);
    const name = typeof found['$ref'] === 'string' ? found['$ref'].split('/').at(-1) : undefined;
    return name === undefined ? found : asSchema(components[name]);
  };
  const choices = (found: Schema): unknown[] =>
    [...list(found['anyOf']), ...list(found['oneOf'])].map(resolve).flatMap((branch) => {
      if ('const' in branch) return [JSON.stringify(branch['const'])];
      return [typeof branch['type'] === 'string' ? branch['type'] : 'object'];
    });
  const typeOf = (found: Schema): string => {
    if ('const' in found) return JSON.stringify(found['const']);
    if (list(found['enum']).length > 0)
      return list(found['enum'])
        .map((value) => JSON.stringify(value))
        .join(' | ');
    if (choices(found).length > 0) return choices(found).join(' | ');
    if (found['type'] === 'array') return `${typeOf(resolve(found['items']))}[]`;
    return list(found['type']).length > 0 ? list(found['type']).join(' | ') : String(found['type'] ?? 'any');
  };
  const notesOf = (found: Schema): string =>
    NOTED.filter((name) => name in found)
      .map((name) => `${name} ${JSON.stringify(found[name])}`)
      .join(', ');
  const walk = (value: unknown, prefix: string, depth: number): SchemaRow[] => {
    const found = resolve(value);
    if (depth > MAX_DEPTH) return [];
    if (found['type'] === 'array') return walk(found['items'], `${prefix}[]`, depth);
    const branches = [...list(found['anyOf']), ...list(found['oneOf'])].flatMap((branch) =>
      walk(branch, prefix, depth),
    );
    const members = Object.entries(asSchema(found['properties'])).flatMap(([name, inner]) => {
      const member = resolve(inner);
      const full = prefix === '' ? name : `${prefix}.${name}`;
      const required = list(found['required']).includes(name);
      return [{ name: full, type: typeOf(member), required, notes: notesOf(member) }, ...walk(inner, full, depth + 1)];
    });
    return [...members, ...branches];
  };
  const rows = walk(schema, '', 0);
  const top = resolve(schema);
  return rows.length > 0 ? rows : [{ name: '', type: typeOf(top), required: true, notes: notesOf(top) }];
}
