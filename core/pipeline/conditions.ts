import { HubError } from '../errors/hub-error.js';
import type { Json, NodeContext } from './contract.js';

/** The one service structural nodes need: core/mapping's `evaluateExpression`, which keeps its limits. */
export interface Evaluates {
  evaluate(source: string, context: unknown, bindings: Readonly<Record<string, unknown>>): Promise<Json | undefined>;
}
export type EvaluatingContext = NodeContext<Evaluates>;

/** What an expression gives for the order, its facts, the event and the node's input; undefined when it gives nothing. */
export async function compute(context: EvaluatingContext, source: string, input: Json): Promise<Json | undefined> {
  const { order, facts, run, services } = context;
  const { seq, type, data, depth } = run.event;
  return services.evaluate(source, { order, facts, event: { seq, type, data, depth }, input }, {});
}

const typeOf = (value: Json | undefined): string => {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

/**
 * A condition must say yes or no: nothing, a number or a list is a mistake in the pipeline, not a no.
 * @param path of the condition in the node's parameters, e.g. `$.rules[2].expect`.
 * @throws HubError PIPELINE_CONDITION_WRONG
 */
export async function decide(context: EvaluatingContext, source: string, path: string, input: Json): Promise<boolean> {
  const got = await compute(context, source, input);
  if (typeof got === 'boolean') return got;
  throw new HubError('PIPELINE_CONDITION_WRONG', { node: context.node.name, path, got: typeOf(got) });
}

/** Values by name, in the order of their names in the file; names whose expression gives nothing are left out. */
export async function computeAll(
  context: EvaluatingContext,
  sources: Readonly<Record<string, string>>,
  input: Json,
): Promise<Record<string, Json>> {
  const values: Record<string, Json> = {};
  for (const [name, source] of Object.entries(sources)) {
    const value = await compute(context, source, input);
    if (value !== undefined) values[name] = value;
  }
  return values;
}
