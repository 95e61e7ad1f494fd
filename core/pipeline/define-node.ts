import type { Static, TSchema } from 'typebox';
import type { Json, NodeContext, NodeOutcome, NodeType } from './contract.js';

interface NodeSource<Services, Schema extends TSchema> extends Omit<NodeType<Services>, 'parameters' | 'execute'> {
  readonly parameters: Schema;
  execute(context: NodeContext<Services>, parameters: Static<Schema>, input: Json): Promise<NodeOutcome>;
}

/**
 * A node type whose `execute` sees its parameters with the type of their schema. True to the type because parameters
 * are checked against the schema, defaults filled in, when a pipeline is read. Annotate `context` to fix the services.
 */
export const defineNode = <Services, Schema extends TSchema>(
  source: NodeSource<Services, Schema>,
): NodeType<Services> => ({
  ...source,
  execute: (context, parameters, input) => source.execute(context, parameters as Static<Schema>, input),
});
