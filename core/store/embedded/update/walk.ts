import { type Doc, isDoc, typeName, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { arrayIndex, type ValueTest } from '../query/paths.js';
import { type Change, REMOVE } from './operators.js';

/** MongoDB's limit for the gap that a new array index may leave (filled with null). */
const MAX_PADDING = 1_500_000;

/** What `$` and `$[name]` in a path mean for the document at hand. */
export type Positions = Readonly<{
  index: number | undefined;
  arrayFilters: ReadonlyMap<string, ValueTest>;
}>;

type Walk = Readonly<{ parts: readonly string[]; positions: Positions; creates: boolean; change: Change }>;

/** Changes the fields a path means, in place. The document must be a private copy. */
export function changeAt(
  document: Doc,
  parts: readonly string[],
  positions: Positions,
  creates: boolean,
  change: Change,
): void {
  visit(document, 0, { parts, positions, creates, change });
}

function visit(container: Doc | Value[], depth: number, walk: Walk): void {
  const part = walk.parts[depth] ?? '';
  if (Array.isArray(container)) {
    for (const index of indexesOf(container, part, depth, walk)) step(container, index, depth, walk);
  } else if (part.startsWith('$[')) {
    throw notAnArray(walk, depth, container);
  } else {
    step(container, part === '$' ? String(matchedIndex(walk)) : part, depth, walk);
  }
}

const pathTo = (walk: Walk, depth: number): string => walk.parts.slice(0, depth).join('.');

const notAnArray = (walk: Walk, depth: number, value: Value) =>
  new ProtocolError(
    'BadValue',
    `Cannot apply array updates to non-array element ${pathTo(walk, depth)} of type ${typeName(value)}`,
  );

function matchedIndex(walk: Walk): number {
  const { index } = walk.positions;
  if (index !== undefined) return index;
  throw new ProtocolError('BadValue', 'The positional operator did not find the match needed from the query.');
}

function indexesOf(items: Value[], part: string, depth: number, walk: Walk): Iterable<number> {
  if (part === '$') return [matchedIndex(walk)];
  if (part === '$[]') return items.keys();
  if (part.startsWith('$[')) {
    const name = part.slice(2, -1);
    const test = walk.positions.arrayFilters.get(name);
    if (test === undefined) throw new ProtocolError('BadValue', `No array filter found for identifier '${name}'`);
    return [...items.keys()].filter((index) => test(items[index]));
  }
  const index = arrayIndex(part);
  if (index !== undefined) return [index];
  if (!walk.creates) return [];
  throw notViable(part, pathTo(walk, depth), items);
}

const notViable = (part: string, path: string, value: Value) =>
  new ProtocolError('PathNotViable', `Cannot create field '${part}' in element {${path}: ${typeName(value)}}`);

function step(container: Doc | Value[], key: string | number, depth: number, walk: Walk): void {
  const current = read(container, key);
  if (depth === walk.parts.length - 1) {
    const next = walk.change(current);
    if (next === REMOVE) remove(container, key);
    else if (next !== undefined) write(container, key, next);
    return;
  }
  if (isDoc(current) || Array.isArray(current)) {
    visit(current, depth + 1, walk);
  } else if (current !== undefined) {
    if (walk.parts[depth + 1]?.startsWith('$[')) throw notAnArray(walk, depth + 1, current);
    if (walk.creates) throw notViable(walk.parts[depth + 1] ?? '', pathTo(walk, depth + 1), current);
  } else if (walk.creates) {
    const made: Doc = new Map();
    visit(made, depth + 1, walk);
    if (made.size > 0) write(container, key, made);
  } else if (walk.parts[depth + 1]?.startsWith('$[')) {
    throw missingArray(walk, depth);
  }
}

const missingArray = (walk: Walk, depth: number) =>
  new ProtocolError(
    'BadValue',
    `The path '${pathTo(walk, depth + 1)}' must exist in the document to apply array updates`,
  );

const read = (container: Doc | Value[], key: string | number): Value | undefined =>
  Array.isArray(container) ? container[Number(key)] : container.get(String(key));

function write(container: Doc | Value[], key: string | number, value: Value): void {
  if (!Array.isArray(container)) {
    container.set(String(key), value);
    return;
  }
  const index = Number(key);
  if (index - container.length > MAX_PADDING) {
    throw new ProtocolError('CannotBackfillArray', `cannot backfill the array up to index ${index}`);
  }
  while (container.length < index) container.push(null);
  container[index] = value;
}

/** Removing an array element leaves a null in its place. */
function remove(container: Doc | Value[], key: string | number): void {
  if (Array.isArray(container)) container[Number(key)] = null;
  else container.delete(String(key));
}
