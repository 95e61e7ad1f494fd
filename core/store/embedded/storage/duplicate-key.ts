import { ObjectId } from 'bson';
import { type Doc, isDoc, isNumeric, toNumber, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { EMPTY_ARRAY, type Entry } from './index-entries.js';
import type { Index } from './index-spec.js';

/** Error 11000 with `keyPattern` and `keyValue`, and the text in the usual form: plugins of mongoose parse it. */
export function duplicateKey(namespace: string, index: Index, entry: Entry): ProtocolError {
  const values: Doc = new Map();
  entry.tuple.forEach((part, position) => {
    values.set(index.fields[position]?.path ?? '', part === EMPTY_ARRAY || part === undefined ? null : part);
  });
  const shown = [...values].map(([path, value]) => `${path}: ${show(value)}`).join(', ');
  return new ProtocolError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace} index: ${index.spec.name} dup key: { ${shown} }`,
    new Map<string, Value>([
      ['keyPattern', index.spec.key],
      ['keyValue', values],
    ]),
  );
}

/** A value in the manner of the shell. */
function show(value: Value): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint' || isNumeric(value))
    return typeof value === 'bigint' ? String(value) : String(toNumber(value));
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (Array.isArray(value)) return `[ ${value.map(show).join(', ')} ]`;
  if (isDoc(value)) return `{ ${[...value].map(([key, item]) => `${key}: ${show(item)}`).join(', ')} }`;
  return String(value);
}
