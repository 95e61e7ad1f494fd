import { type Doc, doc, isDoc, typeName, type Value } from '../bson/values.js';
import { namespaceOf, type ServerState } from '../commands/command.js';
import { ProtocolError } from '../protocol-error.js';
import type { WriteJob } from '../storage/write-queue.js';
import { type Target as MergeTarget, merge } from './merge.js';
import { out } from './out.js';
import { stageOf } from './pipeline.js';
import type { Variables } from './scope.js';

/** The last stage of a pipeline that stores its results, and the stages before it. */
export type WriteStage = Readonly<{
  before: readonly Value[];
  /** Stores all results of the stages before. */
  store(documents: readonly Doc[]): WriteJob<void>;
}>;

type Maker = (operand: Value, place: { db: string; server: ServerState; variables: Variables }) => WriteStage['store'];

const MAKERS: Readonly<Record<string, Maker>> = {
  $out: (operand, { db, server }) => {
    const target = targetOf('$out', operand, db);
    return (documents) => out(server.engine, target, documents);
  },
  $merge: (operand, { db, server, variables }) => {
    const options = isDoc(operand) ? operand : doc({ into: operand });
    return merge(server.engine, targetOf('$merge', options.get('into') ?? null, db), options, variables);
  },
};

/**
 * Splits off `$out` or `$merge`; undefined when the pipeline only reads.
 * @throws ProtocolError Location40601 when one of them is not the last stage
 */
export function writeStageOf(
  stages: readonly Value[],
  db: string,
  server: ServerState,
  variables: Variables,
): WriteStage | undefined {
  const at = stages.findIndex((stage) => Object.hasOwn(MAKERS, stageOf(stage)[0]));
  const stage = stages[at];
  if (stage === undefined) return undefined;
  const [name, operand] = stageOf(stage);
  if (at < stages.length - 1) {
    throw new ProtocolError('Location40601', `${name} can only be the final stage in the pipeline`);
  }
  const make = MAKERS[name];
  return make && { before: stages.slice(0, at), store: make(operand, { db, server, variables }) };
}

/** The collection to write to: a name, or `{ db, coll }`. @throws ProtocolError FailedToParse, InvalidNamespace */
function targetOf(stage: string, operand: Value, db: string): MergeTarget {
  const name = isDoc(operand) ? operand.get('coll') : operand;
  const where = isDoc(operand) ? (operand.get('db') ?? db) : db;
  if (typeof name !== 'string' || typeof where !== 'string') {
    throw new ProtocolError('FailedToParse', `${stage} needs a collection, but has ${typeName(operand)}`);
  }
  return namespaceOf(doc({ [stage]: name, $db: where }));
}
