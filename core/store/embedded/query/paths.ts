import { type Doc, isDoc, type Value } from '../bson/values.js';

/** Where a matched array element stood: the index that `$` in an update or projection means. */
export type Found = { index?: number };

export const splitPath = (path: string): readonly string[] => path.split('.');

const INDEX = /^(?:0|[1-9]\d{0,8})$/;

/** The array index a path part stands for, or undefined. */
export const arrayIndex = (part: string): number | undefined => (INDEX.test(part) ? Number(part) : undefined);

export type ValueTest = (value: Value | undefined) => boolean;

/**
 * True when some value at the path passes. Arrays on the way are entered by index and by implicit traversal of their
 * documents; with `expand` an array at the end counts as itself and as each of its elements. A missing value is
 * `undefined`; an array on the way without documents has no value at all.
 */
export function someAt(
  value: Value,
  parts: readonly string[],
  depth: number,
  test: ValueTest,
  expand: boolean,
  found?: Found,
): boolean {
  const part = parts[depth];
  if (part === undefined) return endTest(value, test, expand, found);
  if (isDoc(value)) {
    const next = value.get(part);
    return next === undefined ? test(undefined) : someAt(next, parts, depth + 1, test, expand, found);
  }
  return Array.isArray(value) ? someInArray(value, part, parts, depth, test, expand, found) : test(undefined);
}

function endTest(value: Value, test: ValueTest, expand: boolean, found?: Found): boolean {
  if (expand && Array.isArray(value)) {
    const index = value.findIndex((item) => test(item));
    if (index >= 0) {
      if (found !== undefined) found.index = index;
      return true;
    }
  }
  return test(value);
}

function someInArray(
  items: readonly Value[],
  part: string,
  parts: readonly string[],
  depth: number,
  test: ValueTest,
  expand: boolean,
  found?: Found,
): boolean {
  const index = arrayIndex(part);
  const direct = index === undefined ? undefined : items[index];
  if (direct !== undefined && someAt(direct, parts, depth + 1, test, expand, found)) return true;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (isDoc(item) && someAt(item, parts, depth, test, expand, found)) {
      if (found !== undefined) found.index = i;
      return true;
    }
  }
  return false;
}

/** All values at the path as an index or a sort sees them: arrays at the end are not opened here. */
export function valuesAt(value: Value, parts: readonly string[], depth = 0, into: Value[] = []): Value[] {
  const part = parts[depth];
  if (part === undefined) {
    into.push(value);
  } else if (isDoc(value)) {
    const next = value.get(part);
    if (next !== undefined) valuesAt(next, parts, depth + 1, into);
  } else if (Array.isArray(value)) {
    const index = arrayIndex(part);
    const direct = index === undefined ? undefined : value[index];
    if (direct !== undefined) valuesAt(direct, parts, depth + 1, into);
    for (const item of value) if (isDoc(item)) valuesAt(item, parts, depth, into);
  }
  return into;
}

/** The value at a path through documents and array indexes only, without implicit traversal. */
export function valueAt(document: Doc, parts: readonly string[]): Value | undefined {
  let value: Value | undefined = document;
  for (const part of parts) {
    if (isDoc(value)) value = value.get(part);
    else if (Array.isArray(value)) {
      const index = arrayIndex(part);
      value = index === undefined ? undefined : value[index];
    } else return undefined;
  }
  return value;
}
