import { randomBytes } from 'node:crypto';
import { Binary } from 'bson';
import { expressionContext } from '../aggregate/expression.js';
import { encode } from '../bson/encode.js';
import { type Doc, doc, double, isDoc, isNumeric, toNumber, type Value } from '../bson/values.js';
import type { Flow } from '../flow.js';
import { ProtocolError } from '../protocol-error.js';
import { compileFilter } from '../query/match.js';
import { buildIndex } from '../storage/build-index.js';
import type { Collection } from '../storage/collection.js';
import { purgeDropped } from '../storage/purge.js';
import { atOnce, type WriteJob } from '../storage/write-queue.js';
import {
  asDoc,
  type Command,
  countArgument,
  databaseOf,
  docArgument,
  flagArgument,
  listArgument,
  namespaceOf,
  pacerOf,
  type ServerState,
} from './command.js';
import { describeIndex, existingIndex, parseIndex } from './index-options.js';

export function* listed(documents: Iterable<Doc>): Flow<Buffer> {
  for (const document of documents) yield encode(document);
}

const batchSizeOf = (body: Doc): number | undefined => countArgument(docArgument(body, 'cursor'), 'batchSize');

const create: Command = {
  arguments: {
    autoIndexId: 'skip',
    capped: 'use',
    size: 'skip',
    max: 'skip',
    idIndex: 'skip',
    storageEngine: 'skip',
    indexOptionDefaults: 'skip',
    validator: 'InvalidOptions',
    validationLevel: 'InvalidOptions',
    validationAction: 'InvalidOptions',
    viewOn: 'InvalidOptions',
    pipeline: 'InvalidOptions',
    timeseries: 'InvalidOptions',
    clusteredIndex: 'InvalidOptions',
    expireAfterSeconds: 'InvalidOptions',
    changeStreamPreAndPostImages: 'InvalidOptions',
    encryptedFields: 'InvalidOptions',
  },
  run: async (body, { engine }) => {
    const { db, name, namespace } = namespaceOf(body);
    if (flagArgument(body, 'capped', false))
      throw new ProtocolError('InvalidOptions', 'capped collections are not offered by the embedded store');
    const job = (): void => {
      if (engine.catalog.get(db, name) !== undefined) {
        throw new ProtocolError('NamespaceExists', `Collection ${namespace} already exists.`);
      }
      engine.catalog.create(db, name);
    };
    await engine.write(atOnce(job));
    return doc({ ok: double(1) });
  },
};

/** Keys of dropped things are removed after the answer; a crash in between only delays that. */
export const purgeLater = ({ engine }: ServerState): void => {
  void engine.write(purgeDropped(engine)).catch(() => {});
};

const drop: Command = {
  arguments: {},
  run: async (body, server) => {
    const { db, name, namespace } = namespaceOf(body);
    const { engine } = server;
    const job = (): number => {
      const collection = engine.catalog.get(db, name);
      if (collection === undefined) return 0;
      engine.catalog.drop(collection);
      return collection.indexes.length;
    };
    const indexes = await engine.write(atOnce(job));
    purgeLater(server);
    return doc({ nIndexesWas: indexes > 0 ? indexes : undefined, ns: namespace, ok: double(1) });
  },
};

const dropDatabase: Command = {
  arguments: {},
  run: async (body, server) => {
    const db = databaseOf(body);
    const { engine } = server;
    const job = (): void => {
      for (const collection of engine.catalog.all(db)) engine.catalog.drop(collection);
    };
    await engine.write(atOnce(job));
    purgeLater(server);
    return doc({ dropped: db, ok: double(1) });
  },
};

const UUID_SUBTYPE = 4;

const describeCollection = (collection: Collection, nameOnly: boolean): Doc =>
  doc({
    name: collection.name,
    type: 'collection',
    options: nameOnly ? undefined : collection.options,
    info: nameOnly ? undefined : doc({ readOnly: false, uuid: new Binary(randomBytes(16), UUID_SUBTYPE) }),
    idIndex: nameOnly ? undefined : doc({ v: 2, key: doc({ _id: 1 }), name: '_id_' }),
  });

const listCollections: Command = {
  arguments: { filter: 'use', nameOnly: 'use', cursor: 'use', authorizedCollections: 'skip' },
  run: (body, { engine, cursors }) => {
    const db = databaseOf(body);
    const nameOnly = flagArgument(body, 'nameOnly', false);
    const { test } = compileFilter(docArgument(body, 'filter'), expressionContext(new Map()));
    const shown = engine.catalog
      .all(db)
      .map((collection) => describeCollection(collection, nameOnly))
      .filter((entry) => test(entry));
    return cursors.first(
      `${db}.$cmd.listCollections`,
      { flow: listed(shown) },
      { batchSize: batchSizeOf(body), single: false },
      pacerOf(body),
    );
  },
};

const listDatabases: Command = {
  arguments: { filter: 'use', nameOnly: 'use', authorizedDatabases: 'skip' },
  run: (body, { engine }) => {
    const nameOnly = flagArgument(body, 'nameOnly', false);
    const { test } = compileFilter(docArgument(body, 'filter'), expressionContext(new Map()));
    const names = [...new Set(engine.catalog.all().map((collection) => collection.db))].sort();
    const databases = names
      .map((name) => doc({ name, sizeOnDisk: nameOnly ? undefined : 1n, empty: nameOnly ? undefined : false }))
      .filter((entry) => test(entry));
    return doc({ databases, totalSize: nameOnly ? undefined : BigInt(names.length), ok: double(1) });
  },
};

const createIndexes: Command = {
  arguments: { indexes: 'use', commitQuorum: 'skip', ignoreUnknownIndexOptions: 'skip' },
  run: async (body, { engine }) => {
    const { db, name } = namespaceOf(body);
    const specs = listArgument(body, 'indexes').map((value) => parseIndex(asDoc(value, 'indexes')));
    if (specs.length === 0) throw new ProtocolError('BadValue', 'Must specify at least one index to create');
    for (const { partialFilterExpression } of specs)
      if (partialFilterExpression) engine.compileFilter(partialFilterExpression);
    const job = function* (): WriteJob<Doc> {
      const isNew = engine.catalog.get(db, name) === undefined;
      const collection = engine.catalog.obtain(db, name);
      const before = collection.indexes.length;
      for (const spec of specs) {
        if (existingIndex(collection.indexes, spec) === undefined) yield* buildIndex(engine, collection, spec);
      }
      const after = collection.indexes.length;
      return doc({
        numIndexesBefore: before,
        numIndexesAfter: after,
        createdCollectionAutomatically: isNew,
        note: before === after ? 'all indexes already exist' : undefined,
        ok: double(1),
      });
    };
    return engine.write(job());
  },
};

/** @throws ProtocolError NamespaceNotFound */
function existing({ engine }: ServerState, body: Doc): Collection {
  const { db, name, namespace } = namespaceOf(body);
  const collection = engine.catalog.get(db, name);
  if (collection === undefined) throw new ProtocolError('NamespaceNotFound', `ns does not exist: ${namespace}`);
  return collection;
}

const listIndexes: Command = {
  arguments: { cursor: 'use', includeBuildUUIDs: 'skip', includeIndexBuildInfo: 'skip' },
  run: (body, server) => {
    const collection = existing(server, body);
    const shown = collection.indexes.filter(({ state }) => state === 'ready').map(describeIndex);
    const options = { batchSize: batchSizeOf(body), single: false };
    return server.cursors.first(collection.namespace, { flow: listed(shown) }, options, pacerOf(body));
  },
};

function matchesIndex(collection: Collection, wanted: Value) {
  const key = isDoc(wanted) ? encode(wanted) : undefined;
  return collection.indexes.filter(
    ({ spec }) => spec.name === wanted || (key !== undefined && encode(spec.key).equals(key)),
  );
}

function indexesToDrop(collection: Collection, wanted: Value) {
  if (wanted === '*') return collection.indexes.filter(({ spec }) => spec.name !== '_id_');
  return (Array.isArray(wanted) ? wanted : [wanted]).map((one) => {
    const [index] = matchesIndex(collection, one);
    if (index === undefined) throw new ProtocolError('IndexNotFound', `index not found with name [${String(one)}]`);
    if (index.spec.name === '_id_') throw new ProtocolError('InvalidOptions', 'cannot drop _id index');
    return index;
  });
}

const dropIndexes: Command = {
  arguments: { index: 'use' },
  run: async (body, server) => {
    const { engine } = server;
    const wanted = body.get('index') ?? '*';
    const job = (): number => {
      const collection = existing(server, body);
      const before = collection.indexes.length;
      for (const index of indexesToDrop(collection, wanted)) engine.catalog.dropIndex(collection, index);
      return before;
    };
    const before = await engine.write(atOnce(job));
    purgeLater(server);
    return doc({ nIndexesWas: before, ok: double(1) });
  },
};

const scaleOf = (body: Doc): number => {
  const scale = body.get('scale');
  return isNumeric(scale) ? toNumber(scale) : 1;
};

const collStats: Command = {
  arguments: { scale: 'use' },
  run: (body, { engine }) => {
    const { db, name, namespace } = namespaceOf(body);
    const collection = engine.catalog.get(db, name);
    return doc({
      ns: namespace,
      count: collection?.count ?? 0,
      nindexes: collection?.indexes.length ?? 0,
      scaleFactor: scaleOf(body),
      capped: false,
      ok: double(1),
    });
  },
};

const dbStats: Command = {
  arguments: { scale: 'use', freeStorage: 'skip' },
  run: (body, { engine }) => {
    const db = databaseOf(body);
    const collections = engine.catalog.all(db);
    return doc({
      db,
      collections: collections.length,
      views: 0,
      objects: collections.reduce((sum, collection) => sum + collection.count, 0),
      indexes: collections.reduce((sum, collection) => sum + collection.indexes.length, 0),
      scaleFactor: scaleOf(body),
      ok: double(1),
    });
  },
};

export const COLLECTION_COMMANDS: Readonly<Record<string, Command>> = {
  create,
  drop,
  dropDatabase,
  listCollections,
  listDatabases,
  createIndexes,
  listIndexes,
  dropIndexes,
  collStats,
  dbStats,
};
