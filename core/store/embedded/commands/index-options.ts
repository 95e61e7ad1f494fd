import { equal } from '../bson/order.js';
import { type Doc, doc, isDoc, isNumeric, toNumber, typeName, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import type { Index, IndexSpec } from '../storage/index-spec.js';
import { flagArgument, refuseCollation } from './command.js';

/** Index options that are kept and shown but change nothing here. */
const KEPT = new Set(['v', 'background', 'hidden']);
const USED = new Set([
  'key',
  'name',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'collation',
  'ns',
]);
/** Options of index kinds that are left out. */
const REFUSED = new Set([
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
  '2dsphereIndexVersion',
  'bits',
  'min',
  'max',
  'bucketSize',
  'storageEngine',
  'wildcardProjection',
  'clustered',
  'prepareUnique',
]);

const MAX_EXPIRE_SECONDS = 2_147_483_647;
const MAX_FIELDS = 32;

const cannot = (message: string) => new ProtocolError('CannotCreateIndex', message);

/** @throws ProtocolError CannotCreateIndex, InvalidIndexSpecificationOption, InvalidOptions (collation) */
export function parseIndex(source: Doc): IndexSpec {
  const key = source.get('key');
  if (!isDoc(key))
    throw new ProtocolError('FailedToParse', "The 'key' field is a required property of an index specification");
  checkKey(key);
  const other: Doc = new Map();
  for (const [option, value] of source) {
    if (KEPT.has(option)) other.set(option, value);
    else if (REFUSED.has(option)) throw cannot(`index option '${option}' is not offered by the embedded store`);
    else if (!USED.has(option)) {
      throw new ProtocolError(
        'InvalidIndexSpecificationOption',
        `The field '${option}' is not valid for an index specification`,
      );
    }
  }
  refuseCollation(source.get('collation'));
  const name = source.get('name');
  if (typeof name !== 'string' || name === '') throw cannot('index name cannot be empty');
  const partial = source.get('partialFilterExpression');
  if (partial !== undefined && !isDoc(partial)) throw cannot("'partialFilterExpression' must be an object");
  const sparse = flagArgument(source, 'sparse', false);
  if (sparse && partial !== undefined) throw cannot('cannot mix "partialFilterExpression" and "sparse" options');
  const expire = expireOf(source.get('expireAfterSeconds'), key);
  return {
    name,
    key,
    unique: flagArgument(source, 'unique', false),
    sparse,
    other,
    ...(partial === undefined ? {} : { partialFilterExpression: partial }),
    ...(expire === undefined ? {} : { expireAfterSeconds: expire }),
  };
}

function checkKey(key: Doc): void {
  if (key.size === 0) throw cannot('Index keys cannot be an empty object');
  if (key.size > MAX_FIELDS) throw new ProtocolError('CannotCreateIndex', `too many compound keys: ${key.size}`);
  for (const [path, direction] of key) {
    if (typeof direction === 'string') throw cannot(`index plugin '${direction}' is not offered by the embedded store`);
    if (!isNumeric(direction) || toNumber(direction) === 0 || Number.isNaN(toNumber(direction))) {
      throw cannot(`Values in the index key pattern must be numbers other than 0, not ${typeName(direction)}`);
    }
    if (path === '' || path.split('.').includes('')) throw cannot('Index keys cannot contain an empty field');
    if (path.includes('$'))
      throw cannot(`Index key contains an illegal field name: field name starts with '$' or is a wildcard: ${path}`);
  }
}

function expireOf(value: Value | undefined, key: Doc): number | undefined {
  if (value === undefined) return undefined;
  const seconds = isNumeric(value) ? toNumber(value) : Number.NaN;
  if (!(seconds >= 0 && seconds <= MAX_EXPIRE_SECONDS))
    throw cannot('TTL index expireAfterSeconds must be within 0 and 2147483647');
  if (key.size > 1) throw cannot('TTL indexes are single-field indexes, compound indexes do not support TTL');
  if (key.has('_id'))
    throw new ProtocolError(
      'InvalidIndexSpecificationOption',
      "The field 'expireAfterSeconds' is not valid for an _id index",
    );
  return seconds;
}

const sameKey = (a: Doc, b: Doc): boolean =>
  a.size === b.size &&
  [...a].every(([path, direction], at) => {
    const [otherPath, other] = [...b][at] ?? [];
    return otherPath === path && other !== undefined && equal(direction, other);
  });

const sameOptions = (a: IndexSpec, b: IndexSpec): boolean =>
  a.unique === b.unique &&
  a.sparse === b.sparse &&
  a.expireAfterSeconds === b.expireAfterSeconds &&
  equal(a.partialFilterExpression ?? null, b.partialFilterExpression ?? null);

/**
 * The existing index that the new one repeats, or undefined when it is really new.
 * @throws ProtocolError IndexOptionsConflict (85) or IndexKeySpecsConflict (86)
 */
export function existingIndex(indexes: readonly Index[], wanted: IndexSpec): Index | undefined {
  for (const index of indexes) {
    const { spec } = index;
    const sameName = spec.name === wanted.name;
    const alike = sameKey(spec.key, wanted.key);
    if (spec.name === '_id_' && alike) return index;
    if (sameName && !alike)
      throw conflict('IndexKeySpecsConflict', wanted, 'has the same name as the requested index, but a different key');
    if (!alike || !equal(spec.partialFilterExpression ?? null, wanted.partialFilterExpression ?? null)) {
      if (sameName)
        throw conflict('IndexKeySpecsConflict', wanted, 'has the same name as the requested index, but other options');
      continue;
    }
    if (sameName && sameOptions(spec, wanted)) return index;
    if (sameName) throw conflict('IndexOptionsConflict', wanted, 'already exists with different options');
    if (spec.unique === wanted.unique && spec.sparse === wanted.sparse) {
      throw conflict('IndexOptionsConflict', wanted, `already exists with a different name: ${spec.name}`);
    }
  }
  return undefined;
}

const conflict = (code: 'IndexOptionsConflict' | 'IndexKeySpecsConflict', spec: IndexSpec, why: string) =>
  new ProtocolError(code, `An existing index ${why}. Requested index: ${spec.name}`);

/** As listIndexes shows it. */
export function describeIndex({ spec }: Index): Doc {
  const shown = doc({ v: 2, key: spec.key, name: spec.name });
  for (const [option, value] of spec.other) if (option !== 'v') shown.set(option, value);
  if (spec.unique && spec.name !== '_id_') shown.set('unique', true);
  if (spec.sparse) shown.set('sparse', true);
  if (spec.partialFilterExpression !== undefined) shown.set('partialFilterExpression', spec.partialFilterExpression);
  if (spec.expireAfterSeconds !== undefined) shown.set('expireAfterSeconds', spec.expireAfterSeconds);
  return shown;
}
