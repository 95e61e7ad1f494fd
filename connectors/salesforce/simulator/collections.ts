import type { Answer } from './answer.js';
import { bad, Refusal } from './refusal.js';
import { callSobject, type SobjectCall } from './sobjects.js';
import { type Rows, Transaction } from './store.js';
import type { Writer } from './write-rows.js';

const MAX_RECORDS = 200;

type Item = Readonly<Record<string, unknown>>;
type Done = Readonly<Record<string, unknown> & { success: boolean }>;

function readRecords(body: unknown): { allOrNone: boolean; records: readonly Item[] } {
  const { allOrNone, records } = (body ?? {}) as Item;
  if (!Array.isArray(records) || records.length === 0) throw bad('JSON_PARSER_ERROR', 'records is required');
  if (records.length > MAX_RECORDS) {
    throw bad(
      'EXCEEDED_ID_LIMIT',
      `record limit reached. cannot submit more than ${MAX_RECORDS} records into this call`,
    );
  }
  return { allOrNone: allOrNone === true, records: records as readonly Item[] };
}

/** The call on one row that an item of the list stands for. `keyed`: type and external id field of an upsert. */
function callFor(call: SobjectCall, item: Item, keyed: readonly string[]): SobjectCall {
  const type = (item['attributes'] as Item | undefined)?.['type'];
  if (typeof type !== 'string') throw bad('INVALID_TYPE', 'attributes.type is required', []);
  const [, keyField] = keyed;
  const idName = Object.keys(item).find((name) => name.toLowerCase() === (keyField ?? 'Id').toLowerCase());
  const id = idName === undefined ? undefined : String(item[idName]);
  const body = Object.fromEntries(Object.entries(item).filter(([name]) => name !== 'attributes' && name !== idName));
  if (call.method === 'POST') return { ...call, path: [type], body: item };
  if (id === undefined) throw bad('MISSING_ARGUMENT', `${keyField ?? 'Id'} not specified`, []);
  return { ...call, path: keyField === undefined ? [type, id] : [type, keyField, id], body };
}

function runItem(writer: Writer, rows: Rows, call: SobjectCall, item: Item, keyed: readonly string[]): Done {
  try {
    const one = callFor(call, item, keyed);
    const { status, body } = callSobject(writer, rows, one);
    if (status < 300) return (body as Done | undefined) ?? { id: one.path[1], success: true, errors: [] };
    throw bad('DUPLICATE_EXTERNAL_ID', 'several rows have this external id', []);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { success: false, errors: [error.item()] };
  }
}

const undone: Done = {
  success: false,
  errors: [
    {
      statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      message: 'Record rolled back because not all records were valid and the request was using AllOrNone header',
      fields: [],
    },
  ],
};

/** `POST|PATCH /composite/sobjects[/{Type}/{ExtField}]`: 200 with one result a record, failures among them. */
export function callCollection(writer: Writer, whole: Rows, call: SobjectCall, keyed: readonly string[]): Answer {
  const { allOrNone, records } = readRecords(call.body);
  const rows = new Transaction(whole);
  const results = records.map((item) => {
    const part = new Transaction(rows);
    const result = runItem(writer, part, call, item, keyed);
    if (result.success) part.mergeInto(rows);
    return result;
  });
  if (allOrNone && results.some((result) => !result.success)) {
    return { status: 200, body: results.map((result) => (result.success ? undone : result)) };
  }
  rows.mergeInto(whole);
  return { status: 200, body: results };
}
