import { longId } from '../row-id.js';
import { bad } from './refusal.js';
import type { Row, Value } from './row.js';
import { type Field, findField, SCHEMA } from './schema.js';
import type { Rows } from './store.js';

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const DECIMAL = /^-?\d{1,18}(\.\d{1,18})?$/;

/** Takes the fields of a request for a new or changed row. @throws Refusal as the vendor words it. */
export function checkFields(rows: Rows, type: string, given: Readonly<Record<string, unknown>>, isNew: boolean): Row {
  const out: Record<string, Value> = {};
  for (const [name, value] of Object.entries(given)) {
    if (name === 'attributes') continue;
    const field = findField(type, name);
    const rule = field === undefined ? undefined : SCHEMA[type]?.fields[field];
    if (field === undefined || rule === undefined) {
      throw bad('INVALID_FIELD', `No such column '${name}' on sobject of type ${type}`);
    }
    if (rule.readOnly || (rule.createOnly && !isNew)) {
      const message = `Unable to create/update fields: ${field}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`;
      throw bad('INVALID_FIELD_FOR_INSERT_UPDATE', message, [field]);
    }
    out[field] = checkValue(rows, field, rule, value);
  }
  const fields: Readonly<Record<string, Field>> = SCHEMA[type]?.fields ?? {};
  const missing = Object.entries(fields)
    .filter(([name, rule]) => rule.required && (isNew ? (out[name] ?? null) === null : out[name] === null))
    .map(([name]) => name);
  if (missing.length > 0) {
    throw bad('REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`, missing);
  }
  return out;
}

const wrongType = (field: string, rule: Field, value: unknown) =>
  bad(
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${rule.type} from value ${String(value).slice(0, 80)} for ${field}`,
  );

/** One check for each kind of field; a value passes as it is to be stored, `undefined` means the wrong kind. */
const BY_TYPE: Readonly<Record<Field['type'], (value: unknown) => Value | undefined>> = {
  id: asText,
  string: asText,
  picklist: asText,
  reference: asText,
  date: (value) => (typeof value === 'string' && DATE.test(value) ? value : undefined),
  datetime: (value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  double: asNumber,
  currency: asNumber,
  percent: asNumber,
  address: () => undefined,
};

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : undefined;
}

function checkValue(rows: Rows, field: string, rule: Field, value: unknown): Value {
  if (value === null || value === '') return null;
  const taken = BY_TYPE[rule.type](value);
  if (taken === undefined || taken === null) throw wrongType(field, rule, value);
  if (typeof taken === 'string' && rule.maxLength !== undefined && [...taken].length > rule.maxLength) {
    const message = `${field}: data value too large: ${taken.slice(0, 40)} (max length=${rule.maxLength})`;
    throw bad('STRING_TOO_LONG', message, [field]);
  }
  if (rule.values !== undefined && !rule.values.includes(String(taken))) {
    const message = `${field}: bad value for restricted picklist field: ${String(taken)}`;
    throw bad('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, [field]);
  }
  return rule.to === undefined ? taken : checkReference(rows, field, rule.to, String(taken));
}

function checkReference(rows: Rows, field: string, to: string, value: string): string {
  if (!/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(value)) {
    throw bad('MALFORMED_ID', `${field}: id value of incorrect type: ${value}`, [field]);
  }
  const id = longId(value);
  const row = rows.get(to, id);
  if (!id.startsWith(SCHEMA[to]?.prefix ?? ' ') || row === undefined) {
    throw bad('INVALID_CROSS_REFERENCE_KEY', `invalid cross reference id for ${field}`, [field]);
  }
  if (row['IsDeleted'] === true) throw bad('ENTITY_IS_DELETED', 'entity is deleted', [field]);
  return id;
}
