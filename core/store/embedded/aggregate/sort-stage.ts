import { type Doc, isDoc, isNumeric, toNumber, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { parseSort, Sorter } from '../query/sort.js';
import type { Stage } from './stage.js';

/** A whole number of at least `least`, for $limit and $skip. */
export function positive(name: string, operand: Value, least: number): number {
  const number = isNumeric(operand) ? toNumber(operand) : Number.NaN;
  if (!Number.isInteger(number) || number < least) {
    throw new ProtocolError(
      'Location15958',
      `invalid argument to ${name} stage: the value must be a whole number of at least ${least}`,
    );
  }
  return number;
}

/** @param limit documents wanted after sorting */
export const sortBy = (operand: Value, limit = Number.POSITIVE_INFINITY): Stage => {
  if (!isDoc(operand)) throw new ProtocolError('Location15973', 'the $sort key specification must be an object');
  const spec = parseSort(operand);
  if (spec.length === 0) throw new ProtocolError('Location15976', '$sort stage must have at least one sort key');
  return function* (input) {
    const sorter = new Sorter<Doc>(spec, limit);
    for (const document of input) {
      if (document !== undefined) sorter.add(document, document);
      yield undefined;
    }
    yield* sorter.result();
  };
};
