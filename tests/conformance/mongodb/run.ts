import mongoose from 'mongoose';
import { Entities, Skip } from './entities.js';
import {
  type Case,
  type CaseFile,
  type CollectionData,
  type ExpectedEvents,
  isUnderstood,
  type Operation,
  parseCaseFile,
} from './format.js';
import { isFields, Mismatch, match, matchExactly, show } from './match.js';
import { perform, type Undo } from './operations.js';
import { readServerFacts, type ServerFacts, unmet } from './requirements.js';
import { matchError, plain } from './results.js';

type Client = InstanceType<typeof mongoose.mongo.MongoClient>;

/** `case` is `file: description`, the same in every run. `why` is absent for a case that passed. */
export type Verdict = Readonly<{ case: string; outcome: 'passed' | 'failed' | 'skipped'; why?: string }>;

/** Runs the cases of all files, one after the other, on one server. Its databases named in the files are overwritten. */
export async function* runCases(
  files: readonly { name: string; text: string }[],
  uri: string,
): AsyncGenerator<Verdict, void> {
  const admin = await new mongoose.mongo.MongoClient(uri, { retryWrites: false }).connect();
  try {
    const server = await readServerFacts(admin);
    for (const { name, text } of files) {
      const { tests } = parseCaseFile(text, name);
      for (const index of tests.keys()) yield await judge(parseCaseFile(text, name), index, { uri, admin, server });
    }
  } finally {
    await admin.close();
  }
}

type Place = Readonly<{ uri: string; admin: Client; server: ServerFacts }>;

async function judge(file: CaseFile, index: number, place: Place): Promise<Verdict> {
  const test = file.tests[index];
  if (test === undefined) throw new RangeError(`${file.name} has no test ${index}`);
  const name = `${file.name}: ${test.description}`;
  const reason = reasonToSkip(file, test, place.server);
  if (reason !== undefined) return { case: name, outcome: 'skipped', why: reason };
  try {
    await runCase(file, test, place);
    return { case: name, outcome: 'passed' };
  } catch (error) {
    if (error instanceof Skip) return { case: name, outcome: 'skipped', why: error.message };
    return { case: name, outcome: 'failed', why: error instanceof Mismatch ? error.message : show(error) };
  }
}

function reasonToSkip(file: CaseFile, test: Case, server: ServerFacts): string | undefined {
  if (!isUnderstood(file.schemaVersion)) return `schemaVersion ${file.schemaVersion}`;
  if (test.skipReason !== undefined) return 'skipReason in the file';
  return unmet(file.runOnRequirements, server) ?? unmet(test.runOnRequirements, server);
}

async function runCase(file: CaseFile, test: Case, { uri, admin }: Place): Promise<void> {
  for (const data of file.initialData ?? []) await fillCollection(admin, data);
  const entities = new Entities(uri);
  const steps: (() => Promise<unknown>)[] = [];
  try {
    await entities.create(file.createEntities ?? []);
    for (const operation of test.operations) await runOperation(operation, entities, (step) => steps.push(step));
    for (const expected of test.expectEvents ?? []) checkEvents(expected, entities);
    for (const data of test.outcome ?? []) await checkOutcome(admin, data);
  } finally {
    for (const step of steps) await step();
    await entities.close();
  }
}

async function fillCollection(admin: Client, data: CollectionData): Promise<void> {
  const database = admin.db(data.databaseName, { writeConcern: { w: 'majority' } });
  await database.dropCollection(data.collectionName).catch((error: unknown) => {
    if (!(error instanceof mongoose.mongo.MongoServerError && error.code === 26)) throw error;
  });
  const rows = await database.createCollection(data.collectionName, data.createOptions ?? {});
  if (data.documents.length > 0) await rows.insertMany([...data.documents]);
}

async function runOperation(operation: Operation, entities: Entities, undo: Undo): Promise<void> {
  const lookup = (id: string) => entities.get(id);
  const done = await attempt(() => perform(operation, entities, undo));
  if (done.error instanceof Skip) throw done.error;
  if (operation.ignoreResultAndError === true) return;
  if (operation.expectError !== undefined) {
    if (done.error === undefined) throw new Mismatch(operation.name, `gave ${show(done.result)} instead of an error`);
    matchError(operation.expectError, done.error, lookup);
    return;
  }
  if (done.error !== undefined) throw done.error;
  if ('expectResult' in operation) match(operation.expectResult, plain(done.result), lookup);
  if (operation.saveResultAsEntity !== undefined) entities.save(operation.saveResultAsEntity, done.result);
}

async function attempt(work: () => Promise<unknown>): Promise<{ result?: unknown; error?: unknown }> {
  try {
    return { result: await work() };
  } catch (error) {
    return { error: error ?? new TypeError('undefined was thrown') };
  }
}

function checkEvents({ client, eventType, ignoreExtraEvents, events }: ExpectedEvents, entities: Entities): void {
  if (eventType !== undefined && eventType !== 'command') throw new Skip(`events outside of CRUD: ${eventType}`);
  const seen = entities.eventsOf(client);
  const names = seen.map(({ event }) => event['commandName']);
  if (seen.length < events.length || (seen.length > events.length && ignoreExtraEvents !== true)) {
    throw new Mismatch('events', `are ${seen.length}, not ${events.length}: ${names.join(', ')}`);
  }
  for (const [index, expected] of events.entries()) {
    for (const [kind, wanted] of Object.entries(expected)) {
      const found = seen[index];
      if (found?.kind !== kind) throw new Mismatch(`events.${index}`, `is ${found?.kind}, not ${kind}`);
      for (const [field, value] of Object.entries(wanted)) {
        match(value, found.event[field], (id) => entities.get(id), `events.${index}.${field}`);
      }
    }
  }
}

async function checkOutcome(admin: Client, { databaseName, collectionName, documents }: CollectionData): Promise<void> {
  const rows = admin.db(databaseName).collection(collectionName, { readConcern: { level: 'local' } });
  const found = await rows.find({}, { sort: { _id: 1 } }).toArray();
  const lookup = () => {
    throw new TypeError('an outcome refers to no entity');
  };
  matchExactly(documents, found.filter(isFields), lookup, `outcome.${collectionName}`);
}
