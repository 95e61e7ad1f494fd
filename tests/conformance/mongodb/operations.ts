import mongoose from 'mongoose';
import { type Entities, Skip } from './entities.js';
import type { Fields, Operation } from './format.js';

const { MongoClient, Db, Collection } = mongoose.mongo;
type Client = InstanceType<typeof MongoClient>;
type Database = InstanceType<typeof Db>;
type Rows = InstanceType<typeof Collection>;

/** Runs one operation. `given` are its arguments; what is not named goes to the driver as options. */
type Run<T> = (object: T, given: Fields) => unknown;

const fields = (value: unknown): Fields => (value ?? {}) as Fields;
const list = (value: unknown): Fields[] => value as Fields[];

/** `{ updateOne: {…} }` and so on, as the driver takes the writes of a collection. */
type Requests = Parameters<Rows['bulkWrite']>[0];

/** `{ updateOne: {…} }` becomes `{ name: 'updateOne', … }`. */
const models = (value: unknown) =>
  list(value).flatMap((model) => Object.entries(model).map(([name, rest]) => ({ name, ...fields(rest) })));

const ON_COLLECTION: Readonly<Record<string, Run<Rows>>> = {
  aggregate: (rows, { pipeline, ...options }) => rows.aggregate(list(pipeline), options).toArray(),
  bulkWrite: (rows, { requests, ...options }) => rows.bulkWrite(requests as Requests, options),
  count: (rows, { filter, ...options }) => rows.count(fields(filter), options),
  countDocuments: (rows, { filter, ...options }) => rows.countDocuments(fields(filter), options),
  createIndex: (rows, { keys, ...options }) => rows.createIndex(fields(keys) as Record<string, 1 | -1>, options),
  deleteMany: (rows, { filter, ...options }) => rows.deleteMany(fields(filter), options),
  deleteOne: (rows, { filter, ...options }) => rows.deleteOne(fields(filter), options),
  distinct: (rows, { fieldName, filter, ...options }) => rows.distinct(String(fieldName), fields(filter), options),
  dropIndex: (rows, { name, ...options }) => rows.dropIndex(String(name), options),
  estimatedDocumentCount: (rows, options) => rows.estimatedDocumentCount(options),
  find: (rows, { filter, ...options }) => rows.find(fields(filter), options).toArray(),
  findOne: (rows, { filter, ...options }) => rows.findOne(fields(filter), options),
  findOneAndDelete: (rows, { filter, ...options }) => rows.findOneAndDelete(fields(filter), options),
  findOneAndReplace: (rows, { filter, replacement, ...options }) =>
    rows.findOneAndReplace(fields(filter), fields(replacement), returning(options)),
  findOneAndUpdate: (rows, { filter, update, ...options }) =>
    rows.findOneAndUpdate(fields(filter), fields(update), returning(options)),
  insertMany: (rows, { documents, ...options }) => rows.insertMany(list(documents), options),
  insertOne: (rows, { document, ...options }) => rows.insertOne(fields(document), options),
  listIndexes: (rows, options) => rows.listIndexes(options).toArray(),
  replaceOne: (rows, { filter, replacement, ...options }) =>
    rows.replaceOne(fields(filter), fields(replacement), options),
  updateMany: (rows, { filter, update, ...options }) => rows.updateMany(fields(filter), fields(update), options),
  updateOne: (rows, { filter, update, ...options }) => rows.updateOne(fields(filter), fields(update), options),
};

/** The format writes `Before` and `After`, the driver `before` and `after`. */
const returning = ({ returnDocument, ...options }: Fields): Fields =>
  returnDocument === undefined ? options : { ...options, returnDocument: String(returnDocument).toLowerCase() };

const ON_DATABASE: Readonly<Record<string, Run<Database>>> = {
  aggregate: (database, { pipeline, ...options }) => database.aggregate(list(pipeline), options).toArray(),
  createCollection: (database, { collection, ...options }) => database.createCollection(String(collection), options),
  dropCollection: (database, { collection, ...options }) => database.dropCollection(String(collection), options),
  listCollections: (database, { filter, ...options }) => database.listCollections(fields(filter), options).toArray(),
  modifyCollection: (database, { collection, ...options }) => database.command({ collMod: collection, ...options }),
  runCommand: (database, { command, ...options }) => database.command(fields(command), options),
};

const ON_CLIENT: Readonly<Record<string, Run<Client>>> = {
  clientBulkWrite: (client, { models: writes, ...options }) =>
    client.bulkWrite(models(writes) as unknown as Parameters<Client['bulkWrite']>[0], options),
  listDatabases: (client, options) => client.db().admin().listDatabases(options),
  listDatabaseNames: async (client, options) =>
    (await client.db().admin().listDatabases(options)).databases.map(({ name }) => name),
};

/** Operations of the object `testRunner`. Each fail point is told to `undo`, which switches it off after the case. */
const ON_RUNNER: Readonly<Record<string, (entities: Entities, given: Fields, undo: Undo) => unknown>> = {
  failPoint: async (entities, given, undo) => {
    const admin = entities.client(String(given['client'])).db('admin');
    const failPoint = fields(given['failPoint']);
    await admin.command(failPoint);
    undo(() => admin.command({ configureFailPoint: failPoint['configureFailPoint'], mode: 'off' }));
  },
  createEntities: (entities, given) => entities.create(given['entities'] as Record<string, Fields>[]),
};

export type Undo = (step: () => Promise<unknown>) => void;

function pick<T>(table: Readonly<Record<string, T>>, kind: string, name: string): T {
  const run = Object.hasOwn(table, name) ? table[name] : undefined;
  if (run === undefined) throw new Skip(`operation outside of CRUD: ${kind}.${name}`);
  return run;
}

/**
 * The result in the format's words.
 * @throws Skip for an operation outside of CRUD, and whatever the driver throws
 */
export async function perform(operation: Operation, entities: Entities, undo: Undo): Promise<unknown> {
  const { name, object } = operation;
  const given = entities.resolve(operation.arguments ?? {});
  if (object === 'testRunner') return await pick(ON_RUNNER, object, name)(entities, given, undo);
  const target = entities.get(object);
  if (target instanceof Collection) return await pick(ON_COLLECTION, 'collection', name)(target, given);
  if (target instanceof Db) return await pick(ON_DATABASE, 'database', name)(target, given);
  if (target instanceof MongoClient) return await pick(ON_CLIENT, 'client', name)(target, given);
  throw new Skip(`operation outside of CRUD: ${name} on ${object}`);
}
