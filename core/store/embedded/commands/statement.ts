import { evaluateLet, expressionContext } from '../aggregate/expression.js';
import { updatePipeline } from '../aggregate/update-pipeline.js';
import { type Doc, isDoc, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import type { Filter } from '../query/filter.js';
import { compileFilter } from '../query/match.js';
import type { SortSpec } from '../query/sort.js';
import { compileUpdate, type Update } from '../update/update.js';
import type { ServerState } from './command.js';

/** A compiled update, delete or findAndModify. `query` is kept for upserts. */
export type Statement = Readonly<{
  query: Doc;
  filter: Filter;
  sort: SortSpec;
  hint: Value | undefined;
  update: Update;
}>;

type Source = Readonly<{
  query: Doc;
  /** The update; absent for deletes. */
  change?: Value;
  variables: Doc;
  constants?: Value | undefined;
  arrayFilters?: Value | undefined;
  hint?: Value | undefined;
  sort?: SortSpec;
}>;

const NO_UPDATE: Update = { kind: 'operators', apply: (document) => document };

/** @throws ProtocolError for anything that cannot be compiled */
export function compileStatement(source: Source, { now }: ServerState): Statement {
  const variables = evaluateLet(new Map([...source.variables, ...(isDoc(source.constants) ? source.constants : [])]));
  const context = expressionContext(variables);
  const arrayFilters = source.arrayFilters ?? [];
  if (!Array.isArray(arrayFilters) || !arrayFilters.every(isDoc)) {
    throw new ProtocolError('TypeMismatch', 'arrayFilters must be an array of objects');
  }
  const update =
    source.change === undefined
      ? NO_UPDATE
      : compileUpdate(source.change, {
          ...context,
          now: now(),
          arrayFilters,
          pipeline: (stages) => updatePipeline(stages, variables),
        });
  return {
    query: source.query,
    filter: compileFilter(source.query, context),
    sort: source.sort ?? [],
    hint: source.hint instanceof Map && source.hint.size === 0 ? undefined : source.hint,
    update,
  };
}
