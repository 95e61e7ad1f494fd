import { KeyWriter } from '../bson/key-encoding.js';
import { type Doc, isDoc, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { arrayIndex } from '../query/paths.js';
import type { Index } from './index-spec.js';

/** LMDB takes keys of at most 1,978 bytes; 4 go to the index number and 6 to the record id. */
export const MAX_ENCODED = 1_968;

/** An array without elements: it has an entry of its own that sorts below null. */
export const EMPTY_ARRAY = Symbol('empty array');

type KeyPart = Value | undefined | typeof EMPTY_ARRAY;
export type KeyTuple = readonly KeyPart[];

/** One entry of a document in an index. */
export type Entry = Readonly<{
  /** Encoded values, cut to what fits into a key. */
  key: Buffer;
  /** Encoded values in full; the same buffer unless the key was cut. */
  whole: Buffer;
  tuple: KeyTuple;
}>;

export type Entries = Readonly<{
  entries: readonly Entry[];
  /** For each field of the index: whether an array was opened on its path. */
  multikey: readonly boolean[];
  /** A key was cut or holds a decimal that is no double: order within equal keys is unknown. */
  inexact: boolean;
}>;

const NONE: Entries = { entries: [], multikey: [], inexact: false };
const writer = new KeyWriter();

/**
 * The entries of a document: one, or one for each element of an array on the path of a field.
 * @throws ProtocolError CannotIndexParallelArrays when two different arrays would have to be multiplied.
 */
export function entriesOf(index: Index, document: Doc): Entries {
  if (index.partial !== undefined && !index.partial.test(document)) return NONE;
  const multikey = index.fields.map(() => false);
  const start = index.fields.map((field) => ({ value: document as Value | undefined, parts: field.parts, depth: 0 }));
  const tuples = expand(start, multikey);
  if (index.spec.sparse && tuples.every((tuple) => tuple.every((part) => part === undefined))) return NONE;
  let inexact = false;
  const byKey = new Map<string, Entry>();
  const entries = tuples.map((tuple): Entry => {
    const whole = encodeTuple(index, tuple);
    const cut = whole.length > MAX_ENCODED;
    inexact ||= cut || writer.unordered;
    return { key: cut ? whole.subarray(0, MAX_ENCODED) : whole, whole, tuple };
  });
  if (entries.length < 2) return { entries, multikey, inexact };
  for (const entry of entries) byKey.set(entry.whole.toString('latin1'), entry);
  return { entries: [...byKey.values()], multikey, inexact };
}

function encodeTuple(index: Index, tuple: KeyTuple): Buffer {
  writer.reset();
  for (let i = 0; i < tuple.length; i++) {
    const from = writer.length;
    const part = tuple[i];
    if (part === EMPTY_ARRAY) writer.emptyArray();
    else writer.value(part ?? null);
    if (index.fields[i]?.descending) writer.invert(from);
  }
  return writer.take();
}

/** How far one field's path has been followed. */
type Walk = Readonly<{ value: Value | undefined; parts: readonly string[]; depth: number }>;

/** Follows a path through documents and explicit indexes until its end, a missing value or an array to open. */
function follow(walk: Walk): Walk {
  let { value, depth } = walk;
  const { parts } = walk;
  for (; depth < parts.length; depth++) {
    const part = parts[depth] ?? '';
    if (isDoc(value)) value = value.get(part);
    else if (Array.isArray(value)) {
      const index = arrayIndex(part);
      if (index === undefined || value.some((item) => isDoc(item) && item.has(part))) break;
      value = value[index];
    } else {
      value = undefined;
      depth = parts.length;
      break;
    }
  }
  return { value, parts, depth };
}

const isOpen = (walk: Walk): boolean => Array.isArray(walk.value);

function expand(start: readonly Walk[], multikey: boolean[]): KeyTuple[] {
  const walks = start.map((walk) => (walk.depth > walk.parts.length ? walk : follow(walk)));
  const open = walks.find((walk) => isOpen(walk) && walk.depth <= walk.parts.length);
  if (open === undefined) return [walks.map((walk) => walk.value)];
  const items = open.value as readonly Value[];
  walks.forEach((walk, position) => {
    if (!isOpen(walk) || walk.depth > walk.parts.length) return;
    if (walk.value !== items) throw parallel(walks);
    multikey[position] = true;
  });
  if (items.length === 0) {
    return [
      walks.map((walk): KeyPart => {
        if (walk.value !== items || walk.depth > walk.parts.length) return walk.value;
        return walk.depth === walk.parts.length ? EMPTY_ARRAY : undefined;
      }),
    ];
  }
  return items.flatMap((item) =>
    expand(
      walks.map((walk) => enter(walk, items, item)),
      multikey,
    ),
  );
}

/** The walk of one field inside one element; a depth beyond the path marks an element that is taken whole. */
function enter(walk: Walk, items: readonly Value[], item: Value): Walk {
  if (walk.value !== items || walk.depth > walk.parts.length) return walk;
  if (walk.depth === walk.parts.length) return { value: item, parts: walk.parts, depth: walk.depth + 1 };
  return isDoc(item) ? { ...walk, value: item } : { ...walk, value: undefined, depth: walk.parts.length + 1 };
}

const parallel = (walks: readonly Walk[]) =>
  new ProtocolError(
    'CannotIndexParallelArrays',
    `cannot index parallel arrays [${walks
      .filter(isOpen)
      .map((walk) => walk.parts.join('.'))
      .join('] [')}]`,
  );
