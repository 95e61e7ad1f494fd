import { equal } from '../bson/order.js';
import { clone, type Doc, isDoc, typeName, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { compileFilter } from '../query/match.js';
import { type Found, splitPath, type ValueTest, valueAt } from '../query/paths.js';
import { type Change, OPERATORS, type OperatorContext, REMOVE } from './operators.js';
import { changeAt } from './walk.js';

/** A compiled update. `apply` never changes the document it is given. */
export type Update = Readonly<{
  kind: 'replacement' | 'operators' | 'pipeline';
  /** @throws ProtocolError when the document does not allow the change (path, type, immutable _id). */
  apply(document: Doc, found: Found, inserting: boolean): Doc;
}>;

export type UpdateContext = OperatorContext &
  Readonly<{
    arrayFilters: readonly Doc[];
    /** Runs an update pipeline over one document. */
    pipeline(stages: readonly Value[]): (document: Doc) => Doc;
  }>;

/** @throws ProtocolError FailedToParse for unknown operators, ConflictingUpdateOperators for overlapping paths. */
export function compileUpdate(spec: Value, context: UpdateContext): Update {
  if (Array.isArray(spec)) return pipelineUpdate(spec, context);
  if (!isDoc(spec)) throw new ProtocolError('FailedToParse', `Update argument must be either an object or an array`);
  const [first] = spec.keys();
  if (first === undefined || !first.startsWith('$')) return replacement(spec, context);
  return operatorUpdate(spec, context);
}

const immutableId = () =>
  new ProtocolError('ImmutableField', "Performing an update on the path '_id' would modify the immutable field '_id'");

function keepId(before: Doc, after: Doc): Doc {
  const id = before.get('_id');
  if (id === undefined) return after;
  const next = after.get('_id');
  if (next === undefined || !equal(id, next)) throw immutableId();
  return after;
}

function pipelineUpdate(stages: readonly Value[], context: UpdateContext): Update {
  if (context.arrayFilters.length > 0) {
    throw new ProtocolError('FailedToParse', 'Cannot specify arrayFilters and a pipeline update');
  }
  const run = context.pipeline(stages);
  return {
    kind: 'pipeline',
    apply: (document) => {
      const after = run(document);
      const id = document.get('_id');
      return keepId(document, id === undefined || after.has('_id') ? after : new Map([['_id', id], ...after]));
    },
  };
}

function replacement(spec: Doc, context: UpdateContext): Update {
  for (const key of spec.keys()) {
    if (key.startsWith('$')) {
      throw new ProtocolError(
        'DollarPrefixedFieldName',
        `The dollar ($) prefixed field '${key}' is not allowed in the context of an update's replacement document.`,
      );
    }
  }
  if (context.arrayFilters.length > 0) {
    throw new ProtocolError('FailedToParse', 'Cannot specify arrayFilters and a non-operator update');
  }
  return {
    kind: 'replacement',
    apply: (document) => {
      const id = document.get('_id');
      const after = clone(spec);
      const given = after.get('_id');
      if (given !== undefined && id !== undefined && !equal(id, given)) {
        throw new ProtocolError(
          'ImmutableField',
          "After applying the update, the (immutable) field '_id' was found to have been altered",
        );
      }
      return id === undefined ? after : new Map<string, Value>([['_id', id], ...after]).set('_id', id);
    },
  };
}

type Step = Readonly<{
  path: string;
  parts: readonly string[];
  creates: boolean;
  onlyOnInsert: boolean;
  change: Change;
  renamedFrom?: string;
}>;

function operatorUpdate(spec: Doc, context: UpdateContext): Update {
  const steps = [...spec].flatMap(([name, operands]) => compileOperator(name, operands, context));
  steps.sort((a, b) => comparePaths(a.parts, b.parts));
  refuseConflicts(steps);
  const arrayFilters = compileArrayFilters(context, steps);
  return {
    kind: 'operators',
    apply: (document, found, inserting) => {
      const after = clone(document);
      const positions = { index: found.index, arrayFilters };
      for (const step of steps) {
        if (step.onlyOnInsert && !inserting) continue;
        if (step.renamedFrom === undefined) changeAt(after, step.parts, positions, step.creates, step.change);
        else rename(after, step.renamedFrom, step.parts);
      }
      return keepId(document, after);
    },
  };
}

function compileOperator(name: string, operands: Value, context: UpdateContext): Step[] {
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (operator === undefined && name !== '$rename') {
    throw new ProtocolError(
      'FailedToParse',
      `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (!isDoc(operands)) {
    throw new ProtocolError(
      'FailedToParse',
      `Modifiers operate on fields but we found type ${typeName(operands)} instead for ${name}`,
    );
  }
  return [...operands].flatMap(([path, operand]): Step[] => {
    const parts = checkedPath(path);
    if (operator === undefined) return renameSteps(path, operand);
    const change = operator.make(operand, path, context);
    return [{ path, parts, creates: operator.creates, onlyOnInsert: operator.onlyOnInsert === true, change }];
  });
}

function checkedPath(path: string): readonly string[] {
  const parts = splitPath(path);
  if (path === '') throw new ProtocolError('EmptyFieldName', 'An empty update path is not valid.');
  if (parts.includes('')) {
    throw new ProtocolError(
      'EmptyFieldName',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  }
  const [first = ''] = parts;
  if (first === '$' || first.startsWith('$[')) {
    throw new ProtocolError(
      'BadValue',
      `Cannot have positional (i.e. '$') element in the first position in path '${path}'`,
    );
  }
  const dollar = parts.find((part) => part.startsWith('$') && part !== '$' && !/^\$\[.*\]$/.test(part));
  if (dollar !== undefined) {
    throw new ProtocolError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  }
  if (parts.filter((part) => part === '$').length > 1) {
    throw new ProtocolError('BadValue', `Too many positional (i.e. '$') elements found in path '${path}'`);
  }
  return parts;
}

/** The source is claimed too (with a change that does nothing), so that conflicts with it are seen. */
function renameSteps(from: string, to: Value): Step[] {
  if (typeof to !== 'string')
    throw new ProtocolError('BadValue', `The 'to' field for $rename must be a string: ${from}`);
  const parts = checkedPath(to);
  if (from === to) throw new ProtocolError('BadValue', `The source and target field for $rename must differ: ${from}`);
  if ([...parts, ...splitPath(from)].some((part) => part.startsWith('$'))) {
    throw new ProtocolError('BadValue', `The source and target field for $rename may not be dynamic: ${from}`);
  }
  const base = { creates: false, onlyOnInsert: false, change: () => undefined };
  return [
    { ...base, path: from, parts: splitPath(from) },
    { ...base, path: to, parts, renamedFrom: from },
  ];
}

function rename(document: Doc, from: string, to: readonly string[]): void {
  const parts = splitPath(from);
  const holder = valueAt(document, parts.slice(0, -1));
  const value = valueAt(document, parts);
  if (value === undefined) return;
  if (Array.isArray(holder)) {
    throw new ProtocolError('BadValue', `The source field of $rename cannot be an array element: '${from}'`);
  }
  const nowhere = { index: undefined, arrayFilters: new Map() };
  changeAt(document, parts, nowhere, false, () => REMOVE);
  changeAt(document, to, nowhere, true, () => value);
}

/** Field names in order, numbers by value: the order in which new fields are made. */
function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [left = '', right = ''] = [a[i], b[i]];
    if (left === right) continue;
    const numeric = /^\d+$/.test(left) && /^\d+$/.test(right);
    return numeric ? Number(left) - Number(right) : left < right ? -1 : 1;
  }
  return a.length - b.length;
}

function refuseConflicts(steps: readonly Step[]): void {
  for (const [index, step] of steps.entries()) {
    const previous = steps[index - 1];
    if (previous === undefined) continue;
    const shared = previous.parts.every((part, depth) => step.parts[depth] === part);
    if (shared) {
      throw new ProtocolError(
        'ConflictingUpdateOperators',
        `Updating the path '${step.path}' would create a conflict at '${previous.path}'`,
      );
    }
  }
}

/** Array filters by identifier; each tests one array element. */
function compileArrayFilters(context: UpdateContext, steps: readonly Step[]): ReadonlyMap<string, ValueTest> {
  const filters = new Map<string, ValueTest>();
  for (const query of context.arrayFilters) {
    const name = identifierOf(query);
    if (filters.has(name)) {
      throw new ProtocolError(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${name}`,
      );
    }
    if (!steps.some((step) => step.parts.includes(`$[${name}]`))) {
      throw new ProtocolError('FailedToParse', `The array filter for identifier '${name}' was not used in the update`);
    }
    const { test } = compileFilter(query, context);
    filters.set(name, (item) => test(item === undefined ? new Map() : new Map([[name, item]])));
  }
  for (const { parts } of steps) {
    const unknown = parts.find((part) => /^\$\[.+\]$/.test(part) && !filters.has(part.slice(2, -1)));
    if (unknown !== undefined) {
      throw new ProtocolError('BadValue', `No array filter found for identifier '${unknown.slice(2, -1)}'`);
    }
  }
  return filters;
}

function identifierOf(query: Doc): string {
  const names = new Set<string>();
  const collect = (document: Doc) => {
    for (const [key, value] of document) {
      if (!key.startsWith('$')) names.add(key.split('.')[0] ?? '');
      else if (Array.isArray(value)) for (const item of value) if (isDoc(item)) collect(item);
    }
  };
  collect(query);
  const [name] = names;
  if (name === undefined || names.size > 1) {
    throw new ProtocolError('FailedToParse', 'An array filter needs exactly one top-level field name');
  }
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
    throw new ProtocolError(
      'BadValue',
      `Error parsing array filter: the identifier '${name}' must start with a lowercase letter`,
    );
  }
  return name;
}
