import type { Doc, Value } from '../bson/values.js';
import type { Found } from './paths.js';

export type RangeOp = '$lt' | '$lte' | '$gt' | '$gte';

/** What the planner may know about a filter; everything it cannot use is opaque. */
export type PlanNode =
  | Readonly<{ kind: 'eq'; path: string; value: Value }>
  | Readonly<{ kind: 'in'; path: string; values: readonly Value[] }>
  | Readonly<{ kind: 'range'; path: string; op: RangeOp; value: Value }>
  | Readonly<{ kind: 'prefix'; path: string; text: string }>
  | Readonly<{ kind: 'exists'; path: string }>
  | Readonly<{ kind: 'missing'; path: string }>
  | Readonly<{ kind: 'type'; path: string; types: readonly string[] }>
  | Readonly<{ kind: 'elem'; path: string; part: PlanNode }>
  | Readonly<{ kind: 'and' | 'or'; parts: readonly PlanNode[] }>
  | Readonly<{ kind: 'opaque' }>;

export const OPAQUE: PlanNode = { kind: 'opaque' };

/** A compiled query: the test decides, the node only tells the planner where matches can lie. */
export type Filter = Readonly<{
  test(document: Doc, found?: Found): boolean;
  node: PlanNode;
}>;

/** Evaluates an aggregation expression for a document; undefined is a missing value. */
export type Expression = (document: Doc) => Value | undefined;

/** What compiling a filter needs from outside: expressions (for `$expr`) with the variables of `let`. */
export type FilterContext = Readonly<{ expression(source: Value): Expression }>;

export const everything: Filter = { test: () => true, node: { kind: 'and', parts: [] } };

/** All conjuncts of a node, nested `$and` opened. */
export function conjuncts(node: PlanNode): readonly PlanNode[] {
  return node.kind === 'and' ? node.parts.flatMap((part) => conjuncts(part)) : [node];
}
