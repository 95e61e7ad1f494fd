import { Timestamp } from 'bson';
import { compare, equal } from '../bson/order.js';
import { clone, isDoc, isNumeric, type Numeric, toNumber, typeName, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import type { FilterContext } from '../query/filter.js';
import { elementTest, isOperators } from '../query/match.js';
import type { ValueTest } from '../query/paths.js';
import { compareKeys, parseSort, sortKey } from '../query/sort.js';
import { equalTest, inTest } from '../query/value-tests.js';
import { add, multiply } from './arithmetic.js';

/** The answer of a change: a new value, REMOVE, or undefined to leave the field as it is. */
export const REMOVE = Symbol('remove');
export type Outcome = Value | typeof REMOVE | undefined;

/** Turns the current value of one field (undefined when missing) into the next. */
export type Change = (current: Value | undefined) => Outcome;

export type OperatorContext = FilterContext & Readonly<{ now: Date }>;

export type Operator = Readonly<{
  /** Whether missing fields on the way are made. */
  creates: boolean;
  onlyOnInsert?: boolean;
  make(operand: Value, path: string, context: OperatorContext): Change;
}>;

const bad = (message: string) => new ProtocolError('BadValue', message);
const mismatch = (message: string) => new ProtocolError('TypeMismatch', message);

const set: Operator['make'] = (operand) => () => clone(operand);

function arithmetic(name: '$inc' | '$mul', operation: (a: Numeric, b: Numeric) => Numeric): Operator['make'] {
  const verb = name === '$inc' ? 'increment' : 'multiply';
  return (operand, path) => {
    if (!isNumeric(operand))
      throw mismatch(`Cannot ${verb} with non-numeric argument: {${path}: ${describe(operand)}}`);
    return (current) => {
      if (current === undefined) return name === '$inc' ? operand : operation(operand, 0);
      if (isNumeric(current)) return operation(current, operand);
      throw mismatch(
        `Cannot apply ${name} to a value of non-numeric type. The field '${path}' is of type ${typeName(current)}`,
      );
    };
  };
}

const describe = (value: Value): string =>
  isNumeric(value) || typeof value === 'string' || typeof value === 'boolean'
    ? JSON.stringify(String(value))
    : typeName(value);

const extreme =
  (wanted: number): Operator['make'] =>
  (operand) =>
  (current) =>
    current === undefined || compare(operand, current) * wanted > 0 ? clone(operand) : undefined;

const currentDate: Operator['make'] = (operand, path, { now }) => {
  const type = isDoc(operand) ? operand.get('$type') : operand === true || operand === false ? 'date' : undefined;
  if (type !== 'date' && type !== 'timestamp') {
    throw bad(`${path}: $currentDate takes true, {$type: 'date'} or {$type: 'timestamp'}`);
  }
  return () => (type === 'date' ? now : new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }));
};

function arrayOr(current: Value | undefined, path: string, operator: string): Value[] | undefined {
  if (current === undefined || Array.isArray(current)) return current;
  throw bad(`The field '${path}' must be an array but is of type ${typeName(current)} in ${operator}`);
}

const PUSH_MODIFIERS = new Set(['$each', '$slice', '$sort', '$position']);

const push: Operator['make'] = (operand, path) => {
  const modifiers = isDoc(operand) && operand.has('$each') ? operand : undefined;
  const each = modifiers === undefined ? [operand] : modifiers.get('$each');
  if (!Array.isArray(each)) throw bad(`The argument to $each in $push must be an array`);
  for (const name of modifiers?.keys() ?? []) {
    if (!PUSH_MODIFIERS.has(name)) throw bad(`Unrecognized clause in $push: ${name}`);
  }
  const position = integer(modifiers?.get('$position'), '$position');
  const size = integer(modifiers?.get('$slice'), '$slice');
  const order = modifiers?.get('$sort');
  const sort = order === undefined ? undefined : arraySort(order);
  return (current) => {
    const items = arrayOr(current, path, '$push')?.slice() ?? [];
    items.splice(position ?? items.length, 0, ...each.map((item) => clone(item)));
    const sorted = sort === undefined ? items : sort(items);
    if (size === undefined) return sorted;
    return size < 0 ? sorted.slice(size) : sorted.slice(0, size);
  };
};

function integer(value: Value | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  const number = isNumeric(value) ? toNumber(value) : Number.NaN;
  if (!Number.isInteger(number)) throw bad(`The value for ${name} must be an integer value`);
  return number;
}

function arraySort(order: Value): (items: Value[]) => Value[] {
  if (isDoc(order)) {
    const spec = parseSort(order);
    const keyOf = (item: Value) => sortKey(isDoc(item) ? item : new Map(), spec);
    return (items) =>
      items
        .map((item) => ({ item, key: keyOf(item) }))
        .sort((a, b) => compareKeys(a.key, b.key, spec))
        .map(({ item }) => item);
  }
  const direction = isNumeric(order) ? toNumber(order) : 0;
  if (direction !== 1 && direction !== -1) throw bad('The $sort element value must be either 1 or -1');
  return (items) => items.slice().sort((a, b) => compare(a, b) * direction);
}

const addToSet: Operator['make'] = (operand, path) => {
  const each = isDoc(operand) && [...operand.keys()][0] === '$each' ? operand.get('$each') : [operand];
  if (!Array.isArray(each)) throw mismatch('The argument to $each in $addToSet must be an array');
  return (current) => {
    const items = arrayOr(current, path, '$addToSet')?.slice() ?? [];
    const before = items.length;
    for (const item of each) if (!items.some((known) => equal(known, item))) items.push(clone(item));
    return items.length === before && current !== undefined ? undefined : items;
  };
};

const pop: Operator['make'] = (operand, path) => {
  const end = integer(operand, '$pop');
  if (end !== 1 && end !== -1) throw new ProtocolError('FailedToParse', '$pop expects 1 or -1');
  return (current) => {
    if (current === undefined) return undefined;
    if (!Array.isArray(current)) {
      throw mismatch(`Path '${path}' contains an element of non-array type '${typeName(current)}'`);
    }
    return end === 1 ? current.slice(0, -1) : current.slice(1);
  };
};

function without(path: string, drops: ValueTest, operator: string): Change {
  return (current) => {
    const items = arrayOr(current, path, operator);
    const rest = items?.filter((item) => !drops(item));
    return rest?.length === items?.length ? undefined : rest;
  };
}

/** A document is a query on the elements, operators test the element itself, anything else is equality. */
const pull: Operator['make'] = (operand, path, context) => {
  if (!isDoc(operand)) return without(path, equalTest(operand), '$pull');
  const { test } = elementTest(operand, context);
  const drops: ValueTest = isOperators(operand) ? test : (item) => isDoc(item) && test(item);
  return without(path, drops, '$pull');
};

const pullAll: Operator['make'] = (operand, path) => {
  if (!Array.isArray(operand)) throw bad('$pullAll requires an array argument');
  const listed = inTest(operand.filter((item) => item !== null));
  const hasNull = operand.includes(null);
  return without(path, (item) => (item === null ? hasNull : listed(item)), '$pullAll');
};

/** `$rename` is handled where paths are known; see update.ts. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  $set: { creates: true, make: set },
  $setOnInsert: { creates: true, onlyOnInsert: true, make: set },
  $unset: { creates: false, make: () => (current) => (current === undefined ? undefined : REMOVE) },
  $inc: { creates: true, make: arithmetic('$inc', add) },
  $mul: { creates: true, make: arithmetic('$mul', multiply) },
  $min: { creates: true, make: extreme(-1) },
  $max: { creates: true, make: extreme(1) },
  $currentDate: { creates: true, make: currentDate },
  $push: { creates: true, make: push },
  $addToSet: { creates: true, make: addToSet },
  $pop: { creates: false, make: pop },
  $pull: { creates: false, make: pull },
  $pullAll: { creates: false, make: pullAll },
  $bit: { creates: true, make: bitwise },
};

function bitwise(operand: Value, path: string): Change {
  const [entry] = isDoc(operand) && operand.size === 1 ? operand : [];
  const mask = entry?.[1];
  if (
    entry === undefined ||
    (typeof mask !== 'bigint' && typeof mask !== 'number') ||
    !['and', 'or', 'xor'].includes(entry[0])
  ) {
    throw bad(`The $bit modifier needs {and|or|xor: integer} for ${path}`);
  }
  return (current = 0) => {
    if (typeof current !== 'bigint' && !(typeof current === 'number' && Number.isInteger(current))) {
      throw bad(`Cannot apply $bit to a value of non-integral type at ${path}`);
    }
    const [a, b] = [BigInt(current), BigInt(mask)];
    const bits = entry[0] === 'and' ? a & b : entry[0] === 'or' ? a | b : a ^ b;
    return typeof current === 'number' && typeof mask === 'number' ? Number(bits) : bits;
  };
}
