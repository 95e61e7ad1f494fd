import { type Doc, isDoc, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import type { Expression } from '../query/filter.js';
import { compileExpression, fieldPath } from './expression.js';
import type { Variables } from './scope.js';
import type { Stage, StageMaker } from './stage.js';

type Tree = Map<string, Tree | Expression>;

/** `{'a.b': e}` and `{a: {b: e}}` mean the same: a field inside the document that is there. */
function grow(tree: Tree, spec: Doc, variables: Variables): Tree {
  for (const [path, source] of spec) {
    const parts = [...fieldPath(path)];
    const last = parts.pop() ?? '';
    let node = tree;
    for (const part of parts) {
      const next = node.get(part) ?? new Map();
      if (typeof next === 'function')
        throw new ProtocolError('Location40176', `specification contains two conflicting paths: ${path}`);
      node.set(part, next);
      node = next;
    }
    if (node.has(last))
      throw new ProtocolError('Location40176', `specification contains two conflicting paths: ${path}`);
    node.set(last, isFields(source) ? grow(new Map(), source, variables) : compileExpression(source, variables));
  }
  return tree;
}

const isFields = (source: Value): source is Doc => {
  if (!isDoc(source) || source.size === 0) return false;
  return ![...source.keys()].some((key) => key.startsWith('$'));
};

function fill(value: Value | undefined, tree: Tree, root: Doc): Value {
  if (Array.isArray(value)) return value.map((item) => fill(item, tree, root));
  const result: Doc = new Map(isDoc(value) ? value : []);
  for (const [key, node] of tree) {
    const next = typeof node === 'function' ? node(root) : fill(result.get(key), node, root);
    if (next === undefined) result.delete(key);
    else result.set(key, next);
  }
  return result;
}

export const addFields: StageMaker = (operand, context): Stage => {
  if (!isDoc(operand)) throw new ProtocolError('Location40272', '$addFields specification stage must be an object');
  const tree = grow(new Map(), operand, context.variables);
  return function* (input) {
    for (const document of input) yield document === undefined ? undefined : (fill(document, tree, document) as Doc);
  };
};

function without(value: Value, parts: readonly string[], depth: number): Value {
  if (Array.isArray(value)) return value.map((item) => without(item, parts, depth));
  const part = parts[depth] ?? '';
  const current = isDoc(value) ? value.get(part) : undefined;
  if (!isDoc(value) || current === undefined) return value;
  const result = new Map(value);
  if (depth === parts.length - 1) result.delete(part);
  else result.set(part, without(current, parts, depth + 1));
  return result;
}

export const unset: StageMaker = (operand): Stage => {
  const paths = (Array.isArray(operand) ? operand : [operand]).map((path) => {
    if (typeof path !== 'string')
      throw new ProtocolError('Location31002', '$unset specification must be a string or an array of strings');
    return fieldPath(path);
  });
  return function* (input) {
    for (const document of input) {
      yield document && (paths.reduce<Value>((value, parts) => without(value, parts, 0), document) as Doc);
    }
  };
};
