import mongoose from 'mongoose';
import type { Fields } from './format.js';
import { isFields, type Lookup, Mismatch, match, show } from './match.js';

const { MongoBulkWriteError, MongoClientBulkWriteError, MongoError, MongoServerError } = mongoose.mongo;

const COUNTS = [
  'insertedCount',
  'matchedCount',
  'modifiedCount',
  'deletedCount',
  'upsertedCount',
  'upsertedIds',
  'insertedIds',
] as const;

/** The driver does not hand out this class; its fields are getters. */
const isBulkWriteResult = (value: unknown): value is mongoose.mongo.BulkWriteResult =>
  value?.constructor.name === 'BulkWriteResult';

/** Results as plain documents: getters are read, and maps have their keys as text. */
export function plain(value: unknown): unknown {
  if (isBulkWriteResult(value)) return Object.fromEntries(COUNTS.map((name) => [name, value[name]]));
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [String(key), plain(inner)]));
  if (!isFields(value) || ![...Object.values(value)].some((inner) => inner instanceof Map)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

const resultOf = (error: unknown): unknown => {
  if (error instanceof MongoClientBulkWriteError) return plain(error.partialResult);
  return error instanceof MongoBulkWriteError ? plain(error.result) : undefined;
};

/** The error that holds the server's words: for a write of a client it is the cause. */
const serverSide = (error: unknown): unknown =>
  error instanceof MongoClientBulkWriteError ? (error.cause ?? error) : error;

const property = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? (error as Fields)[name] : undefined;

/** The server's reply, or the error itself: a failed write in a reply that says ok has no reply of its own. */
function replyOf(error: unknown): Fields {
  const server = serverSide(error);
  const reply = property(server, 'errorResponse');
  return { ...(isFields(reply) ? reply : {}), code: property(server, 'code'), ...errInfoOf(server) };
}

function errInfoOf(error: unknown): Fields {
  const own = property(error, 'errInfo') ?? property(property(error, 'errorResponse'), 'errInfo');
  return own === undefined ? {} : { errInfo: own };
}

const hasLabel = (error: unknown, label: unknown): boolean =>
  error instanceof MongoError && error.hasErrorLabel(String(label));

const labels = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Each says what is wrong; undefined when nothing is. */
type Check = (wanted: unknown, error: unknown, lookup: Lookup) => string | undefined;

const check = (holds: boolean, why: string): string | undefined => (holds ? undefined : why);

const CHECKS: Readonly<Record<string, Check>> = {
  isError: () => undefined,
  isClientError: (wanted, error) => {
    const client = !(error instanceof MongoServerError);
    return check(client === wanted, `the error comes from the ${client ? 'client' : 'server'}`);
  },
  isTimeoutError: (wanted, error) =>
    check(
      error instanceof mongoose.mongo.MongoOperationTimeoutError === wanted,
      wanted ? 'no timeout' : 'it is a timeout',
    ),
  errorContains: (wanted, error) =>
    check(
      String(property(error, 'message')).toLowerCase().includes(String(wanted).toLowerCase()),
      `the message lacks '${wanted}'`,
    ),
  errorCode: (wanted, error) => {
    const code = property(serverSide(error), 'code');
    return check(code === wanted, `the code is ${show(code)}, not ${show(wanted)}`);
  },
  errorCodeName: (wanted, error) => {
    const name = property(serverSide(error), 'codeName');
    return check(name === wanted, `the code name is ${show(name)}, not ${show(wanted)}`);
  },
  errorLabelsContain: (wanted, error) =>
    check(
      labels(wanted).every((label) => hasLabel(error, label)),
      `not all labels are there: ${show(wanted)}`,
    ),
  errorLabelsOmit: (wanted, error) =>
    check(!labels(wanted).some((label) => hasLabel(error, label)), `a label of ${show(wanted)} is there`),
  expectResult: (wanted, error, lookup) => {
    match(wanted, resultOf(error), lookup, 'result');
    return undefined;
  },
  errorResponse: (wanted, error, lookup) => {
    match(wanted, replyOf(error), lookup, 'reply');
    return undefined;
  },
  writeErrors: (wanted, error, lookup) => {
    const found = property(error, 'writeErrors');
    matchEach(wanted, found instanceof Map ? plain(found) : found, lookup, 'writeErrors');
    return undefined;
  },
  writeConcernErrors: (wanted, error, lookup) => {
    matchEach(wanted, property(error, 'writeConcernErrors'), lookup, 'writeConcernErrors');
    return undefined;
  },
};

/** Numbered errors: each may say more than is expected, but there must be no more of them. */
function matchEach(wanted: unknown, found: unknown, lookup: Lookup, path: string): void {
  const expected = Object.entries(wanted as Fields);
  const actual = (found ?? {}) as Fields;
  if (Object.keys(actual).length !== expected.length) throw new Mismatch(path, `is ${show(found)}`);
  for (const [key, value] of expected) match(value, actual[key], lookup, `${path}.${key}`);
}

/** @throws Mismatch, naming the error that came; TypeError for an expectation that is not known */
export function matchError(expected: Fields, error: unknown, lookup: Lookup): void {
  for (const [name, wanted] of Object.entries(expected)) {
    const test = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    if (test === undefined) throw new TypeError(`unknown expectation of an error: ${name}`);
    const why = test(wanted, error, lookup);
    if (why !== undefined) throw new Mismatch('error', `${why} (${show(error)})`);
  }
}
