import { longId } from '../row-id.js';
import { bad } from './refusal.js';
import { type Row, stampMs, type Value } from './row.js';
import type { Condition, Literal, Operator, Query } from './soql-parse.js';
import { type Path, resolvePath, valueAt } from './soql-path.js';
import type { Rows } from './store.js';

type Test = (row: Row) => boolean;
type Comparable = string | number | boolean | null;

/** Which literals fit a field; others are refused, as the vendor does. */
const FITS: Readonly<Record<Path['rule']['type'], readonly Literal['kind'][]>> = {
  id: ['text'],
  string: ['text'],
  picklist: ['text'],
  reference: ['text'],
  double: ['number'],
  currency: ['number'],
  percent: ['number'],
  boolean: ['boolean'],
  date: ['date'],
  datetime: ['instant'],
  address: [],
};

const ORDERED: Readonly<Record<string, (a: string | number, b: string | number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** A condition as a test on rows. @throws Refusal INVALID_FIELD, INVALID_OPERATOR */
export function compileWhere(rows: Rows, type: string, condition: Condition | undefined): Test {
  if (condition === undefined) return () => true;
  if (condition.kind === 'compare') return compileComparison(rows, type, condition);
  if (condition.kind === 'not') {
    const test = compileWhere(rows, type, condition.part);
    return (row) => !test(row);
  }
  const tests = condition.parts.map((part) => compileWhere(rows, type, part));
  return condition.kind === 'and'
    ? (row) => tests.every((test) => test(row))
    : (row) => tests.some((test) => test(row));
}

function compileComparison(rows: Rows, type: string, condition: Extract<Condition, { kind: 'compare' }>): Test {
  const path = resolvePath(type, condition.field);
  const wanted = condition.values.map((literal) => literalFor(path, literal));
  const test = testFor(condition.operator, path, wanted);
  return (row) => test(comparable(path, valueAt(rows, row, path)));
}

function literalFor(path: Path, literal: Literal): Comparable {
  if (literal.kind !== 'null' && !FITS[path.rule.type].includes(literal.kind)) {
    throw bad('INVALID_FIELD', `value of filter criterion for field '${path.field}' must be of type ${path.rule.type}`);
  }
  return comparable(path, literal.value);
}

/** Instants as numbers, ids in their long form, text without regard to case. */
function comparable(path: Path, value: Value): Comparable {
  if (value === null || typeof value !== 'string') return value;
  if (path.rule.type === 'datetime') return stampMs(value);
  if (path.rule.type === 'id' || path.rule.type === 'reference') return longId(value);
  return value.toLowerCase();
}

function testFor(operator: Operator, path: Path, wanted: readonly Comparable[]): (value: Comparable) => boolean {
  const [first = null] = wanted;
  if (operator === '=') return (value) => value === first;
  if (operator === '!=') return (value) => value !== first;
  if (operator === 'IN') return (value) => wanted.includes(value);
  if (operator === 'NOT IN') return (value) => !wanted.includes(value);
  if (operator === 'LIKE') return like(path, first);
  const compare = ORDERED[operator];
  if (compare === undefined || path.rule.type === 'boolean' || typeof first === 'boolean') {
    throw bad('INVALID_OPERATOR', `${operator} is not valid for ${path.field}`);
  }
  return (value) => value !== null && first !== null && typeof value !== 'boolean' && compare(value, first);
}

function like(path: Path, pattern: Comparable): (value: Comparable) => boolean {
  if (typeof pattern !== 'string' || path.rule.type === 'id')
    throw bad('INVALID_OPERATOR', `LIKE is not valid for ${path.field}`);
  const source = [...pattern].map((char) =>
    char === '%' ? '.*' : char === '_' ? '.' : char.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  );
  const test = new RegExp(`^${source.join('')}$`, 's');
  return (value) => typeof value === 'string' && test.test(value);
}

/** Puts rows in the order asked for; empty values first, as the vendor sorts them. @throws Refusal INVALID_FIELD */
export function compileSort(
  rows: Rows,
  type: string,
  orderBy: Query['orderBy'],
): (found: readonly Row[]) => readonly Row[] {
  const keys = orderBy.map(({ field, descending }) => ({ path: resolvePath(type, field), sign: descending ? -1 : 1 }));
  const compare = (a: Row, b: Row): number => {
    for (const { path, sign } of keys) {
      const [x, y] = [comparable(path, valueAt(rows, a, path)), comparable(path, valueAt(rows, b, path))];
      if (x === y) continue;
      if (x === null || y === null) return x === null ? -sign : sign;
      return x < y ? -sign : sign;
    }
    return 0;
  };
  return (found) => (keys.length === 0 ? found : [...found].sort(compare));
}
