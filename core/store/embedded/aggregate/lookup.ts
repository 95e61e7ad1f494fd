import { type Doc, doc, isDoc, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { splitPath, valuesAt } from '../query/paths.js';
import { isRegex } from '../query/regex.js';
import { compileExpression } from './expression.js';
import type { Pipeline, PipelineContext, Stage, StageMaker } from './stage.js';

const FIELDS = new Set(['from', 'localField', 'foreignField', 'as', 'let', 'pipeline']);

/**
 * Joins by equality of two fields (through an index of the other collection when there is one), by a pipeline with
 * variables, or both.
 */
export const lookup: StageMaker = (operand, context): Stage => {
  if (!isDoc(operand)) throw new ProtocolError('FailedToParse', 'the $lookup specification must be an Object');
  for (const key of operand.keys()) {
    if (!FIELDS.has(key)) throw new ProtocolError('FailedToParse', `unknown argument to $lookup: ${key}`);
  }
  const [from, as] = [operand.get('from'), operand.get('as')];
  if (typeof from !== 'string' || typeof as !== 'string') {
    throw new ProtocolError('FailedToParse', "$lookup needs the strings 'from' and 'as'");
  }
  const join = joinOf(operand);
  const run = pipelineOf(operand, context);
  return function* (input) {
    for (const document of input) {
      if (document === undefined) {
        yield undefined;
        continue;
      }
      const found: Value[] = [];
      for (const item of run(document)(context.documentsOf(from, join?.(document)))) {
        if (item !== undefined) found.push(item);
        yield undefined;
      }
      yield withField(document, splitPath(as), 0, found);
    }
  };
};

function withField(document: Doc, parts: readonly string[], depth: number, value: Value): Doc {
  const part = parts[depth] ?? '';
  const inner = document.get(part);
  const next =
    depth === parts.length - 1 ? value : withField(isDoc(inner) ? inner : new Map(), parts, depth + 1, value);
  return new Map(document).set(part, next);
}

/** The query on the other collection for one document. */
function joinOf(operand: Doc): ((document: Doc) => Doc) | undefined {
  const [local, foreign] = [operand.get('localField'), operand.get('foreignField')];
  if (local === undefined && foreign === undefined) return undefined;
  if (typeof local !== 'string' || typeof foreign !== 'string') {
    throw new ProtocolError('FailedToParse', '$lookup requires both or neither of localField and foreignField');
  }
  const parts = splitPath(local);
  return (document) => {
    const values = valuesAt(document, parts).flatMap((value) => (Array.isArray(value) ? value : [value]));
    const wanted = values.length === 0 ? [null] : values;
    // A regular expression in $in would match text; here it is a value like any other.
    return doc({ [foreign]: doc({ $in: wanted.filter((value) => !isRegex(value)) }) });
  };
}

function pipelineOf(operand: Doc, context: PipelineContext): (document: Doc) => Pipeline {
  const stages = operand.get('pipeline') ?? [];
  if (!Array.isArray(stages)) throw new ProtocolError('TypeMismatch', 'the pipeline of $lookup must be an array');
  const names = operand.get('let');
  if (!isDoc(names) || names.size === 0) {
    const run = context.compile(stages, context);
    return () => run;
  }
  const bound = [...names].map(([name, source]) => [name, compileExpression(source, context.variables)] as const);
  // Compiled once without values, so that a mistake shows before anything runs.
  context.compile(stages, { ...context, variables: new Map([...context.variables, ...names]) });
  return (document) => {
    const values = bound.map(([name, expression]) => [name, expression(document)] as const);
    return context.compile(stages, { ...context, variables: new Map([...context.variables, ...values]) });
  };
}
