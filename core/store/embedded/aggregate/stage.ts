import type { Doc, Value } from '../bson/values.js';
import type { Flow } from '../flow.js';
import type { Variables } from './scope.js';

export type Stage = (input: Flow<Doc>) => Flow<Doc>;
export type Pipeline = Stage;

/** What stages may use besides their input. */
export type PipelineContext = Readonly<{
  variables: Variables;
  /** Documents of another collection of the same database, narrowed by a filter when one is given. */
  documentsOf(collection: string, query?: Doc): Flow<Doc>;
  compile(stages: readonly Value[], context: PipelineContext): Pipeline;
}>;

export type StageMaker = (operand: Value, context: PipelineContext) => Stage;

/** A stage that gives at most one document for each one it takes. */
export const mapping = (change: (document: Doc) => Doc | undefined): Stage =>
  function* (input) {
    for (const document of input) yield document === undefined ? undefined : change(document);
  };

/** A stage that has to see everything first. */
export const whole = (run: (documents: Doc[]) => Iterable<Doc>): Stage =>
  function* (input) {
    const documents: Doc[] = [];
    for (const document of input) {
      if (document !== undefined) documents.push(document);
      yield undefined;
    }
    yield* run(documents);
  };

export function* fromList(documents: Iterable<Doc>): Flow<Doc> {
  yield* documents;
}
