import type { Doc } from '../bson/values.js';
import type { Filter } from '../query/filter.js';

export type IndexField = Readonly<{ path: string; parts: readonly string[]; descending: boolean }>;

/** What a client asked for. */
export type IndexSpec = Readonly<{
  name: string;
  /** Paths with 1 or -1, in order. */
  key: Doc;
  unique: boolean;
  sparse: boolean;
  partialFilterExpression?: Doc;
  expireAfterSeconds?: number;
  /** Further options, kept and shown by listIndexes (background, hidden, v). */
  other: Doc;
}>;

/** An index as it stands: its specification and what its documents have shown so far. */
export type Index = {
  readonly number: number;
  readonly spec: IndexSpec;
  readonly fields: readonly IndexField[];
  readonly partial: Filter | undefined;
  /** A building index is kept up by writes but not read. */
  state: 'building' | 'ready';
  /** Per field: some document has an array on its path. Never goes back to false. */
  multikey: boolean[];
  /** Some key was cut or out of order; see `Entries.inexact`. Never goes back to false. */
  inexact: boolean;
};
