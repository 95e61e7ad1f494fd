import { KeyWriter } from '../bson/key-encoding.js';
import { compare } from '../bson/order.js';
import { type Doc, doc, double, isNumeric, toNumber, type Value } from '../bson/values.js';
import { drain, type Flow } from '../flow.js';
import { ProtocolError } from '../protocol-error.js';
import { splitPath, valuesAt } from '../query/paths.js';
import { compileProjection } from '../query/project.js';
import { parseSort } from '../query/sort.js';
import {
  type Command,
  countArgument,
  docArgument,
  flagArgument,
  namespaceOf,
  pacerOf,
  stringArgument,
} from './command.js';
import { compileQuery, encoded, matches, type Query, queryOf, quickCount } from './query.js';

function* nothing<T>(): Flow<T> {}

/** Reads filter, sort, skip, limit and hint of a find-like command. */
function readQuery(body: Doc, filterField: string): Query & { context: ReturnType<typeof compileQuery>['context'] } {
  const { filter, context } = compileQuery(docArgument(body, filterField), docArgument(body, 'let'));
  const limit = limitOf(body);
  return {
    filter,
    context,
    sort: parseSort(docArgument(body, 'sort')),
    skip: countArgument(body, 'skip') ?? 0,
    limit: limit === 0 ? Number.POSITIVE_INFINITY : limit,
    hint: hintOf(body),
  };
}

/** Negative limits mean their absolute value in one batch. */
function limitOf(body: Doc): number {
  const limit = body.get('limit') ?? 0;
  if (limit === null) return 0;
  if (!isNumeric(limit)) throw new ProtocolError('TypeMismatch', "BSON field 'limit' is the wrong type");
  return Math.abs(Math.trunc(toNumber(limit)));
}

export function hintOf(body: Doc): Value | undefined {
  const hint = body.get('hint');
  return hint instanceof Map && hint.size === 0 ? undefined : (hint ?? undefined);
}

const find: Command = {
  arguments: {
    filter: 'use',
    sort: 'use',
    projection: 'use',
    hint: 'use',
    skip: 'use',
    limit: 'use',
    batchSize: 'use',
    singleBatch: 'use',
    let: 'use',
    allowDiskUse: 'skip',
    allowPartialResults: 'skip',
    noCursorTimeout: 'skip',
    oplogReplay: 'skip',
    tailable: 'use',
    awaitData: 'use',
    returnKey: 'use',
    showRecordId: 'use',
    min: 'InvalidOptions',
    max: 'InvalidOptions',
  },
  run: (body, { engine, cursors }) => {
    const { db, name, namespace } = namespaceOf(body);
    for (const option of ['tailable', 'awaitData', 'returnKey', 'showRecordId']) {
      if (flagArgument(body, option, false))
        throw new ProtocolError('InvalidOptions', `find option '${option}' is not offered by the embedded store`);
    }
    const query = readQuery(body, 'filter');
    const projection = compileProjection(docArgument(body, 'projection'), query.context);
    const collection = engine.catalog.get(db, name);
    let left = query.limit;
    const flow =
      collection === undefined
        ? nothing<Buffer>()
        : encoded(matches(engine, collection, query), query.filter, projection);
    const counted = counting(flow, () => left--);
    return cursors.first(
      namespace,
      { flow: counted, remaining: () => left },
      { batchSize: countArgument(body, 'batchSize'), single: flagArgument(body, 'singleBatch', false) },
      pacerOf(body),
    );
  },
};

function* counting(flow: Flow<Buffer>, count: () => void): Flow<Buffer> {
  for (const item of flow) {
    if (item !== undefined) count();
    yield item;
  }
}

const count: Command = {
  arguments: { query: 'use', limit: 'use', skip: 'use', hint: 'use', fields: 'skip' },
  run: async (body, { engine }) => {
    const { db, name } = namespaceOf(body);
    const collection = engine.catalog.get(db, name);
    const query = readQuery(body, 'query');
    let n = 0;
    if (collection !== undefined) {
      const quick = quickCount(engine, collection, query);
      if (quick !== undefined) n = quick;
      else await drain(matches(engine, collection, query), pacerOf(body), () => n++);
    }
    return doc({ n, ok: double(1) });
  },
};

const writer = new KeyWriter();

const distinct: Command = {
  arguments: { key: 'use', query: 'use', hint: 'use' },
  run: async (body, { engine }) => {
    const { db, name } = namespaceOf(body);
    const parts = splitPath(stringArgument(body, 'key'));
    const collection = engine.catalog.get(db, name);
    const query = body.get('query') === null ? new Map() : docArgument(body, 'query');
    const { filter } = compileQuery(query, new Map());
    const values = new Map<string, Value>();
    const keep = (value: Value) => {
      writer.reset().value(value);
      const key = writer.take().toString('latin1');
      if (!values.has(key)) values.set(key, value);
    };
    if (collection !== undefined) {
      await drain(
        matches(engine, collection, queryOf(filter, { hint: hintOf(body) })),
        pacerOf(body),
        ({ document }) => {
          for (const value of valuesAt(document, parts)) {
            if (Array.isArray(value)) value.forEach(keep);
            else keep(value);
          }
        },
      );
    }
    return doc({ values: [...values.values()].sort(compare), ok: double(1) });
  },
};

const getMore: Command = {
  arguments: { collection: 'use', batchSize: 'use' },
  run: (body, { cursors }) => {
    const id = body.get('getMore');
    const namespace = `${String(body.get('$db'))}.${stringArgument(body, 'collection')}`;
    const size = countArgument(body, 'batchSize');
    return cursors.more(
      isNumeric(id) ? BigInt(Math.trunc(toNumber(id)) === id ? id : String(id)) : 0n,
      namespace,
      size === 0 ? undefined : size,
      pacerOf(body),
    );
  },
};

const killCursors: Command = {
  arguments: { cursors: 'use' },
  run: (body, { cursors }) => {
    const ids = body.get('cursors');
    const killed: Value[] = [];
    const missing: Value[] = [];
    for (const id of Array.isArray(ids) ? ids : []) {
      if (isNumeric(id)) (cursors.kill(BigInt(String(id))) ? killed : missing).push(id);
    }
    return doc({
      cursorsKilled: killed,
      cursorsNotFound: missing,
      cursorsAlive: [],
      cursorsUnknown: [],
      ok: double(1),
    });
  },
};

export const READ_COMMANDS: Readonly<Record<string, Command>> = { find, count, distinct, getMore, killCursors };
