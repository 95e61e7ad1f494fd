import { compare, rank } from '../bson/order.js';
import { doc, isDoc, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { compileExpression } from './expression.js';
import { accumulatorsOf, grouping } from './group.js';
import { sortBy } from './sort-stage.js';
import type { StageMaker } from './stage.js';

/** A group by the lower boundary that a value falls under, in order of the boundaries. */
export const bucket: StageMaker = (operand, { variables }) => {
  if (!isDoc(operand)) throw new ProtocolError('Location40201', 'the argument to $bucket must be an object');
  const [by, boundaries] = [operand.get('groupBy'), operand.get('boundaries')];
  if (by === undefined || !Array.isArray(boundaries)) {
    throw new ProtocolError('Location40198', "$bucket requires 'groupBy' and 'boundaries' to be specified");
  }
  checkBoundaries(boundaries);
  const value = compileExpression(by, variables);
  const output = operand.get('output') ?? doc({ count: doc({ $sum: 1 }) });
  if (!isDoc(output)) throw new ProtocolError('Location40196', "the $bucket 'output' field must be an object");
  const fields = accumulatorsOf(output, variables);
  if (fields === undefined) {
    throw new ProtocolError('NotImplemented', 'this accumulator is not offered in $bucket by the embedded store');
  }
  const grouped = grouping(
    (document) => lowerBound(boundaries, value(document) ?? null, operand.get('default')),
    fields,
  );
  const sorted = sortBy(doc({ _id: 1 }));
  return (input) => sorted(grouped(input));
};

function checkBoundaries(boundaries: readonly Value[]): void {
  if (boundaries.length < 2)
    throw new ProtocolError('Location40192', "the $bucket 'boundaries' field must have at least 2 values");
  for (let at = 1; at < boundaries.length; at++) {
    const [before, here] = [boundaries[at - 1] ?? null, boundaries[at] ?? null];
    if (rank(before) !== rank(here)) {
      throw new ProtocolError(
        'Location40193',
        "all values in the 'boundaries' option to $bucket must have the same type",
      );
    }
    if (compare(before, here) >= 0) {
      throw new ProtocolError('Location40194', "the 'boundaries' option to $bucket must be sorted in ascending order");
    }
  }
}

function lowerBound(boundaries: readonly Value[], value: Value, fallback: Value | undefined): Value {
  let at = -1;
  while (at + 1 < boundaries.length && compare(boundaries[at + 1] ?? null, value) <= 0) at++;
  const lower = boundaries[at];
  if (lower !== undefined && at < boundaries.length - 1) return lower;
  if (fallback !== undefined) return fallback;
  throw new ProtocolError(
    'Location40066',
    '$bucket could not find a matching bucket for an input, and no default was specified.',
  );
}
