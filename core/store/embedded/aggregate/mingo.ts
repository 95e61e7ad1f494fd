import type { Doc, Value } from '../bson/values.js';
import { isDoc } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { fromPlain, toPlain } from './plain.js';
import type { Variables } from './scope.js';

/**
 * mingo evaluates the expressions and stages that this store has no code of its own for. It is large, so it is loaded
 * when first needed: the compiler throws MingoNeeded, the command is compiled again once it is there.
 */
export class MingoNeeded extends Error {
  override readonly name = 'MingoNeeded';
}

type Library = Readonly<{
  evaluate(root: unknown, expression: unknown, variables: Record<string, unknown>): unknown;
  run(
    stages: Record<string, unknown>[],
    documents: Record<string, unknown>[],
    variables: Record<string, unknown>,
  ): unknown[];
  expressions: ReadonlySet<string>;
  accumulators: ReadonlySet<string>;
  stages: ReadonlySet<string>;
}>;

let library: Library | undefined;

export async function loadMingo(): Promise<void> {
  const [core, { Aggregator }, accumulator, expression, pipeline, projection, query, window] = await Promise.all([
    import('mingo/core'),
    import('mingo/aggregator'),
    import('mingo/operators/accumulator'),
    import('mingo/operators/expression'),
    import('mingo/operators/pipeline'),
    import('mingo/operators/projection'),
    import('mingo/operators/query'),
    import('mingo/operators/window'),
  ]);
  const context = core.Context.init({
    accumulator: { ...accumulator },
    expression: { ...expression },
    pipeline: { ...pipeline },
    projection: { ...projection },
    query: { ...query },
    window: { ...window },
  });
  library = {
    evaluate: (root, source, variables) => core.evalExpr(root, source, { ...OPTIONS, context, variables } as never),
    run: (stages, documents, variables) =>
      new Aggregator(stages, { ...OPTIONS, context, variables } as never).run(documents),
    expressions: new Set([...Object.keys(expression), ...Object.keys(accumulator)]),
    accumulators: new Set(Object.keys(accumulator)),
    stages: new Set(Object.keys(pipeline)),
  };
}

/** `$setWindowFields` needs scripts enabled inside mingo; operators that run a client's code are refused below. */
const OPTIONS = { idKey: '_id', scriptEnabled: true, useStrictMode: true, failOnError: true, processingMode: 0 };

const CODE = new Set(['$function', '$accumulator', '$where']);
const UNSAFE_PARTS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * @throws ProtocolError for operators that run code, and for names through which mingo's plain objects could reach
 *   Object.prototype
 */
export function refuseUnsafe(source: Value): void {
  if (typeof source === 'string') {
    if (source.split('.').some((part) => UNSAFE_PARTS.has(part.replace(/^\$+/, '')))) throw unsafe(source);
  } else if (Array.isArray(source)) source.forEach(refuseUnsafe);
  else if (isDoc(source)) {
    for (const [key, value] of source) {
      if (CODE.has(key))
        throw new ProtocolError('QueryFeatureNotAllowed', `${key} is not allowed in the embedded store`);
      if (key.split('.').some((part) => UNSAFE_PARTS.has(part))) throw unsafe(key);
      refuseUnsafe(value);
    }
  }
}

const unsafe = (name: string) => new ProtocolError('BadValue', `the name '${name}' is not allowed in this expression`);

function loaded(): Library {
  if (library === undefined) throw new MingoNeeded();
  return library;
}

/** Texts of mingo's own refusals reach the client under one code. */
function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    throw new ProtocolError('BadValue', (error as Error).message);
  }
}

let lastRoot: Value | undefined;
let lastPlain: unknown;

/** One document is often asked several times in a row. */
function plainRoot(root: Value): unknown {
  if (root !== lastRoot) {
    lastRoot = root;
    lastPlain = toPlain(root);
  }
  return lastPlain;
}

const plainVariables = (variables: Variables): Record<string, unknown> =>
  Object.fromEntries([...variables].map(([name, value]) => [name, toPlain(value)]));

/** @throws MingoNeeded, ProtocolError InvalidPipelineOperator for an operator nobody knows */
export function compileWithMingo(
  operator: string,
  operand: Value,
): (root: Doc, variables: Variables) => Value | undefined {
  refuseUnsafe(operand);
  const { evaluate, expressions } = loaded();
  if (CODE.has(operator))
    throw new ProtocolError('QueryFeatureNotAllowed', `${operator} is not allowed in the embedded store`);
  if (!expressions.has(operator))
    throw new ProtocolError('InvalidPipelineOperator', `Unrecognized expression '${operator}'`);
  const source = { [operator]: toPlain(operand) };
  return (root, variables) => guarded(() => fromPlain(evaluate(plainRoot(root), source, plainVariables(variables))));
}

/** @throws MingoNeeded */
export const isAccumulator = (name: string): boolean => loaded().accumulators.has(name) && !CODE.has(name);

/** Whole stages over collected documents. @throws MingoNeeded, ProtocolError Location40324 for an unknown stage */
export function compileStage(name: string, operand: Value): (documents: readonly Doc[], variables: Variables) => Doc[] {
  refuseUnsafe(operand);
  const { run, stages } = loaded();
  if (!stages.has(name)) throw new ProtocolError('Location40324', `Unrecognized pipeline stage name: '${name}'`);
  const stage = { [name]: toPlain(operand) };
  return (documents, variables) => {
    const input = documents.map((document) => toPlain(document) as Record<string, unknown>);
    return guarded(() => run([stage], input, plainVariables(variables)).map(fromPlain).filter(isDoc));
  };
}
