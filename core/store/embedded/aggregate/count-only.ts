import { type Doc, doc, isDoc, type Value } from '../bson/values.js';

/** Makes the one result of a pipeline that only counts; undefined for no result. */
export type CountResult = (count: number) => Doc | undefined;

/**
 * Recognises `[{$count: name}]` and `[{$group: {_id: constant, name: {$sum: 1}}}]`, which is how drivers ask for the
 * number of matches.
 */
export function countOnly(stages: readonly Value[]): CountResult | undefined {
  const [stage, ...more] = stages;
  if (!isDoc(stage) || stage.size !== 1 || more.length > 0) return undefined;
  const name = stage.get('$count');
  if (typeof name === 'string' && /^[^$.]+$/.test(name))
    return (count) => (count > 0 ? doc({ [name]: count }) : undefined);
  const group = stage.get('$group');
  if (!isDoc(group) || group.size !== 2) return undefined;
  const id = group.get('_id');
  const [field, sum] = [...group].find(([key]) => key !== '_id') ?? [];
  const isCount = isDoc(sum) && sum.size === 1 && sum.get('$sum') === 1;
  if (field === undefined || !isCount || !(id === null || typeof id === 'number')) return undefined;
  return (count) => (count > 0 ? doc({ _id: id, [field]: count }) : undefined);
}
