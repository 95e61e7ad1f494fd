import { isDoc, isNumeric, toNumber, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { positive, sortBy } from './sort-stage.js';
import type { Pipeline, PipelineContext, Stage } from './stage.js';
import { literalDocuments, makeStage } from './stages.js';

/** Name and operand of a stage. @throws ProtocolError Location40323 unless it has exactly one field */
export function stageOf(stage: Value): readonly [string, Value] {
  const [entry, ...more] = isDoc(stage) ? stage : [];
  if (entry === undefined || more.length > 0) {
    throw new ProtocolError('Location40323', 'A pipeline stage specification object must contain exactly one field.');
  }
  return entry;
}

/** Compiles stages in order. A sort right before a limit keeps only what the limit lets through. */
export function compilePipeline(stages: readonly Value[], context: PipelineContext): Pipeline {
  const compiled = stages.map((stage, at): Stage => {
    const [name, operand] = stageOf(stage);
    if (name === '$documents') {
      if (at > 0) throw new ProtocolError('Location40602', '$documents is only valid as the first stage in a pipeline');
      return () => literalDocuments(operand, context);
    }
    if (name === '$sort') return sortBy(operand, limitAfter(stages, at));
    return makeStage(name, operand, context);
  });
  return (input) => compiled.reduce((flow, stage) => stage(flow), input);
}

function limitAfter(stages: readonly Value[], at: number): number {
  const next = stages[at + 1];
  const limit = isDoc(next) ? next.get('$limit') : undefined;
  return isNumeric(limit) && toNumber(limit) >= 1 ? positive('$limit', limit, 1) : Number.POSITIVE_INFINITY;
}
