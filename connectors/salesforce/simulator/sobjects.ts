import type { Answer } from './answer.js';
import { bad, notFound } from './refusal.js';
import { type Row, textOf } from './row.js';
import { findField, findType, SCHEMA } from './schema.js';
import { addressOf } from './soql-path.js';
import type { Rows } from './store.js';
import { createRow, deleteRow, liveRow, updateRow, type Writer } from './write-rows.js';

/** One call to `/sobjects/…`; also a sub-request of a composite. */
export interface SobjectCall {
  readonly method: string;
  /** Decoded path parts behind `/sobjects`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** `/services/data/v62.0` and its number. */
  readonly root: string;
  readonly version: number;
}

/** Versions before this one answer an upsert of an existing row with 204. */
const UPSERT_BODY_SINCE = 46;

const created = (id: string, type: string, root: string, more: object = {}): Answer => ({
  status: 201,
  body: { id, success: true, errors: [], ...more },
  headers: { Location: `${root}/sobjects/${type}/${id}` },
});

/** What a call is named in the journal and matched with by faults, e.g. `Opportunity.update`. */
export function sobjectWhat({ method, path: [name = '', key, value] }: SobjectCall): string {
  const type = findType(name) ?? name;
  if (method === 'GET') return `${type}.${key === 'describe' ? 'describe' : 'read'}`;
  if (method === 'PATCH') return `${type}.${value === undefined ? 'update' : 'upsert'}`;
  return `${type}.${method === 'DELETE' ? 'delete' : 'create'}`;
}

/** @throws Refusal */
export function callSobject(writer: Writer, rows: Rows, call: SobjectCall): Answer {
  const [name = '', key, value] = call.path;
  const type = findType(name);
  if (type === undefined) throw notFound();
  if (key === undefined) return call.method === 'POST' ? create(writer, rows, type, call) : wrongMethod(call.method);
  if (key === 'describe' && call.method === 'GET') return { status: 200, body: describe(type) };
  if (value !== undefined) return byKey(writer, rows, type, call, key, value);
  return byId(writer, rows, type, call, key);
}

const wrongMethod = (method: string): Answer => ({
  status: 405,
  body: [{ errorCode: 'METHOD_NOT_ALLOWED', message: `HTTP Method '${method}' not allowed.` }],
});

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw bad('JSON_PARSER_ERROR', 'The HTTP entity body is required and must be an object');
}

function create(writer: Writer, rows: Rows, type: string, call: SobjectCall): Answer {
  return created(createRow(writer, rows, type, fieldsOf(call.body)), type, call.root);
}

function byId(writer: Writer, rows: Rows, type: string, call: SobjectCall, id: string): Answer {
  if (call.method === 'GET') return { status: 200, body: render(liveRow(rows, type, id), type, call) };
  if (call.method === 'DELETE') deleteRow(writer, rows, type, id);
  else if (call.method === 'PATCH') updateRow(writer, rows, type, id, fieldsOf(call.body));
  else return wrongMethod(call.method);
  return { status: 204 };
}

/** By external id: several rows answer 300 with their addresses and nothing is written. */
function byKey(writer: Writer, rows: Rows, type: string, call: SobjectCall, key: string, value: string): Answer {
  const field = findField(type, key);
  if (field === undefined || (field !== 'Id' && SCHEMA[type]?.fields[field]?.externalId !== true)) {
    throw notFound(`Provided external ID field does not exist or is not accessible: ${key}`);
  }
  const found = rows.all(type).filter((row) => row['IsDeleted'] !== true && textOf(row, field) === value);
  const [row] = found;
  if (found.length > 1)
    return { status: 300, body: found.map((one) => `${call.root}/sobjects/${type}/${textOf(one, 'Id')}`) };
  if (call.method === 'PATCH') return upsert(writer, rows, type, call, field, value, row);
  if (row === undefined) throw notFound();
  return byId(writer, rows, type, call, textOf(row, 'Id'));
}

function upsert(
  writer: Writer,
  rows: Rows,
  type: string,
  call: SobjectCall,
  field: string,
  value: string,
  row: Row | undefined,
): Answer {
  const given = fieldsOf(call.body);
  const inBody = Object.keys(given).find((name) => ['id', field.toLowerCase()].includes(name.toLowerCase()));
  if (inBody !== undefined) {
    throw bad('INVALID_FIELD', `The ${inBody} field should not be specified in the sobject data.`);
  }
  if (row === undefined) {
    if (call.query.get('updateOnly') === 'true') throw notFound();
    return created(createRow(writer, rows, type, { ...given, [field]: value }), type, call.root, { created: true });
  }
  const id = textOf(row, 'Id');
  updateRow(writer, rows, type, id, given);
  if (call.version < UPSERT_BODY_SINCE) return { status: 204 };
  return { status: 200, body: { id, success: true, errors: [], created: false } };
}

function render(row: Row, type: string, call: SobjectCall): object {
  const asked = call.query.get('fields')?.split(',');
  const names = asked?.map((name) => {
    const field = findField(type, name.trim());
    if (field === undefined) throw bad('INVALID_FIELD', `No such column '${name}' on entity '${type}'`);
    return field;
  });
  const shown = new Set([...(names ?? Object.keys(SCHEMA[type]?.fields ?? {})), 'Id']);
  const value = (field: string): unknown =>
    SCHEMA[type]?.fields[field]?.type === 'address' ? addressOf(row, field) : (row[field] ?? null);
  return {
    attributes: { type, url: `${call.root}/sobjects/${type}/${textOf(row, 'Id')}` },
    ...Object.fromEntries([...shown].map((field) => [field, value(field)])),
  };
}

function describe(type: string): object {
  const { prefix = '', fields = {} } = SCHEMA[type] ?? {};
  return {
    name: type,
    keyPrefix: prefix,
    custom: false,
    fields: Object.entries(fields).map(([name, rule]) => ({
      name,
      type: rule.type,
      custom: name.endsWith('__c'),
      nillable: rule.required !== true,
      createable: rule.readOnly !== true,
      updateable: rule.readOnly !== true && rule.createOnly !== true,
      externalId: rule.externalId === true,
      referenceTo: rule.to === undefined ? [] : [rule.to],
      relationshipName: rule.relation ?? null,
      picklistValues: (rule.values ?? []).map((value) => ({ value, label: value, active: true })),
    })),
  };
}
