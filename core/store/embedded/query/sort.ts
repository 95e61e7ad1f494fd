import { compare, RANK, rank } from '../bson/order.js';
import { type Doc, isDoc, isNumeric, toNumber, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { splitPath, valuesAt } from './paths.js';

export type SortField = Readonly<{ path: string; parts: readonly string[]; descending: boolean }>;
export type SortSpec = readonly SortField[];

/** @throws ProtocolError BadValue for directions other than 1 and -1, NotImplemented for `$meta`. */
export function parseSort(spec: Doc): SortSpec {
  return [...spec].map(([path, direction]) => {
    if (isDoc(direction))
      throw new ProtocolError('NotImplemented', '$meta sorts are not offered by the embedded store');
    const number = isNumeric(direction) ? toNumber(direction) : 0;
    if (number !== 1 && number !== -1) throw new ProtocolError('Location15975', '$sort key ordering must be 1 or -1');
    if (path === '' || path.split('.').includes('')) {
      throw new ProtocolError('Location15976', 'FieldPath must not contain empty parts');
    }
    return { path, parts: splitPath(path), descending: number < 0 };
  });
}

/** `undefined` stands for an empty array, which sorts below null. */
export type SortKey = readonly (Value | undefined)[];

function compareParts(a: Value | undefined, b: Value | undefined): number {
  if (a === undefined || b === undefined) {
    const left = a === undefined ? RANK.emptyArray : rank(a);
    const right = b === undefined ? RANK.emptyArray : rank(b);
    return left - right;
  }
  return compare(a, b);
}

/** The value a document sorts by: of an array its smallest element, or its largest when descending. */
function partOf(document: Doc, field: SortField): Value | undefined {
  const [only] = field.parts;
  if (field.parts.length === 1 && only !== undefined) {
    const value = document.get(only);
    if (!Array.isArray(value)) return value ?? null;
  }
  const values = valuesAt(document, field.parts).flatMap((value): (Value | undefined)[] => {
    if (!Array.isArray(value)) return [value];
    return value.length === 0 ? [undefined] : value;
  });
  const [first, ...rest] = values;
  if (values.length === 0) return null;
  const direction = field.descending ? -1 : 1;
  return rest.reduce((best, value) => (compareParts(value, best) * direction < 0 ? value : best), first);
}

export const sortKey = (document: Doc, spec: SortSpec): SortKey => spec.map((field) => partOf(document, field));

export function compareKeys(a: SortKey, b: SortKey, spec: SortSpec): number {
  for (let i = 0; i < spec.length; i++) {
    const difference = compareParts(a[i], b[i]);
    if (difference !== 0) return spec[i]?.descending ? -difference : difference;
  }
  return 0;
}

/** Items in sorted order, ties in order of arrival; with a limit only that many are ever kept (within a factor of 2). */
export class Sorter<T> {
  private items: { key: SortKey; order: number; item: T }[] = [];
  private count = 0;

  constructor(
    private readonly spec: SortSpec,
    private readonly limit: number,
  ) {}

  add(document: Doc, item: T): void {
    this.items.push({ key: sortKey(document, this.spec), order: this.count++, item });
    if (this.items.length >= this.limit * 2 + 64) this.trim();
  }

  get size(): number {
    return this.items.length;
  }

  result(): T[] {
    this.trim();
    return this.items.map(({ item }) => item);
  }

  private trim(): void {
    this.items.sort((a, b) => compareKeys(a.key, b.key, this.spec) || a.order - b.order);
    if (this.items.length > this.limit) this.items.length = this.limit;
  }
}
