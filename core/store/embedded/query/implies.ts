import { compare, equal, sameBracket } from '../bson/order.js';
import { typeName, type Value } from '../bson/values.js';
import { conjuncts, type PlanNode, type RangeOp } from './filter.js';

/**
 * True when every document that matches `query` is sure to match `condition` (the filter of a partial index). False
 * when in doubt.
 */
export function impliesFilter(query: PlanNode, condition: PlanNode): boolean {
  const known = conjuncts(query);
  return conjuncts(condition).every((part) => {
    if (part.kind === 'or') return part.parts.some((branch) => impliesFilter(query, branch));
    return known.some((node) => implies(node, part));
  });
}

function implies(node: PlanNode, condition: PlanNode): boolean {
  if (node.kind === 'or') return node.parts.every((part) => impliesFilter(part, condition));
  if (!('path' in node) || !('path' in condition) || node.path !== condition.path) return false;
  if (node.kind === 'eq') return valueMeets(node.value, condition);
  if (node.kind === 'in') return node.values.length > 0 && node.values.every((value) => valueMeets(value, condition));
  if (node.kind === 'range') return rangeMeets(node, condition);
  if (node.kind === 'exists') return condition.kind === 'exists';
  if (node.kind === 'type') {
    if (condition.kind === 'exists') return true;
    return condition.kind === 'type' && node.types.every((type) => condition.types.includes(type));
  }
  return condition.kind === 'exists' && (node.kind === 'elem' || node.kind === 'prefix');
}

const ACCEPTS: Record<RangeOp, (order: number) => boolean> = {
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
};

/** Whether a field equal to `value` meets the condition. Arrays and null are left in doubt: they match in several ways. */
function valueMeets(value: Value, condition: PlanNode): boolean {
  if (condition.kind === 'eq') return equal(value, condition.value);
  if (condition.kind === 'in') return condition.values.some((allowed) => equal(allowed, value));
  if (value === null || Array.isArray(value)) return false;
  if (condition.kind === 'exists') return true;
  if (condition.kind === 'range') {
    return sameBracket(value, condition.value) && ACCEPTS[condition.op](compare(value, condition.value));
  }
  return condition.kind === 'type' && condition.types.includes(typeName(value));
}

const isLower = (op: RangeOp): boolean => op === '$gt' || op === '$gte';

function rangeMeets(node: Extract<PlanNode, { kind: 'range' }>, condition: PlanNode): boolean {
  if (node.value === null || Array.isArray(node.value)) return false;
  if (condition.kind === 'exists') return true;
  if (condition.kind === 'type')
    return condition.types.includes(typeName(node.value)) && typeName(node.value) === 'string';
  if (condition.kind !== 'range' || isLower(node.op) !== isLower(condition.op)) return false;
  if (!sameBracket(node.value, condition.value)) return false;
  const order = compare(node.value, condition.value);
  if (order === 0) return node.op === condition.op || condition.op === '$gte' || condition.op === '$lte';
  return isLower(node.op) === order > 0;
}
