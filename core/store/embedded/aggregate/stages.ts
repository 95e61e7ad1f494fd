import { type Doc, doc, isDoc, typeName, type Value } from '../bson/values.js';
import type { Flow } from '../flow.js';
import { ProtocolError } from '../protocol-error.js';
import { compileFilter } from '../query/match.js';
import { compileProjection } from '../query/project.js';
import { addFields, unset } from './add-fields.js';
import { bucket } from './bucket.js';
import { compileExpression, expressionContext } from './expression.js';
import { group } from './group.js';
import { lookup } from './lookup.js';
import { compileStage } from './mingo.js';
import { positive, sortBy } from './sort-stage.js';
import { fromList, mapping, type Pipeline, type PipelineContext, type Stage, type StageMaker, whole } from './stage.js';
import { unwind } from './unwind.js';

const match: StageMaker = (operand, context) => {
  if (!isDoc(operand)) throw new ProtocolError('Location15959', 'the match filter must be an expression in an object');
  const { test } = compileFilter(operand, expressionContext(context.variables));
  return mapping((document) => (test(document) ? document : undefined));
};

export const limitTo = (count: number): Stage =>
  function* (input) {
    let left = count;
    for (const document of input) {
      yield document;
      if (document !== undefined && --left === 0) return;
    }
  };

export const skipOver = (count: number): Stage => {
  return function* (input) {
    let left = count;
    for (const document of input) yield document !== undefined && left-- > 0 ? undefined : document;
  };
};

const count: StageMaker = (operand) => {
  if (typeof operand !== 'string' || operand === '' || operand.startsWith('$') || operand.includes('.')) {
    throw new ProtocolError('Location40156', 'the count field must be a non-empty string without $ and dots');
  }
  return function* (input) {
    let total = 0;
    for (const document of input) {
      if (document !== undefined) total++;
      yield undefined;
    }
    if (total > 0) yield doc({ [operand]: total });
  };
};

const project: StageMaker = (operand, context) => {
  if (!isDoc(operand)) throw new ProtocolError('Location15969', '$project specification must be an object');
  const projection = compileProjection(operand, expressionContext(context.variables));
  if (projection === undefined)
    throw new ProtocolError('Location51272', 'projection specification must have at least one field');
  return mapping((document) => projection.apply(document, {}));
};

const replaceRoot =
  (source: Value): StageMaker =>
  (_operand, context) => {
    const expression = compileExpression(source, context.variables);
    return mapping((document) => {
      const root = expression(document);
      if (isDoc(root)) return root;
      throw new ProtocolError(
        'Location40228',
        `'newRoot' expression must evaluate to an object, but was ${root === undefined ? 'missing' : typeName(root)}`,
      );
    });
  };

const facet: StageMaker = (operand, context) => {
  if (!isDoc(operand) || operand.size === 0)
    throw new ProtocolError('Location40169', 'the $facet specification must be a non-empty object');
  const branches = [...operand].map(([name, stages]): [string, Pipeline] => {
    if (!Array.isArray(stages))
      throw new ProtocolError(
        'Location40170',
        `arguments to $facet must be arrays, ${name} is type ${typeName(stages)}`,
      );
    return [name, context.compile(stages, context)];
  });
  return function* (input) {
    const documents: Doc[] = [];
    for (const document of input) {
      if (document !== undefined) documents.push(document);
      yield undefined;
    }
    const result: Doc = new Map();
    for (const [name, run] of branches) {
      const items: Value[] = [];
      for (const item of run(fromList(documents))) {
        if (item !== undefined) items.push(item);
        yield undefined;
      }
      result.set(name, items);
    }
    yield result;
  };
};

const sortByCount: StageMaker = (operand, context) => {
  const grouped = group(doc({ _id: operand, count: doc({ $sum: 1 }) }), context);
  const sorted = sortBy(doc({ count: -1 }));
  return (input) => sorted(grouped(input));
};

const unionWith: StageMaker = (operand, context) => {
  const name = isDoc(operand) ? operand.get('coll') : operand;
  const stages = isDoc(operand) ? (operand.get('pipeline') ?? []) : [];
  if (typeof name !== 'string' || !Array.isArray(stages))
    throw new ProtocolError('FailedToParse', '$unionWith needs a collection name');
  const run = context.compile(stages, context);
  return function* (input) {
    yield* input;
    yield* run(context.documentsOf(name));
  };
};

/** `$documents` starts a pipeline with literal documents. */
export function literalDocuments(operand: Value, context: PipelineContext): Flow<Doc> {
  const items = compileExpression(operand, context.variables)(new Map());
  if (!Array.isArray(items))
    throw new ProtocolError('Location40602', '$documents must evaluate to an array of objects');
  return fromList(items.filter(isDoc));
}

/** Stages of MongoDB that are left out. */
const REFUSED = new Set([
  '$geoNear',
  '$changeStream',
  '$search',
  '$searchMeta',
  '$vectorSearch',
  '$graphLookup',
  '$collStats',
  '$indexStats',
  '$currentOp',
  '$listSessions',
  '$listLocalSessions',
  '$planCacheStats',
]);

const STAGES: Readonly<Record<string, StageMaker>> = {
  $match: match,
  $limit: (operand) => limitTo(positive('$limit', operand, 1)),
  $skip: (operand) => skipOver(positive('$skip', operand, 0)),
  $sort: (operand) => sortBy(operand),
  $count: count,
  $project: project,
  $addFields: addFields,
  $set: addFields,
  $unset: unset,
  $replaceRoot: (operand, context) =>
    replaceRoot(isDoc(operand) ? (operand.get('newRoot') ?? null) : null)(operand, context),
  $replaceWith: (operand, context) => replaceRoot(operand)(operand, context),
  $group: group,
  $unwind: unwind,
  $lookup: lookup,
  $facet: facet,
  $bucket: bucket,
  $sortByCount: sortByCount,
  $unionWith: unionWith,
};

/** Stages that write: the command takes them off the end of a pipeline, nothing else may hold them. */
const WRITING = new Set(['$out', '$merge']);

/** @throws ProtocolError Location40324 for unknown stages, NotImplemented for those left out */
export function makeStage(name: string, operand: Value, context: PipelineContext): Stage {
  const own = Object.hasOwn(STAGES, name) ? STAGES[name] : undefined;
  if (own !== undefined) return own(operand, context);
  if (WRITING.has(name)) {
    throw new ProtocolError('Location40601', `${name} can only be the final stage of an aggregate command`);
  }
  if (REFUSED.has(name)) throw new ProtocolError('NotImplemented', `${name} is not offered by the embedded store`);
  const run = compileStage(name, operand);
  return whole((documents) => run(documents, context.variables));
}
