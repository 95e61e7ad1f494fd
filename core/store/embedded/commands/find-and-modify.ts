import { evaluateLet, expressionContext } from '../aggregate/expression.js';
import { type Doc, doc, double, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import type { Found } from '../query/paths.js';
import { compileProjection, type Projection } from '../query/project.js';
import { parseSort } from '../query/sort.js';
import type { Engine } from '../storage/engine.js';
import type { WriteJob } from '../storage/write-queue.js';
import { type Command, docArgument, flagArgument, namespaceOf } from './command.js';
import { firstMatch, refuseBoth, updateRecord, upsert } from './modify.js';
import { compileStatement, type Statement } from './statement.js';

type Request = Readonly<{
  statement: Statement;
  projection: Projection | undefined;
  remove: boolean;
  upsert: boolean;
  returnNew: boolean;
}>;

/** The document that goes back to the client. */
function shown({ statement, projection }: Request, document: Doc): Doc {
  if (projection === undefined) return document;
  const found: Found = {};
  if (projection.positional) statement.filter.test(document, found);
  return projection.apply(document, found);
}

const outcome = (last: Record<string, Value>, value: Doc | null): Doc =>
  doc({ lastErrorObject: doc(last), value, ok: double(1) });

function* modify(engine: Engine, db: string, name: string, request: Request): WriteJob<Doc> {
  const { statement, remove } = request;
  const collection = engine.catalog.get(db, name);
  const record = collection && (yield* firstMatch(engine, collection, statement));
  if (collection !== undefined && record !== undefined) {
    if (remove) {
      collection.remove(record);
      return outcome({ n: 1 }, shown(request, record.document));
    }
    const next = updateRecord(collection, record, statement) ?? record;
    return outcome({ n: 1, updatedExisting: true }, shown(request, (request.returnNew ? next : record).document));
  }
  if (remove) return outcome({ n: 0 }, null);
  if (!request.upsert) return outcome({ n: 0, updatedExisting: false }, null);
  const made = upsert(engine, db, name, statement);
  const last = { n: 1, updatedExisting: false, upserted: made.get('_id') ?? null };
  return outcome(last, request.returnNew ? shown(request, made) : null);
}

export const findAndModify: Command = {
  arguments: {
    query: 'use',
    sort: 'use',
    remove: 'use',
    update: 'use',
    new: 'use',
    fields: 'use',
    upsert: 'use',
    arrayFilters: 'use',
    hint: 'use',
    let: 'use',
    bypassDocumentValidation: 'skip',
  },
  run: (body, server) => {
    const { db, name } = namespaceOf(body);
    const change = body.get('update');
    const remove = flagArgument(body, 'remove', false);
    if (remove && change !== undefined) throw refuseBoth();
    if (!remove && change === undefined) {
      throw new ProtocolError('FailedToParse', "Either an update or 'remove'=true must be specified");
    }
    if (remove && flagArgument(body, 'upsert', false)) {
      throw new ProtocolError('FailedToParse', "Cannot specify both 'upsert'=true and 'remove'=true");
    }
    const variables = docArgument(body, 'let');
    const request: Request = {
      statement: compileStatement(
        {
          query: docArgument(body, 'query'),
          variables,
          arrayFilters: body.get('arrayFilters'),
          hint: body.get('hint'),
          sort: body.get('sort') === null ? [] : parseSort(docArgument(body, 'sort')),
          ...(change === undefined ? {} : { change }),
        },
        server,
      ),
      projection: compileProjection(docArgument(body, 'fields'), expressionContext(evaluateLet(variables))),
      remove,
      upsert: flagArgument(body, 'upsert', false),
      returnNew: flagArgument(body, 'new', false),
    };
    return server.engine.write(modify(server.engine, db, name, request));
  },
};
