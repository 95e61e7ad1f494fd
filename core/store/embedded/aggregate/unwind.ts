import { type Doc, isDoc, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { valueAt } from '../query/paths.js';
import { fieldPath } from './expression.js';
import type { StageMaker } from './stage.js';

/** The document with another value at a path; documents on the way are copied. */
function withValue(document: Doc, parts: readonly string[], depth: number, value: Value): Doc {
  const part = parts[depth] ?? '';
  const result = new Map(document);
  const inner = document.get(part);
  if (depth === parts.length - 1) result.set(part, value);
  else result.set(part, withValue(isDoc(inner) ? inner : new Map(), parts, depth + 1, value));
  return result;
}

/** Path and options of `$unwind`. @throws ProtocolError 28808 to 28818 as MongoDB numbers them */
function read(operand: Value) {
  const options = isDoc(operand) ? operand : new Map<string, Value>([['path', operand]]);
  const path = options.get('path');
  if (typeof path !== 'string')
    throw new ProtocolError('Location28808', 'expected a string as the path for $unwind stage');
  if (!path.startsWith('$'))
    throw new ProtocolError('Location28818', `path option to $unwind stage should be prefixed with a '$': ${path}`);
  const index = options.get('includeArrayIndex');
  return {
    parts: fieldPath(path.slice(1)),
    keepEmpty: options.get('preserveNullAndEmptyArrays') === true,
    indexParts: typeof index === 'string' ? fieldPath(index) : undefined,
  };
}

export const unwind: StageMaker = (operand) => {
  const { parts, keepEmpty, indexParts } = read(operand);
  const numbered = (document: Doc, index: Value): Doc =>
    indexParts === undefined ? document : withValue(document, indexParts, 0, index);
  return function* (input) {
    for (const document of input) {
      if (document === undefined) {
        yield undefined;
        continue;
      }
      const value = valueAt(document, parts);
      if (Array.isArray(value) && value.length > 0) {
        for (const [index, item] of value.entries()) yield numbered(withValue(document, parts, 0, item), BigInt(index));
      } else if (value === undefined || value === null || Array.isArray(value)) {
        if (keepEmpty) yield numbered(Array.isArray(value) ? removed(document, parts) : document, null);
        else yield undefined;
      } else yield numbered(document, null);
    }
  };
};

/** An empty array is dropped from a document that is kept. */
function removed(document: Doc, parts: readonly string[], depth = 0): Doc {
  const part = parts[depth] ?? '';
  const result = new Map(document);
  const inner = document.get(part);
  if (depth === parts.length - 1) result.delete(part);
  else if (isDoc(inner)) result.set(part, removed(inner, parts, depth + 1));
  return result;
}
