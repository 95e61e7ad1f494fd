import type { Doc, Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { compilePipeline, stageOf } from './pipeline.js';
import type { Variables } from './scope.js';
import { fromList, type PipelineContext } from './stage.js';

const ALLOWED = new Set(['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith']);

/** An update given as a pipeline. @throws ProtocolError InvalidOptions for stages that updates do not take */
export function updatePipeline(stages: readonly Value[], variables: Variables): (document: Doc) => Doc {
  for (const stage of stages) {
    const [name] = stageOf(stage);
    if (!ALLOWED.has(name)) {
      throw new ProtocolError('InvalidOptions', `${name} is not allowed to be used within an update`);
    }
  }
  const context: PipelineContext = {
    variables,
    documentsOf: () => fromList([]),
    compile: compilePipeline,
  };
  const run = compilePipeline(stages, context);
  return (document) => {
    for (const result of run(fromList([document]))) if (result !== undefined) return result;
    return document;
  };
}
