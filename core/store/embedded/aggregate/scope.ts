import type { Doc, Value } from '../bson/values.js';

export type Variables = ReadonlyMap<string, Value | undefined>;

/** What an expression is evaluated against: the document and the variables in sight. */
export type Scope = Readonly<{ root: Doc; variables: Variables }>;

/** Undefined is a missing value. */
export type Evaluate = (scope: Scope) => Value | undefined;
