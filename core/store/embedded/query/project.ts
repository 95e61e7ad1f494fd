import { type Doc, isDoc, isNumeric, toNumber, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import type { Expression, FilterContext } from './filter.js';
import { elementTest, truthy } from './match.js';
import type { Found, ValueTest } from './paths.js';

const bad = (message: string) => new ProtocolError('BadValue', message);

/** A leaf of a compiled projection. */
type Leaf =
  | Readonly<{ do: 'keep' | 'drop' | 'positional' }>
  | Readonly<{ do: 'slice'; skip: number | undefined; limit: number }>
  | Readonly<{ do: 'elemMatch'; test: ValueTest }>
  | Readonly<{ do: 'compute'; expression: Expression }>;
type Tree = Map<string, Tree | Leaf>;

export type Projection = Readonly<{
  /** Whether the query must report the array position it matched (`'items.$': 1`). */
  positional: boolean;
  apply(document: Doc, found: Found): Doc;
}>;

/** @throws ProtocolError for mixed inclusion and exclusion (31253, 31254), colliding paths (31249), bad operands. */
export function compileProjection(spec: Doc, context: FilterContext): Projection | undefined {
  if (spec.size === 0) return undefined;
  const tree: Tree = new Map();
  let mode: 'include' | 'exclude' | undefined;
  let id: 'keep' | 'drop' | undefined;
  let computes = false;
  for (const [path, leaf] of entriesOf(spec, '', context)) {
    if (path === '_id' && (leaf.do === 'keep' || leaf.do === 'drop')) {
      id = leaf.do;
      continue;
    }
    const wants = WANTS[leaf.do];
    if (wants !== undefined && mode !== undefined && wants !== mode) {
      throw mode === 'exclude'
        ? new ProtocolError('Location31253', `Cannot do inclusion on field ${path} in exclusion projection`)
        : new ProtocolError('Location31254', `Cannot do exclusion on field ${path} in inclusion projection`);
    }
    mode ??= wants;
    computes ||= leaf.do === 'elemMatch' || leaf.do === 'compute';
    plant(tree, path, leaf);
  }
  const including = mode === 'include' || (mode === undefined && (id === 'keep' || computes));
  if (including && id !== 'drop') tree.set('_id', tree.get('_id') ?? { do: 'keep' });
  if (!including && id === 'drop') tree.set('_id', { do: 'drop' });
  const positional = [...spec.keys()].some((path) => path.endsWith('.$'));
  return {
    positional,
    apply: (document, found) => (including ? include(document, tree, found, document) : exclude(document, tree, found)),
  };
}

const WANTS: Record<Leaf['do'], 'include' | 'exclude' | undefined> = {
  keep: 'include',
  positional: 'include',
  compute: 'include',
  drop: 'exclude',
  slice: undefined,
  elemMatch: undefined,
};

function* entriesOf(spec: Doc, prefix: string, context: FilterContext): Generator<[string, Leaf]> {
  for (const [key, value] of spec) {
    const path = prefix + key;
    if (key === '' || key.startsWith('.') || key.endsWith('.')) throw bad('FieldPath must not be empty');
    if (isDoc(value) && value.size > 0 && ![...value.keys()].some((name) => name.startsWith('$'))) {
      yield* entriesOf(value, `${path}.`, context);
    } else if (path.endsWith('.$')) yield [path.slice(0, -2), { do: 'positional' }];
    else yield [path, leafOf(path, value, context)];
  }
}

function leafOf(path: string, value: Value, context: FilterContext): Leaf {
  if (path.split('.').some((part) => part.startsWith('$'))) {
    throw bad(`positional projection cannot be used with ${path}`);
  }
  if (typeof value === 'boolean' || isNumeric(value)) return { do: truthy(value) ? 'keep' : 'drop' };
  if (isDoc(value)) {
    const [operator] = value.keys();
    const operand = operator === undefined ? undefined : value.get(operator);
    if (operator === '$slice' && operand !== undefined && isSlice(operand)) return sliceOf(operand);
    if (operator === '$elemMatch') {
      if (!isDoc(operand)) throw bad('elemMatch: Invalid argument, object required');
      if (path.includes('.')) throw bad('Cannot use $elemMatch projection on a nested field');
      return { do: 'elemMatch', test: elementTest(operand, context).test };
    }
    if (operator === '$meta') throw new ProtocolError('NotImplemented', '$meta is not offered by the embedded store');
  }
  return { do: 'compute', expression: context.expression(value) };
}

/** `$slice` of a find projection takes numbers; the aggregation expression of that name starts with an array. */
const isSlice = (operand: Value): boolean =>
  isNumeric(operand) || (Array.isArray(operand) && operand.length === 2 && operand.every(isNumeric));

function sliceOf(operand: Value): Leaf {
  const [skip, limit] = (Array.isArray(operand) ? operand : [undefined, operand]).map((part) =>
    isNumeric(part) ? Math.trunc(toNumber(part)) : undefined,
  );
  if (skip !== undefined && (limit ?? 0) <= 0)
    throw new ProtocolError('Location28724', '$slice limit must be positive');
  return { do: 'slice', skip, limit: limit ?? 0 };
}

function plant(tree: Tree, path: string, leaf: Leaf): void {
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  let node = tree;
  for (const part of parts) {
    const next = node.get(part) ?? new Map();
    if (!(next instanceof Map)) throw collision(path);
    node.set(part, next);
    node = next;
  }
  if (node.has(last)) throw collision(path);
  node.set(last, leaf);
}

const collision = (path: string) => new ProtocolError('Location31249', `Path collision at ${path}`);

function slice(value: Value, leaf: Extract<Leaf, { do: 'slice' }>): Value {
  if (!Array.isArray(value)) return value;
  if (leaf.skip === undefined) return leaf.limit >= 0 ? value.slice(0, leaf.limit) : value.slice(leaf.limit);
  const start = leaf.skip >= 0 ? leaf.skip : Math.max(0, value.length + leaf.skip);
  return value.slice(start, start + leaf.limit);
}

/** The value a leaf leaves of a present value; undefined drops the field. */
function applyLeaf(leaf: Leaf, value: Value, found: Found): Value | undefined {
  switch (leaf.do) {
    case 'keep':
      return value;
    case 'slice':
      return slice(value, leaf);
    case 'elemMatch': {
      const hit = Array.isArray(value) ? value.find((item) => leaf.test(item)) : undefined;
      return hit === undefined ? undefined : [hit];
    }
    case 'positional': {
      if (!Array.isArray(value)) return value;
      if (found.index === undefined) {
        throw new ProtocolError('Location51246', 'positional operator did not find the match needed from the query');
      }
      const hit = value[found.index];
      return hit === undefined ? [] : [hit];
    }
    default:
      return undefined;
  }
}

function include(document: Doc, tree: Tree, found: Found, root: Doc): Doc {
  const result: Doc = new Map();
  for (const [key, value] of document) {
    const node = tree.get(key);
    if (node === undefined) continue;
    const kept = node instanceof Map ? includeInto(value, node, found, root) : applyLeaf(node, value, found);
    if (kept !== undefined) result.set(key, kept);
  }
  compute(result, tree, found, root);
  return result;
}

function includeInto(value: Value, tree: Tree, found: Found, root: Doc): Value | undefined {
  if (isDoc(value)) return include(value, tree, found, root);
  if (!Array.isArray(value)) return undefined;
  return value.map((item) => includeInto(item, tree, found, root)).filter((item) => item !== undefined);
}

/** Computed fields are added after the kept ones, in the order of the projection. */
function compute(result: Doc, tree: Tree, found: Found, root: Doc): void {
  for (const [key, node] of tree) {
    if (node instanceof Map) {
      if (!result.has(key) && hasCompute(node)) result.set(key, include(new Map(), node, found, root));
    } else if (node.do === 'compute') {
      const value = node.expression(root);
      if (value !== undefined) result.set(key, value);
    }
  }
}

const hasCompute = (tree: Tree): boolean =>
  [...tree.values()].some((node) => (node instanceof Map ? hasCompute(node) : node.do === 'compute'));

function exclude(document: Doc, tree: Tree, found: Found): Doc {
  const result: Doc = new Map();
  for (const [key, value] of document) {
    const node = tree.get(key);
    if (node === undefined) result.set(key, value);
    else if (node instanceof Map) result.set(key, excludeInto(value, node, found));
    else {
      const kept = node.do === 'drop' ? undefined : applyLeaf(node, value, found);
      if (kept !== undefined) result.set(key, kept);
    }
  }
  return result;
}

function excludeInto(value: Value, tree: Tree, found: Found): Value {
  if (isDoc(value)) return exclude(value, tree, found);
  return Array.isArray(value) ? value.map((item) => excludeInto(item, tree, found)) : value;
}
