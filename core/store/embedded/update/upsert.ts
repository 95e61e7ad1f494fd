import { ObjectId } from 'bson';
import { clone, type Doc, isDoc, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { isOperators } from '../query/match.js';
import { isRegex } from '../query/regex.js';
import type { Update } from './update.js';
import { changeAt } from './walk.js';

const NOWHERE = { index: undefined, arrayFilters: new Map() };

/** The document an upsert inserts: equalities of the filter, then the update; `_id` first, made when none is given. */
export function upsertDocument(query: Doc, update: Update): Doc {
  const seed: Doc = new Map();
  seedFrom(query, seed);
  const id = seed.get('_id');
  const base = update.kind === 'replacement' ? (id === undefined ? new Map() : new Map([['_id', id]])) : seed;
  const made = update.apply(base, {}, true);
  return withId(made, () => new ObjectId());
}

/** The document with `_id` as its first field. */
export function withId(document: Doc, make: () => Value): Doc {
  const [first] = document.keys();
  if (first === '_id') return document;
  const result: Doc = new Map([['_id', document.has('_id') ? (document.get('_id') ?? null) : make()]]);
  for (const [key, value] of document) if (key !== '_id') result.set(key, value);
  return result;
}

function seedFrom(query: Doc, seed: Doc): void {
  for (const [key, value] of query) {
    if (key === '$and' || (key === '$or' && Array.isArray(value) && value.length === 1)) {
      for (const part of Array.isArray(value) ? value : []) if (isDoc(part)) seedFrom(part, seed);
    } else if (!key.startsWith('$')) {
      const equality = equalityOf(value);
      if (equality !== undefined) plant(seed, key, equality);
    }
  }
}

/** The one value a condition allows: a plain value, `$eq`, a one-element `$in` or `$all`. */
function equalityOf(value: Value): Value | undefined {
  if (isRegex(value)) return undefined;
  if (!isOperators(value)) return value;
  const eq = value.get('$eq');
  if (eq !== undefined) return eq;
  for (const name of ['$in', '$all']) {
    const list = value.get(name);
    if (Array.isArray(list) && list.length === 1 && !isRegex(list[0])) return list[0];
  }
  return undefined;
}

function plant(seed: Doc, path: string, value: Value): void {
  changeAt(seed, path.split('.'), NOWHERE, true, (current) => {
    if (current !== undefined) {
      throw new ProtocolError(
        'NotSingleValueField',
        `cannot infer query fields to set, path '${path}' is matched twice`,
      );
    }
    return clone(value);
  });
}
