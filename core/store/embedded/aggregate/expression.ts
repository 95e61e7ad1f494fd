import { type Doc, isDoc, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import type { Expression, FilterContext } from '../query/filter.js';
import { splitPath } from '../query/paths.js';
import { compileWithMingo } from './mingo.js';
import { OPERATORS } from './operators.js';
import type { Evaluate, Variables } from './scope.js';

const SYSTEM = new Set(['ROOT', 'CURRENT', 'NOW', 'REMOVE', 'KEEP', 'PRUNE', 'DESCEND']);

/** @param variables values of `let`, already evaluated */
export const expressionContext = (variables: Variables): FilterContext => ({
  expression: (source) => compileExpression(source, variables),
});

export function compileExpression(source: Value, variables: Variables): Expression {
  const bound: Variables = variables.has('NOW') ? variables : new Map([...variables, ['NOW', new Date()]]);
  const evaluate = compile(source, new Set(bound.keys()));
  return (root) => evaluate({ root, variables: bound });
}

/** Variables of `let`: each is an expression without a document; a plain text is taken as it is, `$` or not. */
export function evaluateLet(source: Doc): Doc {
  const result: Doc = new Map();
  for (const [name, value] of source) {
    if (typeof value === 'string' && !value.startsWith('$$')) result.set(name, value);
    else result.set(name, compileExpression(value, new Map())(new Map()) ?? null);
  }
  return result;
}

/** @throws ProtocolError for unknown operators and variables, MingoNeeded when mingo has to be loaded first */
export function compile(source: Value, known: ReadonlySet<string>): Evaluate {
  if (typeof source === 'string' && source.startsWith('$')) return compilePath(source, known);
  if (Array.isArray(source)) {
    const parts = source.map((item) => compile(item, known));
    return (scope) => parts.map((part) => part(scope) ?? null);
  }
  if (!isDoc(source)) return () => source;
  const [first] = source.keys();
  if (first?.startsWith('$')) return compileOperator(first, source, known);
  return compileObject(source, known);
}

function compilePath(source: string, known: ReadonlySet<string>): Evaluate {
  if (!source.startsWith('$$')) {
    const parts = fieldPath(source.slice(1));
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return ({ root }) => root.get(only);
    return ({ root }) => resolve(root, parts, 0);
  }
  const [name = '', ...rest] = source.slice(2).split('.');
  if (name === 'ROOT' || name === 'CURRENT') return ({ root }) => resolve(root, rest, 0);
  if (name === 'REMOVE') return () => undefined;
  if (!known.has(name) && !SYSTEM.has(name)) {
    throw new ProtocolError('Location17276', `Use of undefined variable: ${name}`);
  }
  return ({ variables }) => resolve(variables.get(name), rest, 0);
}

export function fieldPath(path: string): readonly string[] {
  const parts = splitPath(path);
  if (parts.includes('')) throw new ProtocolError('Location15998', 'FieldPath field names may not be empty strings.');
  if (parts.some((part) => part.startsWith('$'))) {
    throw new ProtocolError('Location16410', `FieldPath field names may not start with '$'.`);
  }
  return parts;
}

/** Unlike queries, expressions do not index arrays: a path over an array is the array of its elements' values. */
export function resolve(value: Value | undefined, parts: readonly string[], depth: number): Value | undefined {
  const part = parts[depth];
  if (part === undefined) return value;
  if (isDoc(value)) return resolve(value.get(part), parts, depth + 1);
  if (!Array.isArray(value)) return undefined;
  return value.map((item) => resolve(item, parts, depth)).filter((item) => item !== undefined);
}

function compileObject(source: Doc, known: ReadonlySet<string>): Evaluate {
  const fields = [...source].map(([key, value]): [string, Evaluate] => {
    if (key.startsWith('$')) throw new ProtocolError('Location16410', `FieldPath field names may not start with '$'.`);
    return [key, compile(value, known)];
  });
  return (scope) => {
    const result: Doc = new Map();
    for (const [key, evaluate] of fields) {
      const value = evaluate(scope);
      if (value !== undefined) result.set(key, value);
    }
    return result;
  };
}

function compileOperator(name: string, source: Doc, known: ReadonlySet<string>): Evaluate {
  if (source.size > 1) {
    throw new ProtocolError('Location15983', 'An object representing an expression must have exactly one field');
  }
  const operand = source.get(name) ?? null;
  const own = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  const evaluate = own?.(operand, known, compile);
  if (evaluate !== undefined) return evaluate;
  const foreign = compileWithMingo(name, operand);
  return ({ root, variables }) => foreign(root, variables);
}
