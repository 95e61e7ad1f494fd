import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import mongoose from 'mongoose';

/** A document of a test file; numbers are plain, other BSON types are the driver's classes. */
export type Fields = Record<string, unknown>;

export type Requirement = Readonly<{
  minServerVersion?: string;
  maxServerVersion?: string;
  topologies?: readonly string[];
  serverless?: 'require' | 'forbid' | 'allow';
  auth?: boolean;
  csfle?: unknown;
  serverParameters?: Fields;
}>;

export type Operation = Readonly<{
  name: string;
  object: string;
  arguments?: Fields;
  expectResult?: unknown;
  expectError?: Fields;
  saveResultAsEntity?: string;
  ignoreResultAndError?: boolean;
}>;

export type ExpectedEvents = Readonly<{
  client: string;
  eventType?: string;
  ignoreExtraEvents?: boolean;
  events: readonly Record<string, Fields>[];
}>;

export type CollectionData = Readonly<{
  collectionName: string;
  databaseName: string;
  documents: readonly Fields[];
  createOptions?: Fields;
}>;

export type Case = Readonly<{
  description: string;
  skipReason?: string;
  runOnRequirements?: readonly Requirement[];
  operations: readonly Operation[];
  expectEvents?: readonly ExpectedEvents[];
  outcome?: readonly CollectionData[];
}>;

export type CaseFile = Readonly<{
  /** File name without folder and ending. */
  name: string;
  schemaVersion: string;
  runOnRequirements?: readonly Requirement[];
  createEntities?: readonly Record<string, Fields>[];
  initialData?: readonly CollectionData[];
  tests: readonly Case[];
}>;

/** Unified test format up to this minor version of major version 1 is understood. */
const NEWEST_MINOR = 21;

export function isUnderstood(schemaVersion: string): boolean {
  const [major, minor = 0] = schemaVersion.split('.').map(Number);
  return major === 1 && minor <= NEWEST_MINOR;
}

/** A new copy at each call: the driver adds ids to documents it is given. */
export function parseCaseFile(text: string, name: string): CaseFile {
  const parsed: unknown = mongoose.mongo.BSON.EJSON.parse(text, { relaxed: true });
  if (typeof parsed !== 'object' || parsed === null || !('tests' in parsed)) {
    throw new TypeError(`${name} is not a file of the unified test format`);
  }
  return { ...(parsed as CaseFile), name };
}

/** All `*.json` files of a folder, by name. */
export const readCaseTexts = (folder: string): readonly { name: string; text: string }[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ name: basename(file, '.json'), text: readFileSync(join(folder, file), 'utf8') }));
