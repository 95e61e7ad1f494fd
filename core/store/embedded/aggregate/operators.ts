import { compare } from '../bson/order.js';
import { type Doc, double, isDoc, isNumeric, type Numeric, toNumber, typeName, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { truthy } from '../query/match.js';
import { add, multiply } from '../update/arithmetic.js';
import type { Evaluate, Scope } from './scope.js';

type Compile = (source: Value, known: ReadonlySet<string>) => Evaluate;
/** Undefined when this form of the operator is left to mingo. */
type Make = (operand: Value, known: ReadonlySet<string>, compile: Compile) => Evaluate | undefined;

const argumentsOf = (operand: Value): Value[] => (Array.isArray(operand) ? operand : [operand]);

/** An operator over its evaluated arguments. */
const over =
  (run: (values: (Value | undefined)[]) => Value | undefined, count?: number, name = 'expression'): Make =>
  (operand, known, compile) => {
    const parts = argumentsOf(operand).map((part) => compile(part, known));
    if (count !== undefined && parts.length !== count) {
      throw new ProtocolError(
        'Location16020',
        `Expression ${name} takes exactly ${count} arguments. ${parts.length} were passed in.`,
      );
    }
    return (scope) => run(parts.map((part) => part(scope)));
  };

/** A missing value sorts below null in comparisons. */
function order(a: Value | undefined, b: Value | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compare(a, b);
}

const comparison = (name: string, accepts: (order: number) => boolean): Make =>
  over(([a, b]) => accepts(order(a, b)), 2, name);

const isNullish = (value: Value | undefined): value is null | undefined => value === undefined || value === null;

function numeric(name: string, value: Value): Numeric {
  if (isNumeric(value)) return value;
  throw new ProtocolError('TypeMismatch', `${name} only supports numeric types, not ${typeName(value)}`);
}

/** `$add` and `$multiply`: null or missing gives null; one date plus numbers is a date. */
const fold = (name: string, start: number, operation: (a: Numeric, b: Numeric) => Numeric): Make =>
  over((values) => {
    let total: Numeric = start;
    let date: Date | undefined;
    for (const value of values) {
      if (isNullish(value)) return null;
      if (value instanceof Date && name === '$add' && date === undefined) date = value;
      else total = operation(total, numeric(name, value));
    }
    return date === undefined ? total : new Date(date.getTime() + Math.round(toNumber(total)));
  });

const subtract = over(
  ([a, b]) => {
    if (isNullish(a) || isNullish(b)) return null;
    if (a instanceof Date) {
      if (b instanceof Date) return BigInt(a.getTime() - b.getTime());
      return new Date(a.getTime() - Math.round(toNumber(numeric('$subtract', b))));
    }
    return add(numeric('$subtract', a), multiply(numeric('$subtract', b), -1));
  },
  2,
  '$subtract',
);

const divide = over(
  ([a, b]) => {
    if (isNullish(a) || isNullish(b)) return null;
    const divisor = toNumber(numeric('$divide', b));
    if (divisor === 0) throw new ProtocolError('BadValue', "can't $divide by zero");
    return double(toNumber(numeric('$divide', a)) / divisor);
  },
  2,
  '$divide',
);

const mod = over(
  ([a, b]) => {
    if (isNullish(a) || isNullish(b)) return null;
    const [left, right] = [numeric('$mod', a), numeric('$mod', b)];
    if (toNumber(right) === 0) throw new ProtocolError('Location16610', "can't $mod by zero");
    if (typeof left === 'bigint' || typeof right === 'bigint') {
      return BigInt(Math.trunc(toNumber(left))) % BigInt(Math.trunc(toNumber(right)));
    }
    return toNumber(left) % toNumber(right);
  },
  2,
  '$mod',
);

/** The numbers among the arguments; a single array argument stands for its elements. */
const spread = (values: readonly (Value | undefined)[]): readonly (Value | undefined)[] => {
  const [only] = values;
  return values.length === 1 && Array.isArray(only) ? only : values;
};

const sum = over((values) => spread(values).filter(isNumeric).reduce<Numeric>(add, 0));

const average = over((values) => {
  const numbers = spread(values).filter(isNumeric);
  return numbers.length === 0 ? null : double(toNumber(numbers.reduce<Numeric>(add, 0)) / numbers.length);
});

const extreme = (direction: 1 | -1): Make =>
  over((values) =>
    spread(values).reduce<Value>((best, value) => {
      if (isNullish(value)) return best;
      return best === null || compare(value, best) * direction > 0 ? value : best;
    }, null),
  );

const conditional: Make = (operand, known, compile) => {
  const parts = isDoc(operand) ? [operand.get('if'), operand.get('then'), operand.get('else')] : argumentsOf(operand);
  if (parts.length !== 3 || parts.includes(undefined)) {
    throw new ProtocolError('Location16020', 'Expression $cond takes exactly 3 arguments.');
  }
  const [test, yes, no] = parts.map((part) => compile(part ?? null, known));
  return (scope) => (truthy(test?.(scope)) ? yes?.(scope) : no?.(scope));
};

const choose: Make = (operand, known, compile) => {
  const branches = isDoc(operand) ? operand.get('branches') : undefined;
  if (!isDoc(operand) || !Array.isArray(branches)) return undefined;
  const cases = branches.map((branch) => {
    if (!isDoc(branch)) throw new ProtocolError('Location40062', '$switch expects each branch to be an object');
    return { test: compile(branch.get('case') ?? null, known), value: compile(branch.get('then') ?? null, known) };
  });
  const otherwise = operand.has('default') ? compile(operand.get('default') ?? null, known) : undefined;
  return (scope) => {
    const hit = cases.find(({ test }) => truthy(test(scope)));
    if (hit !== undefined) return hit.value(scope);
    if (otherwise !== undefined) return otherwise(scope);
    throw new ProtocolError(
      'Location40066',
      '$switch could not find a matching branch for an input, and no default was specified.',
    );
  };
};

const ifNull: Make = (operand, known, compile) => {
  const parts = argumentsOf(operand).map((part) => compile(part, known));
  return (scope) => {
    let value: Value | undefined = null;
    for (const part of parts) {
      value = part(scope);
      if (!isNullish(value)) return value;
    }
    return value;
  };
};

const every: Make = (operand, known, compile) => {
  const parts = argumentsOf(operand).map((part) => compile(part, known));
  return (scope) => parts.every((part) => truthy(part(scope)));
};

const some: Make = (operand, known, compile) => {
  const parts = argumentsOf(operand).map((part) => compile(part, known));
  return (scope) => parts.some((part) => truthy(part(scope)));
};

const concat = over((values) => {
  let text = '';
  for (const value of values) {
    if (isNullish(value)) return null;
    if (typeof value !== 'string')
      throw new ProtocolError('Location16702', `$concat only supports strings, not ${typeName(value)}`);
    text += value;
  }
  return text;
});

const arrayOf = (name: string, value: Value | undefined): Value[] => {
  if (Array.isArray(value)) return value;
  throw new ProtocolError(
    'Location17124',
    `The argument to ${name} must be an array, but was of type: ${value === undefined ? 'missing' : typeName(value)}`,
  );
};

const elementAt = (items: readonly Value[], index: number): Value | undefined => items.at(index);

const arrayElement = over(
  ([items, index]) => {
    if (isNullish(items) || isNullish(index)) return null;
    return elementAt(arrayOf('$arrayElemAt', items), toNumber(numeric('$arrayElemAt', index)));
  },
  2,
  '$arrayElemAt',
);

const end = (name: string, index: number): Make =>
  over(([items]) => (isNullish(items) ? null : elementAt(arrayOf(name, items), index)), 1, name);

/** `$map`, `$filter` and `$reduce` bind names for each element. */
const bind = (scope: Scope, names: Readonly<Record<string, Value | undefined>>): Scope => ({
  root: scope.root,
  variables: new Map([...scope.variables, ...Object.entries(names)]),
});

const map: Make = (operand, known, compile) => {
  if (!isDoc(operand)) return undefined;
  const name = String(operand.get('as') ?? 'this');
  const input = compile(operand.get('input') ?? null, known);
  const body = compile(operand.get('in') ?? null, new Set([...known, name]));
  return (scope) => {
    const items = input(scope);
    return isNullish(items) ? null : arrayOf('$map', items).map((item) => body(bind(scope, { [name]: item })) ?? null);
  };
};

const filter: Make = (operand, known, compile) => {
  if (!isDoc(operand) || operand.has('limit')) return undefined;
  const name = String(operand.get('as') ?? 'this');
  const input = compile(operand.get('input') ?? null, known);
  const test = compile(operand.get('cond') ?? null, new Set([...known, name]));
  return (scope) => {
    const items = input(scope);
    return isNullish(items)
      ? null
      : arrayOf('$filter', items).filter((item) => truthy(test(bind(scope, { [name]: item }))));
  };
};

const reduce: Make = (operand, known, compile) => {
  if (!isDoc(operand)) return undefined;
  const input = compile(operand.get('input') ?? null, known);
  const initial = compile(operand.get('initialValue') ?? null, known);
  const step = compile(operand.get('in') ?? null, new Set([...known, 'this', 'value']));
  return (scope) => {
    const items = input(scope);
    if (isNullish(items)) return null;
    return arrayOf('$reduce', items).reduce<Value | undefined>(
      (value, item) => step(bind(scope, { value, this: item })),
      initial(scope),
    );
  };
};

const letIn: Make = (operand, known, compile) => {
  const names = isDoc(operand) ? operand.get('vars') : undefined;
  if (!isDoc(operand) || !isDoc(names)) return undefined;
  const bound = [...names].map(([name, source]) => [name, compile(source, known)] as const);
  const body = compile(operand.get('in') ?? null, new Set([...known, ...names.keys()]));
  return (scope) => body(bind(scope, Object.fromEntries(bound.map(([name, evaluate]) => [name, evaluate(scope)]))));
};

const mergeObjects = over((values) => {
  const result: Doc = new Map();
  for (const value of spread(values)) {
    if (isNullish(value)) continue;
    if (!isDoc(value))
      throw new ProtocolError(
        'Location40400',
        `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`,
      );
    for (const [key, item] of value) result.set(key, item);
  }
  return result;
});

const isIn = over(([item, items]) => arrayOf('$in', items).some((other) => order(other, item) === 0), 2, '$in');

const concatArrays = over((values) =>
  values.some(isNullish) ? null : values.flatMap((value) => arrayOf('$concatArrays', value)),
);

/** Operators with the BSON semantics that mingo lacks (type order, 64-bit and decimal numbers), and the frequent ones. */
export const OPERATORS: Readonly<Record<string, Make>> = {
  $literal: (operand) => () => operand,
  $eq: comparison('$eq', (value) => value === 0),
  $ne: comparison('$ne', (value) => value !== 0),
  $gt: comparison('$gt', (value) => value > 0),
  $gte: comparison('$gte', (value) => value >= 0),
  $lt: comparison('$lt', (value) => value < 0),
  $lte: comparison('$lte', (value) => value <= 0),
  $cmp: over(([a, b]) => Math.sign(order(a, b)), 2, '$cmp'),
  $and: every,
  $or: some,
  $not: over(([value]) => !truthy(value), 1, '$not'),
  $cond: conditional,
  $switch: choose,
  $ifNull: ifNull,
  $add: fold('$add', 0, add),
  $multiply: fold('$multiply', 1, multiply),
  $subtract: subtract,
  $divide: divide,
  $mod: mod,
  $sum: sum,
  $avg: average,
  $min: extreme(-1),
  $max: extreme(1),
  $concat: concat,
  $size: over(([items]) => arrayOf('$size', items).length, 1, '$size'),
  $isArray: over(([value]) => Array.isArray(value), 1, '$isArray'),
  $arrayElemAt: arrayElement,
  $first: end('$first', 0),
  $last: end('$last', -1),
  $in: isIn,
  $concatArrays: concatArrays,
  $map: map,
  $filter: filter,
  $reduce: reduce,
  $let: letIn,
  $mergeObjects: mergeObjects,
  $type: over(([value]) => (value === undefined ? 'missing' : typeName(value)), 1, '$type'),
  $isNumber: over(([value]) => isNumeric(value), 1, '$isNumber'),
};
