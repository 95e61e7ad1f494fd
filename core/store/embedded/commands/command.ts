import { decode } from '../bson/decode.js';
import { type Doc, isDoc, isNumeric, RawDoc, toNumber, typeName, type Value } from '../bson/values.js';
import type { Cursors } from '../cursors.js';
import { Pacer } from '../flow.js';
import { type ErrorName, ProtocolError } from '../protocol-error.js';
import type { Engine } from '../storage/engine.js';

/** What commands act on. */
export type ServerState = Readonly<{
  engine: Engine;
  cursors: Cursors;
  now(): Date;
  startedAt: Date;
  /** Present when the store offers test commands. */
  failPoints?: Readonly<{ command: Command; strike(command: string): void }> | undefined;
}>;

/**
 * What happens to an argument: `use` (the command reads it), `skip` (accepted, has no effect here), or the refusal.
 * Arguments in no table are refused as unknown.
 */
export type ArgumentRule = 'use' | 'skip' | ErrorName;

export type Command = Readonly<{
  arguments: Readonly<Record<string, ArgumentRule>>;
  run(body: Doc, server: ServerState): Promise<Doc> | Doc;
}>;

/** Arguments every command takes. */
const GENERIC: Readonly<Record<string, ArgumentRule>> = {
  $db: 'use',
  maxTimeMS: 'use',
  comment: 'skip',
  lsid: 'skip',
  $readPreference: 'skip',
  $clusterTime: 'skip',
  $query: 'IllegalOperation',
  apiVersion: 'skip',
  apiStrict: 'skip',
  apiDeprecationErrors: 'skip',
  txnNumber: 'IllegalOperation',
  autocommit: 'IllegalOperation',
  startTransaction: 'IllegalOperation',
};

const REASONS: Readonly<Record<string, string>> = {
  txnNumber: 'Transaction numbers are only allowed on a replica set member or mongos',
  autocommit: 'Transactions are only allowed on a replica set member or mongos',
  startTransaction: 'Transactions are only allowed on a replica set member or mongos',
};

const WRITE_MODES = new Set(['majority']);
const READ_LEVELS = new Set(['local', 'available', 'majority']);

/** @throws ProtocolError for unknown and refused arguments, and for concerns that a standalone store cannot give */
export function checkArguments(name: string, command: Command, body: Doc): void {
  for (const [key, value] of body) {
    if (key === name) continue;
    if (key === 'writeConcern') checkWriteConcern(value);
    else if (key === 'readConcern') checkReadConcern(value);
    else if (key === 'collation') refuseCollation(value);
    else checkArgument(name, key, command);
  }
}

function checkArgument(name: string, key: string, command: Command): void {
  const rule = ruleOf(command.arguments, key) ?? ruleOf(GENERIC, key);
  if (rule === 'use' || rule === 'skip') return;
  if (rule === undefined) {
    throw new ProtocolError('Location40415', `BSON field '${name}.${key}' is an unknown field.`);
  }
  throw new ProtocolError(rule, REASONS[key] ?? `${name} option '${key}' is not offered by the embedded store`);
}

const ruleOf = (rules: Readonly<Record<string, ArgumentRule>>, key: string): ArgumentRule | undefined =>
  Object.hasOwn(rules, key) ? rules[key] : undefined;

function checkWriteConcern(value: Value): void {
  const w = isDoc(value) ? value.get('w') : undefined;
  if (isNumeric(w) && toNumber(w) > 1) {
    throw new ProtocolError('BadValue', "cannot use 'w' > 1 when a host is not replicated");
  }
  if (typeof w === 'string' && !WRITE_MODES.has(w)) {
    throw new ProtocolError(
      'BadValue',
      `cannot use non-majority 'w' mode ${w} when a host is not a member of a replica set`,
    );
  }
}

function checkReadConcern(value: Value): void {
  const level = isDoc(value) ? value.get('level') : undefined;
  if (isDoc(value) && (value.has('afterClusterTime') || value.has('atClusterTime'))) {
    throw new ProtocolError('InvalidOptions', 'cluster times are not offered by the embedded store');
  }
  if (level !== undefined && !(typeof level === 'string' && READ_LEVELS.has(level))) {
    throw new ProtocolError(
      'InvalidOptions',
      `read concern level ${String(level)} is not offered by the embedded store`,
    );
  }
}

/** Only the simple collation (comparison by bytes) exists here. */
export function refuseCollation(value: Value | undefined): void {
  if (value === undefined || (isDoc(value) && (value.size === 0 || value.get('locale') === 'simple'))) return;
  throw new ProtocolError('InvalidOptions', 'collation is not offered by the embedded store');
}

const wrongType = (field: string, value: Value, wanted: string) =>
  new ProtocolError(
    'TypeMismatch',
    `BSON field '${field}' is the wrong type '${typeName(value)}', expected type '${wanted}'`,
  );

/** A document argument, decoded when it came as bytes; an empty document when absent. */
export function docArgument(body: Doc, field: string): Doc {
  const value = body.get(field);
  if (value === undefined) return new Map();
  return asDoc(value, field);
}

export function asDoc(value: Value, field: string): Doc {
  if (isDoc(value)) return value;
  if (value instanceof RawDoc) return decode(Buffer.from(value.bytes));
  throw wrongType(field, value, 'object');
}

export function listArgument(body: Doc, field: string): Value[] {
  const value = body.get(field);
  if (value === undefined)
    throw new ProtocolError('Location40414', `BSON field '${field}' is missing but a required field`);
  if (!Array.isArray(value)) throw wrongType(field, value, 'array');
  return value;
}

export function stringArgument(body: Doc, field: string): string {
  const value = body.get(field);
  if (value === undefined)
    throw new ProtocolError('Location40414', `BSON field '${field}' is missing but a required field`);
  if (typeof value !== 'string') throw wrongType(field, value, 'string');
  return value;
}

/** A whole number that is not negative; undefined when absent. */
export function countArgument(body: Doc, field: string): number | undefined {
  const value = body.get(field);
  if (value === undefined || value === null) return undefined;
  if (!isNumeric(value)) throw wrongType(field, value, 'long');
  const number = Math.trunc(toNumber(value));
  if (number < 0)
    throw new ProtocolError('Location51024', `BSON field '${field}' value must be >= 0, actual value '${number}'`);
  return number;
}

export const flagArgument = (body: Doc, field: string, fallback: boolean): boolean => {
  const value = body.get(field);
  if (value === undefined || value === null) return fallback;
  return typeof value === 'boolean' ? value : isNumeric(value) && toNumber(value) !== 0;
};

const INVALID_NAME = /[\0$]/;

/** The namespace of a command whose first argument is a collection name. @throws ProtocolError InvalidNamespace */
export function namespaceOf(body: Doc): { db: string; name: string; namespace: string } {
  const [command = ''] = body.keys();
  const db = databaseOf(body);
  const name = body.get(command);
  if (typeof name !== 'string')
    throw new ProtocolError('InvalidNamespace', `collection name has invalid type ${typeName(name ?? null)}`);
  if (name === '' || name.startsWith('.') || INVALID_NAME.test(name) || `${db}.${name}`.length > 255) {
    throw new ProtocolError('InvalidNamespace', `Invalid namespace specified '${db}.${name}'`);
  }
  return { db, name, namespace: `${db}.${name}` };
}

export function databaseOf(body: Doc): string {
  const db = body.get('$db');
  if (typeof db !== 'string' || db === '' || db.length > 63 || /[\0/\\. "$]/.test(db)) {
    throw new ProtocolError('InvalidNamespace', `Invalid database name: '${String(db)}'`);
  }
  return db;
}

export const pacerOf = (body: Doc): Pacer => new Pacer(countArgument(body, 'maxTimeMS') ?? 0);
