import { type Doc, isDoc, isNumeric, toNumber, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import {
  conjuncts,
  everything,
  type Filter,
  type FilterContext,
  OPAQUE,
  type PlanNode,
  type RangeOp,
} from './filter.js';
import { type Found, someAt, splitPath, type ValueTest } from './paths.js';
import { isRegex, literalPrefix } from './regex.js';
import * as tests from './value-tests.js';

const bad = (message: string) => new ProtocolError('BadValue', message);
const absent = (name: string) => new ProtocolError('NotImplemented', `${name} is not offered by the embedded store`);

/** Operators that MongoDB has and this store refuses by name. */
const REFUSED = new Set([
  '$where',
  '$text',
  '$jsonSchema',
  '$near',
  '$nearSphere',
  '$geoWithin',
  '$geoIntersects',
  '$sampleRate',
  '$within',
  '$geoNear',
  '$rand',
  '$uniqueDocs',
  '$minDistance',
  '$maxDistance',
  '$geometry',
  '$search',
]);

/**
 * Compiles a query document.
 * @throws ProtocolError BadValue for an unknown or misused operator, NotImplemented for one that is left out.
 */
export function compileFilter(query: Doc, context: FilterContext): Filter {
  const parts = [...query].flatMap(([key, value]) => (key === '$comment' ? [] : [compileEntry(key, value, context)]));
  return all(parts);
}

function compileEntry(key: string, value: Value, context: FilterContext): Filter {
  if (!key.startsWith('$')) return compileField(key, value, context);
  const logical = Object.hasOwn(LOGICAL, key) ? LOGICAL[key] : undefined;
  if (logical !== undefined) return logical(compileList(key, value, context));
  if (key === '$expr') {
    const expression = context.expression(value);
    return { test: (document) => truthy(expression(document)), node: OPAQUE };
  }
  if (key === '$alwaysTrue' || key === '$alwaysFalse') {
    return { test: () => key === '$alwaysTrue', node: OPAQUE };
  }
  throw REFUSED.has(key) ? absent(key) : bad(`unknown top level operator: ${key}`);
}

/** Truth of an expression's result: false, null, missing and zero are false. */
export function truthy(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === false) return false;
  return !isNumeric(value) || toNumber(value) !== 0;
}

function compileList(key: string, value: Value, context: FilterContext): Filter[] {
  if (!Array.isArray(value)) throw bad(`${key} must be an array`);
  if (value.length === 0) throw bad(`${key} argument must be a non-empty array`);
  return value.map((item) => {
    if (!isDoc(item)) throw bad(`${key} argument's entries must be objects`);
    return compileFilter(item, context);
  });
}

function all(parts: readonly Filter[]): Filter {
  const [first] = parts;
  if (first === undefined) return everything;
  if (parts.length === 1) return first;
  return {
    test: (document, found) => {
      for (const part of parts) if (!part.test(document, found)) return false;
      return true;
    },
    node: { kind: 'and', parts: parts.flatMap((part) => conjuncts(part.node)) },
  };
}

const LOGICAL: Record<string, (parts: readonly Filter[]) => Filter> = {
  $and: all,
  $or: (parts) => ({
    test: (document, found) => parts.some((part) => part.test(document, found)),
    node: parts.length === 1 && parts[0] ? parts[0].node : { kind: 'or', parts: parts.map((part) => part.node) },
  }),
  $nor: (parts) => ({ test: (document) => !parts.some((part) => part.test(document)), node: OPAQUE }),
};

/** A document is a set of operators when its first key is one; `$ref` starts a DBRef, which is a plain value. */
export function isOperators(value: Value | undefined): value is Doc {
  if (!isDoc(value)) return false;
  const [first] = value.keys();
  return first?.startsWith('$') === true && first !== '$ref' && first !== '$id' && first !== '$db';
}

function compileField(path: string, value: Value, context: FilterContext): Filter {
  if (!isOperators(value)) return leaf(path, tests.equalTest(value), equalNode(path, value));
  return all(
    [...value].flatMap(([operator, operand]) => {
      if (operator === '$options' && value.has('$regex')) return [];
      return [compileOperator(path, operator, operand, value, context)];
    }),
  );
}

function compileOperator(
  path: string,
  operator: string,
  operand: Value,
  siblings: Doc,
  context: FilterContext,
): Filter {
  const make = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (make !== undefined) return make(path, operand, siblings, context);
  throw REFUSED.has(operator) ? absent(operator) : bad(`unknown operator: ${operator}`);
}

/** Stands for the array element itself where `$elemMatch` tests values; no field has this name. */
const ELEMENT = '\0element';

function leaf(path: string, test: ValueTest, node: PlanNode, expand = true): Filter {
  if (path === ELEMENT) return { test: (document) => test(document.get(ELEMENT)), node: OPAQUE };
  const parts = splitPath(path);
  const [only] = parts;
  if (parts.length > 1 || only === undefined) {
    return { test: (document, found) => someAt(document, parts, 0, test, expand, found), node };
  }
  return {
    test: (document, found) => {
      const value = document.get(only);
      if (Array.isArray(value)) return someAt(value, parts, 1, test, expand, found);
      return test(value);
    },
    node,
  };
}

const negated = (filter: Filter, node: PlanNode = OPAQUE): Filter => ({
  test: (document) => !filter.test(document),
  node,
});

function equalNode(path: string, value: Value): PlanNode {
  if (!isRegex(value)) return { kind: 'eq', path, value };
  return prefixNode(path, value.pattern, value.options);
}

function prefixNode(path: string, pattern: string, options: string): PlanNode {
  const text = literalPrefix(pattern, options);
  return text === undefined ? OPAQUE : { kind: 'prefix', path, text };
}

/** Not null means present, except below arrays, where an empty array passes without having the field. */
const neNode = (path: string, operand: Value): PlanNode =>
  operand === null && !path.includes('.') ? { kind: 'exists', path } : OPAQUE;

type Make = (path: string, operand: Value, siblings: Doc, context: FilterContext) => Filter;

const range =
  (op: RangeOp): Make =>
  (path, operand) =>
    leaf(path, tests.rangeTest(op, operand), { kind: 'range', path, op, value: operand });

const bits =
  (op: '$bitsAllSet' | '$bitsAllClear' | '$bitsAnySet' | '$bitsAnyClear'): Make =>
  (path, operand) =>
    leaf(path, tests.bitsTest(op, operand), OPAQUE);

function listOf(operator: string, operand: Value): Value[] {
  if (!Array.isArray(operand)) throw bad(`${operator} needs an array`);
  if (operand.some(isOperators)) throw bad(`cannot nest $ under ${operator}`);
  return operand;
}

const isIn: Make = (path, operand) => {
  const values = listOf('$in', operand);
  const node: PlanNode = values.some(isRegex) ? OPAQUE : { kind: 'in', path, values };
  return leaf(path, tests.inTest(values), node);
};

const isRegexMatch: Make = (path, operand, siblings) => {
  const outer = siblings.get('$options') ?? '';
  if (typeof outer !== 'string') throw bad('$options has to be a string');
  const pattern = isRegex(operand) ? operand.pattern : operand;
  if (typeof pattern !== 'string') throw bad('$regex has to be a string');
  const options = outer !== '' ? outer : isRegex(operand) ? operand.options : '';
  return leaf(path, tests.regexTest(pattern, options), prefixNode(path, pattern, options));
};

const isNot: Make = (path, operand, _siblings, context) => {
  if (isRegex(operand)) return negated(leaf(path, tests.equalTest(operand), OPAQUE));
  if (!isDoc(operand)) throw bad('$not needs a regex or a document');
  if (operand.size === 0) throw bad('$not cannot be empty');
  const [first] = operand.keys();
  if (!isOperators(operand)) throw bad(`unknown operator: ${first}`);
  return negated(compileField(path, operand, context));
};

const exists: Make = (path, operand) => {
  const present = leaf(path, (value) => value !== undefined, { kind: 'exists', path }, false);
  return truthy(operand) ? present : negated(present, { kind: 'missing', path });
};

const hasSize: Make = (path, operand) => {
  const size = isNumeric(operand) ? toNumber(operand) : Number.NaN;
  if (!Number.isInteger(size)) throw new ProtocolError('FailedToParse', 'Failed to parse $size. Expected an integer');
  if (size < 0) throw new ProtocolError('FailedToParse', 'Failed to parse $size. Expected a non-negative number');
  return leaf(path, (value) => Array.isArray(value) && value.length === size, OPAQUE, false);
};

const hasAll: Make = (path, operand, siblings, context) => {
  if (!Array.isArray(operand)) throw bad('$all needs an array');
  if (operand.length === 0) return { test: () => false, node: OPAQUE };
  return all(
    operand.map((item) => {
      const elemMatch = isDoc(item) ? item.get('$elemMatch') : undefined;
      if (elemMatch !== undefined) return hasElement(path, elemMatch, siblings, context);
      if (isOperators(item)) throw bad('no $ expressions in $all');
      return leaf(path, tests.equalTest(item), equalNode(path, item));
    }),
  );
};

const DOCUMENT_OPERATORS = new Set(['$and', '$or', '$nor', '$where', '$expr']);

/** The test of one array element, by operators on the element itself or by a query on its fields. */
export function elementTest(operand: Doc, context: FilterContext): Readonly<{ test: ValueTest; node: PlanNode }> {
  const [first] = operand.keys();
  if (first?.startsWith('$') && !DOCUMENT_OPERATORS.has(first) && isOperators(operand)) {
    const parts = [...operand].flatMap(([operator, value]) =>
      operator === '$options' ? [] : [compileOperator(ELEMENT, operator, value, operand, context)],
    );
    const test = all(parts).test;
    return { test: (item) => item !== undefined && test(new Map([[ELEMENT, item]])), node: OPAQUE };
  }
  const filter = compileFilter(operand, context);
  return {
    test: (item) => {
      if (isDoc(item)) return filter.test(item);
      return Array.isArray(item) && filter.test(new Map(item.map((part, index) => [String(index), part])));
    },
    node: filter.node,
  };
}

const hasElement: Make = (path, operand, _siblings, context) => {
  if (!isDoc(operand)) throw bad('$elemMatch needs an Object');
  const element = elementTest(operand, context);
  const parts = splitPath(path);
  const part = element.node;
  return {
    test: (document, found?: Found) => {
      let at = -1;
      const test: ValueTest = (value) => {
        if (!Array.isArray(value)) return false;
        at = value.findIndex((item) => element.test(item));
        return at >= 0;
      };
      const matched = someAt(document, parts, 0, test, false, found);
      if (matched && found !== undefined && at >= 0) found.index = at;
      return matched;
    },
    node: part.kind === 'opaque' ? { kind: 'exists', path } : { kind: 'elem', path, part },
  };
};

const OPERATORS: Record<string, Make> = {
  $eq: (path, operand) => {
    // Unlike the short form, $eq takes a regular expression as a value.
    if (!isRegex(operand)) return leaf(path, tests.equalTest(operand), { kind: 'eq', path, value: operand });
    return leaf(path, (value) => isRegex(value) && value.pattern === operand.pattern, OPAQUE);
  },
  $ne: (path, operand) => {
    if (isRegex(operand)) throw bad("Can't have regex as arg to $ne.");
    return negated(leaf(path, tests.equalTest(operand), OPAQUE), neNode(path, operand));
  },
  $lt: range('$lt'),
  $lte: range('$lte'),
  $gt: range('$gt'),
  $gte: range('$gte'),
  $in: isIn,
  $nin: (path, operand) => negated(leaf(path, tests.inTest(listOf('$nin', operand)), OPAQUE)),
  $not: isNot,
  $exists: exists,
  $type: (path, operand) => {
    const types = tests.typeNames(operand);
    return leaf(path, tests.typeTest(types), { kind: 'type', path, types });
  },
  $regex: isRegexMatch,
  $options: () => {
    throw bad('$options needs a $regex');
  },
  $mod: (path, operand) => leaf(path, tests.modTest(operand), OPAQUE),
  $size: hasSize,
  $all: hasAll,
  $elemMatch: hasElement,
  $bitsAllSet: bits('$bitsAllSet'),
  $bitsAllClear: bits('$bitsAllClear'),
  $bitsAnySet: bits('$bitsAnySet'),
  $bitsAnyClear: bits('$bitsAnyClear'),
  $comment: () => everything,
};
