import { ObjectId } from 'bson';
import { decode } from '../bson/decode.js';
import { encode } from '../bson/encode.js';
import { type Doc, doc, double, isNumeric, RawDoc, toNumber, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { atOnce, type WriteJob } from '../storage/write-queue.js';
import { checkId } from '../update/document-id.js';
import { withId } from '../update/upsert.js';
import {
  asDoc,
  type Command,
  docArgument,
  flagArgument,
  listArgument,
  namespaceOf,
  refuseCollation,
} from './command.js';
import { deleteMatches, updateMatches } from './modify.js';
import { compileStatement } from './statement.js';

const MAX_BATCH = 100_000;

/** Outcome of a batch: what was written, and a numbered error for each statement that failed. */
type Batch = { n: number; modified: number; upserted: Value[]; errors: Value[] };

function* runBatch<T>(
  statements: readonly T[],
  ordered: boolean,
  run: (statement: T, index: number, batch: Batch) => WriteJob<void>,
): WriteJob<Batch> {
  const batch: Batch = { n: 0, modified: 0, upserted: [], errors: [] };
  for (const [index, statement] of statements.entries()) {
    try {
      yield* run(statement, index, batch);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      batch.errors.push(writeError(index, error));
      if (ordered) break;
    }
    yield;
  }
  return batch;
}

function writeError(index: number, error: ProtocolError): Doc {
  const entry = doc({ index, code: error.code });
  for (const [key, value] of error.details) entry.set(key, value);
  return entry.set('errmsg', error.message);
}

function checkBatchSize(statements: readonly unknown[]): void {
  if (statements.length >= 1 && statements.length <= MAX_BATCH) return;
  throw new ProtocolError(
    'InvalidLength',
    `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${statements.length} operations.`,
  );
}

type Prepared = Readonly<{ document: Doc; raw: Buffer }>;

/** A document with `_id` in front, and its bytes; those that came are kept when nothing had to change. */
function prepare(value: Value): Prepared {
  const raw = value instanceof RawDoc ? Buffer.from(value.bytes) : undefined;
  const given = raw === undefined ? asDoc(value, 'documents') : decode(raw);
  const document = withId(given, () => new ObjectId());
  checkId(document.get('_id') ?? null);
  return { document, raw: document === given && raw !== undefined ? raw : encode(document) };
}

const insert: Command = {
  arguments: { documents: 'use', ordered: 'use', bypassDocumentValidation: 'skip' },
  run: async (body, { engine }) => {
    const { db, name } = namespaceOf(body);
    const documents = listArgument(body, 'documents');
    checkBatchSize(documents);
    const batch = await engine.write(
      // Decoded one by one: a batch of many documents is never in memory twice.
      runBatch(documents, flagArgument(body, 'ordered', true), (value, _index, result) =>
        atOnce(() => {
          const { document, raw } = prepare(value);
          engine.catalog.obtain(db, name).insert(document, raw);
          result.n++;
        }),
      ),
    );
    return batchReply(batch, {});
  },
};

const batchReply = (batch: Batch, more: Record<string, Value | undefined>): Doc =>
  doc({
    n: batch.n,
    ...more,
    writeErrors: batch.errors.length > 0 ? batch.errors : undefined,
    ok: double(1),
  });

const UPDATE_FIELDS = new Set(['q', 'u', 'c', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation']);

const update: Command = {
  arguments: { updates: 'use', ordered: 'use', bypassDocumentValidation: 'skip', let: 'use' },
  run: async (body, server) => {
    const { db, name } = namespaceOf(body);
    const updates = listArgument(body, 'updates');
    checkBatchSize(updates);
    const variables = docArgument(body, 'let');
    const statements = updates.map((value) => {
      const statement = asDoc(value, 'updates');
      checkStatement('update.updates', statement, UPDATE_FIELDS);
      const change = statement.get('u');
      if (change === undefined)
        throw new ProtocolError('Location40414', "BSON field 'update.updates.u' is missing but a required field");
      const multi = flagArgument(statement, 'multi', false);
      return attempt(
        () => ({
          ...compileStatement({ ...statementOf(statement), change, variables }, server),
          multi,
          upsert: flagArgument(statement, 'upsert', false),
        }),
        (compiled) => {
          if (multi && compiled.update.kind === 'replacement') {
            throw new ProtocolError('FailedToParse', 'multi update is not supported for replacement-style update');
          }
        },
      );
    });
    const batch = await server.engine.write(
      runBatch(statements, flagArgument(body, 'ordered', true), function* (statement, index, result) {
        if (statement instanceof ProtocolError) throw statement;
        const outcome = yield* updateMatches(server.engine, db, name, statement);
        result.n += outcome.matched;
        result.modified += outcome.modified;
        if (outcome.upserted !== undefined) {
          result.n++;
          result.upserted.push(doc({ index, _id: outcome.upserted }));
        }
      }),
    );
    return batchReply(batch, {
      nModified: batch.modified,
      upserted: batch.upserted.length > 0 ? batch.upserted : undefined,
    });
  },
};

/** A refusal while compiling one statement belongs to that statement; the others of an unordered batch still run. */
function attempt<T>(compile: () => T, check: (compiled: T) => void): T | ProtocolError {
  try {
    const compiled = compile();
    check(compiled);
    return compiled;
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
}

function checkStatement(place: string, statement: Doc, fields: ReadonlySet<string>): void {
  for (const key of statement.keys()) {
    if (!fields.has(key)) throw new ProtocolError('Location40415', `BSON field '${place}.${key}' is an unknown field.`);
  }
  refuseCollation(statement.get('collation'));
}

const statementOf = (statement: Doc) => ({
  query: docArgument(statement, 'q'),
  constants: statement.get('c'),
  arrayFilters: statement.get('arrayFilters'),
  hint: statement.get('hint'),
});

const DELETE_FIELDS = new Set(['q', 'limit', 'hint', 'collation']);

const remove: Command = {
  arguments: { deletes: 'use', ordered: 'use', let: 'use' },
  run: async (body, server) => {
    const { db, name } = namespaceOf(body);
    const deletes = listArgument(body, 'deletes');
    checkBatchSize(deletes);
    const variables = docArgument(body, 'let');
    const statements = deletes.map((value) => {
      const statement = asDoc(value, 'deletes');
      checkStatement('delete.deletes', statement, DELETE_FIELDS);
      const limit = statement.get('limit');
      const single = isNumeric(limit) && toNumber(limit) === 1;
      if (!single && !(isNumeric(limit) && toNumber(limit) === 0)) {
        throw new ProtocolError('FailedToParse', 'The limit field in delete objects must be 0 or 1');
      }
      return attempt(
        () => ({ ...compileStatement({ ...statementOf(statement), variables }, server), single }),
        () => {},
      );
    });
    const batch = await server.engine.write(
      runBatch(statements, flagArgument(body, 'ordered', true), function* (statement, _index, result) {
        if (statement instanceof ProtocolError) throw statement;
        result.n += yield* deleteMatches(server.engine, db, name, statement, statement.single);
      }),
    );
    return batchReply(batch, {});
  },
};

export const WRITE_COMMANDS: Readonly<Record<string, Command>> = { insert, update, delete: remove };
