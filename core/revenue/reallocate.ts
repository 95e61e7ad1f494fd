import { splitByLargestRemainder, sum } from '../order/money.js';
import { allocate } from './allocate.js';
import type { ObligationState } from './contract.js';
import type { Part } from './part.js';
import { cutForPrice, isOpenFrom, settle } from './perform.js';

export const PROSPECTIVE = 'IFRS 15.21(a) / ASC 606-10-25-13(a)';
export const CATCH_UP = 'IFRS 15.88-89 / ASC 606-10-32-43';

export interface Reallocation {
  readonly obligations: readonly ObligationState[];
  readonly treatment: 'prospective' | 'catch-up';
  /** What was allocated anew. */
  readonly allocatedMinor: number;
}

/** The parts of an obligation in a fixed order, and the same obligation with other amounts on them. */
const partsOf = (o: ObligationState): readonly Part[] => [o.settled, o.tranche, ...o.segments];
const withAmounts = (o: ObligationState, amounts: readonly number[]): ObligationState => ({
  ...o,
  settled: { ...o.settled, amountMinor: amounts[0] ?? 0 },
  tranche: { ...o.tranche, amountMinor: amounts[1] ?? 0 },
  segments: o.segments.map((segment, at) => ({ ...segment, amountMinor: amounts[at + 2] ?? 0 })),
});

const priceOfGroup = (group: readonly ObligationState[]): number =>
  sum(group.flatMap(partsOf).map(({ netMinor }) => netMinor));

const idAt = (at: number): string => at.toString().padStart(6, '0');

/** What each part gets of a price: undefined leaves its amount alone. */
type WeightOf = (part: Part, o: ObligationState) => bigint | undefined;

/** Allocates a price to the weighed parts: first to obligations, by the published rule, then inside each. */
function spread(
  priceMinor: number,
  group: readonly ObligationState[],
  weightOf: WeightOf,
  paragraph: string,
): readonly ObligationState[] {
  const weighed = group.map((o) => ({ o, weights: partsOf(o).map((part) => weightOf(part, o)) }));
  const inputs = weighed.flatMap(({ o, weights }) =>
    weights.every((weight) => weight === undefined)
      ? []
      : [{ id: o.lineId, weight: weights.reduce<bigint>((t, weight) => t + (weight ?? 0n), 0n) }],
  );
  const byLine = new Map(allocate(priceMinor, inputs, paragraph).map((allocation) => [allocation.id, allocation]));
  return weighed.map(({ o, weights }) => {
    const allocation = byLine.get(o.lineId);
    if (allocation === undefined) return o;
    const parts = weights.flatMap((weight, at) => (weight === undefined ? [] : [{ id: idAt(at), weight }]));
    const shares = splitByLargestRemainder(allocation.allocatedMinor, parts);
    const amounts = partsOf(o).map(({ amountMinor }, at) => shares.get(idAt(at)) ?? amountMinor);
    const keptMinor = sum(amounts) - allocation.allocatedMinor;
    return { ...withAmounts(o, amounts), explanation: { ...allocation.explanation, keptMinor } };
  });
}

/** Everything kept is scaled to the price, performed or not; revenue follows at once. Nothing to do when it fits already. */
export function catchUp(group: readonly ObligationState[]): Reallocation {
  const priceMinor = priceOfGroup(group);
  const obligations = group.map(settle);
  const isPromise = (part: Part): boolean => part.units !== '0';
  const fits = sum(obligations.flatMap(partsOf).map((part) => part.amountMinor)) === priceMinor;
  if (fits) return { obligations: group, treatment: 'catch-up', allocatedMinor: priceMinor };
  return {
    obligations: spread(
      priceMinor,
      obligations,
      (part) => (isPromise(part) ? BigInt(part.amountMinor) : undefined),
      CATCH_UP,
    ),
    treatment: 'catch-up',
    allocatedMinor: priceMinor,
  };
}

/**
 * What is left of a group's price goes to what is left to perform from `date` on, by stand-alone prices of the remaining
 * units and days; what is recognised stays. Where nothing is left, or more was taken off than is left, everything kept
 * catches up instead.
 */
export function reallocate(group: readonly ObligationState[], date: string): Reallocation {
  const cut = group.map((o) => cutForPrice(o, date));
  const isLeft = (part: Part, o: ObligationState): boolean =>
    part === (o.tranche as Part)
      ? part.units !== '0'
      : o.segments.some((segment) => segment === part && isOpenFrom(segment, date));
  const kept = cut.flatMap((o) => partsOf(o).filter((part) => !isLeft(part, o)));
  const left = cut.flatMap((o) => partsOf(o).filter((part) => isLeft(part, o)));
  const poolMinor = priceOfGroup(cut) - sum(kept.map(({ amountMinor }) => amountMinor));
  if (left.length === 0 && poolMinor === 0) return { obligations: cut, treatment: 'prospective', allocatedMinor: 0 };
  if (left.length === 0) return catchUp(cut);
  const weightOf: WeightOf = (part, o) => (isLeft(part, o) ? BigInt(part.weight) : undefined);
  const obligations = spread(Math.max(poolMinor, 0), cut, weightOf, PROSPECTIVE);
  return poolMinor < 0 ? catchUp(obligations) : { obligations, treatment: 'prospective', allocatedMinor: poolMinor };
}
