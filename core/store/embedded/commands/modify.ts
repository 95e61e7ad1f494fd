import { encode } from '../bson/encode.js';
import type { Doc, Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import type { Found } from '../query/paths.js';
import type { Collection } from '../storage/collection.js';
import type { Engine } from '../storage/engine.js';
import type { StoredRecord } from '../storage/record-cache.js';
import type { WriteJob } from '../storage/write-queue.js';
import { checkId } from '../update/document-id.js';
import { upsertDocument } from '../update/upsert.js';
import { matches, queryOf } from './query.js';
import type { Statement } from './statement.js';

export type UpdateOutcome = { matched: number; modified: number; upserted: Value | undefined };

/** Searching pauses after this many documents, so that other writes get into the commit. */
const PAUSE_EVERY = 256;

/** A sorted search that paused may find its best candidates changed; the next ones then take their place. */
const SPARE_CANDIDATES = 16;

/** The first match, as it is at the moment it is returned: nothing else has run since it was tested. */
export function* firstMatch(
  engine: Engine,
  collection: Collection,
  statement: Pick<Statement, 'filter' | 'sort' | 'hint'>,
): WriteJob<StoredRecord | undefined> {
  const limit = statement.sort.length > 0 ? SPARE_CANDIDATES : 1;
  const query = queryOf(statement.filter, { sort: statement.sort, hint: statement.hint, limit });
  let steps = 0;
  for (const record of matches(engine, collection, query)) {
    if (record !== undefined) return record;
    if (++steps % PAUSE_EVERY === 0) yield;
  }
  return undefined;
}

/** Ids of all matches at this time; each is read and tested again before it is changed. */
function* allMatches(engine: Engine, collection: Collection, statement: Statement): WriteJob<number[]> {
  const ids: number[] = [];
  let steps = 0;
  for (const record of matches(engine, collection, queryOf(statement.filter, { hint: statement.hint }))) {
    if (record !== undefined) ids.push(record.id);
    if (++steps % PAUSE_EVERY === 0) yield;
  }
  return ids;
}

/** Applies an update to one record. Undefined when it changes nothing. */
export function updateRecord(
  collection: Collection,
  record: StoredRecord,
  statement: Statement,
): StoredRecord | undefined {
  const found: Found = {};
  statement.filter.test(record.document, found);
  const next = statement.update.apply(record.document, found, false);
  const raw = encode(next);
  return raw.equals(record.raw) ? undefined : collection.replace(record, next, raw);
}

export function upsert(engine: Engine, db: string, name: string, statement: Statement): Doc {
  const document = upsertDocument(statement.query, statement.update);
  checkId(document.get('_id') ?? null);
  engine.catalog.obtain(db, name).insert(document);
  return document;
}

export function* updateMatches(
  engine: Engine,
  db: string,
  name: string,
  statement: Statement & { multi: boolean; upsert: boolean },
): WriteJob<UpdateOutcome> {
  const outcome: UpdateOutcome = { matched: 0, modified: 0, upserted: undefined };
  const collection = engine.catalog.get(db, name);
  if (collection !== undefined) {
    if (statement.multi) yield* updateAll(engine, collection, statement, outcome);
    else {
      const record = yield* firstMatch(engine, collection, statement);
      if (record !== undefined) count(outcome, updateRecord(collection, record, statement));
    }
  }
  if (outcome.matched === 0 && statement.upsert) {
    outcome.upserted = upsert(engine, db, name, statement).get('_id') ?? null;
  }
  return outcome;
}

function count(outcome: UpdateOutcome, changed: StoredRecord | undefined): void {
  outcome.matched++;
  if (changed !== undefined) outcome.modified++;
}

function* updateAll(
  engine: Engine,
  collection: Collection,
  statement: Statement,
  outcome: UpdateOutcome,
): WriteJob<void> {
  for (const id of yield* allMatches(engine, collection, statement)) {
    const record = collection.dropped ? undefined : collection.read(id);
    if (record !== undefined && statement.filter.test(record.document)) {
      count(outcome, updateRecord(collection, record, statement));
    }
    yield;
  }
}

export function* deleteMatches(
  engine: Engine,
  db: string,
  name: string,
  statement: Statement,
  single: boolean,
): WriteJob<number> {
  const collection = engine.catalog.get(db, name);
  if (collection === undefined) return 0;
  if (single) {
    const record = yield* firstMatch(engine, collection, statement);
    if (record !== undefined) collection.remove(record);
    return record === undefined ? 0 : 1;
  }
  let removed = 0;
  for (const id of yield* allMatches(engine, collection, statement)) {
    const record = collection.dropped ? undefined : collection.read(id);
    if (record !== undefined && statement.filter.test(record.document)) {
      collection.remove(record);
      removed++;
    }
    yield;
  }
  return removed;
}

export const refuseBoth = (): ProtocolError =>
  new ProtocolError('FailedToParse', "Cannot specify both an 'update' and 'remove'=true");
