import { encode } from '../bson/encode.js';
import { type Doc, isDoc, isNumeric, toNumber, type Value } from '../bson/values.js';
import { purgeLater } from '../commands/collections.js';
import {
  type Command,
  countArgument,
  databaseOf,
  docArgument,
  flagArgument,
  listArgument,
  namespaceOf,
  pacerOf,
  type ServerState,
} from '../commands/command.js';
import { matches, type Query, queryOf, quickCount } from '../commands/query.js';
import { hintOf } from '../commands/read.js';
import { drain, type Flow } from '../flow.js';
import { ProtocolError } from '../protocol-error.js';
import { everything, type Filter } from '../query/filter.js';
import { compileFilter } from '../query/match.js';
import { parseSort } from '../query/sort.js';
import type { StoredRecord } from '../storage/record-cache.js';
import { countOnly } from './count-only.js';
import { evaluateLet, expressionContext } from './expression.js';
import { compilePipeline, stageOf } from './pipeline.js';
import type { Variables } from './scope.js';
import { fromList, type PipelineContext } from './stage.js';
import { literalDocuments } from './stages.js';
import { type WriteStage, writeStageOf } from './write-stage.js';

/** Leading stages that the planner can take over, and what is left for the pipeline. */
type Split = Readonly<{ query: Query; rest: readonly Value[] }>;

function splitLeading(stages: readonly Value[], variables: Variables, hint: Value | undefined): Split {
  const context = expressionContext(variables);
  let filter: Filter = everything;
  let at = 0;
  const take = (name: string): Value | undefined => {
    const stage = stages[at];
    const operand = isDoc(stage) && stage.size === 1 ? stage.get(name) : undefined;
    if (operand !== undefined) at++;
    return operand;
  };
  const match = take('$match');
  if (match !== undefined) {
    if (!isDoc(match)) throw new ProtocolError('Location15959', 'the match filter must be an expression in an object');
    filter = compileFilter(match, context);
  }
  const sort = take('$sort');
  const skip = whole(stages[at], '$skip') ? Number(take('$skip')) : 0;
  const limit = whole(stages[at], '$limit', 1) ? Number(take('$limit')) : Number.POSITIVE_INFINITY;
  const order = isDoc(sort) ? parseSort(sort) : [];
  if (sort !== undefined && order.length === 0) {
    throw new ProtocolError('Location15976', '$sort stage must have at least one sort key');
  }
  return { query: queryOf(filter, { sort: order, skip, limit, hint }), rest: stages.slice(at) };
}

/** A stage with a plain whole number, as `$skip` and `$limit` take it; anything else is left to report its error. */
function whole(stage: Value | undefined, name: string, least = 0): boolean {
  const operand = isDoc(stage) && stage.size === 1 ? stage.get(name) : undefined;
  return typeof operand !== 'bigint' &&
    isNumeric(operand) &&
    Number.isInteger(toNumber(operand)) &&
    toNumber(operand) >= least
    ? typeof operand === 'number'
    : false;
}

function* documentsFrom(records: Flow<StoredRecord>): Flow<Doc> {
  for (const record of records) yield record?.document;
}

function* bytesOf(documents: Flow<Doc>): Flow<Buffer> {
  for (const document of documents) yield document && encode(document);
}

function* rawOf(records: Flow<StoredRecord>): Flow<Buffer> {
  for (const record of records) yield record?.raw;
}

const present = (document: Doc | undefined): Doc[] => (document === undefined ? [] : [document]);

const none = <T>(): Flow<T> => fromList([]) as Flow<T>;

function contextFor({ engine }: ServerState, db: string, variables: Variables): PipelineContext {
  return {
    variables,
    compile: compilePipeline,
    documentsOf: (name, query) => {
      const collection = engine.catalog.get(db, name);
      if (collection === undefined) return fromList([]);
      const filter = query === undefined ? everything : compileFilter(query, expressionContext(variables));
      return documentsFrom(matches(engine, collection, queryOf(filter)));
    },
  };
}

type Prepared = Readonly<{ namespace: string; flow: Flow<Doc>; raw?: Flow<Buffer>; store?: WriteStage['store'] }>;

/** The results of a pipeline; everything is compiled before the first document is read. */
function prepare(body: Doc, server: ServerState): Prepared {
  const given = listArgument(body, 'pipeline');
  for (const stage of given) stageOf(stage);
  const variables: Variables = new Map([...evaluateLet(docArgument(body, 'let')), ['NOW', server.now()]]);
  const target = body.get('aggregate');
  const db = databaseOf(body);
  const context = contextFor(server, db, variables);
  const writes = writeStageOf(given, db, server, variables);
  const stages = writes?.before ?? given;
  const more = writes && { store: writes.store };
  if (isNumeric(target)) {
    return { namespace: `${db}.$cmd.aggregate`, flow: withoutCollection(stages, context), ...more };
  }
  const { name, namespace } = namespaceOf(body);
  const collection = server.engine.catalog.get(db, name);
  const { query, rest } = splitLeading(stages, variables, hintOf(body));
  const result = countOnly(rest);
  const count = result && collection && quickCount(server.engine, collection, query);
  if (result !== undefined && count !== undefined) {
    return { namespace, flow: fromList(present(result(count))), ...more };
  }
  const run = compilePipeline(rest, context);
  const records = collection === undefined ? none<StoredRecord>() : matches(server.engine, collection, query);
  if (rest.length === 0 && more === undefined) return { namespace, flow: none<Doc>(), raw: rawOf(records) };
  return { namespace, flow: run(documentsFrom(records)), ...more };
}

function withoutCollection(stages: readonly Value[], context: PipelineContext): Flow<Doc> {
  const [first] = stages;
  const [name, operand] = first === undefined ? ['', null] : stageOf(first);
  if (name !== '$documents') {
    throw new ProtocolError('InvalidNamespace', `{aggregate: 1} is not valid for '${name}'; a collection is required.`);
  }
  return compilePipeline(stages.slice(1), context)(literalDocuments(operand, context));
}

export const aggregate: Command = {
  arguments: {
    pipeline: 'use',
    cursor: 'use',
    let: 'use',
    hint: 'use',
    explain: 'use',
    allowDiskUse: 'skip',
    bypassDocumentValidation: 'skip',
  },
  run: async (body, server) => {
    if (flagArgument(body, 'explain', false)) {
      throw new ProtocolError('InvalidOptions', 'explain is not offered by the embedded store');
    }
    if (!body.has('cursor')) {
      throw new ProtocolError(
        'FailedToParse',
        "The 'cursor' option is required, except for aggregate with the explain argument",
      );
    }
    const { namespace, flow, raw, store } = prepare(body, server);
    const batchSize = countArgument(docArgument(body, 'cursor'), 'batchSize');
    const pacer = pacerOf(body);
    if (store === undefined) {
      return server.cursors.first(namespace, { flow: raw ?? bytesOf(flow) }, { batchSize, single: false }, pacer);
    }
    const documents: Doc[] = [];
    await drain(flow, pacer, (document) => documents.push(document));
    await server.engine.write(store(documents)).finally(() => purgeLater(server));
    return server.cursors.first(namespace, { flow: none<Buffer>() }, { batchSize, single: true }, pacer);
  },
};
