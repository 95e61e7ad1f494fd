import { Decimal128 } from 'bson';
import type { Value } from '../bson/values.js';
import { conjuncts, type PlanNode } from './filter.js';
import type { IndexPlan, Plan } from './plan.js';

/** Values that an entry stands for alone: null also means missing, an array stands for its elements. */
const isPlain = (value: Value): boolean => value !== null && !Array.isArray(value) && !(value instanceof Decimal128);

/**
 * The plan, if its entries are exactly the matches: then they can be counted without looking at a document. Undefined
 * when anything is left for the matcher to decide.
 */
export function coveredBy(plan: Plan, node: PlanNode): IndexPlan | undefined {
  if (plan.kind !== 'index' || plan.ranged || plan.index.inexact || plan.index.multikey.includes(true))
    return undefined;
  const parts = conjuncts(node);
  const tied = new Set(plan.index.fields.slice(0, plan.pointFields).map(({ path }) => path));
  if (parts.length !== tied.size) return undefined;
  const exact = parts.every((part) => {
    if (part.kind === 'eq') return tied.delete(part.path) && isPlain(part.value);
    return part.kind === 'in' && tied.delete(part.path) && part.values.every(isPlain);
  });
  return exact ? plan : undefined;
}
