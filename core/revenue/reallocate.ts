import { splitByLargestRemainder, sum } from '../order/money.js';
import { allocate } from './allocate.js';
import type { ObligationState } from './contract.js';
import { weightInMinor } from './obligations.js';
import type { Part } from './part.js';
import { cutForPrice, isOpenFrom, settle } from './perform.js';
import { worthOf } from './totals.js';

/** Where each treatment of a changed price comes from. */
export const PARAGRAPHS = {
  prospective: 'IFRS 15.21(a) / ASC 606-10-25-13(a)',
  'catch-up': 'IFRS 15.88-89 / ASC 606-10-32-43',
} as const;

export interface Reallocation {
  readonly obligations: readonly ObligationState[];
  readonly treatment: keyof typeof PARAGRAPHS;
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

const priceOf = (group: readonly ObligationState[]): number => sum(group.map((o) => worthOf(o).all.netMinor));

const idAt = (at: number): string => at.toString().padStart(6, '0');

/** How a price is shared: a part without a weight keeps its amount. `worthOf` tells a weight in minor units. */
interface Basis {
  readonly weightOf: (part: Part, o: ObligationState) => bigint | undefined;
  readonly worthOf: (weight: bigint) => number;
  readonly paragraph: string;
}

/** Allocates a price to the weighed parts: first to obligations, by the published rule, then inside each. */
function spread(
  priceMinor: number,
  group: readonly ObligationState[],
  { weightOf, worthOf, paragraph }: Basis,
): readonly ObligationState[] {
  const weighed = group.map((o) => ({ o, weights: partsOf(o).map((part) => weightOf(part, o)) }));
  const inputs = weighed.flatMap(({ o, weights }) => {
    if (weights.every((weight) => weight === undefined)) return [];
    const weight = weights.reduce<bigint>((t, w) => t + (w ?? 0n), 0n);
    return [{ id: o.lineId, weight, worthMinor: worthOf(weight) }];
  });
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

const BY_ALLOCATION: Basis = {
  weightOf: ({ units, amountMinor }) => (units === '0' ? undefined : BigInt(amountMinor)),
  worthOf: Number,
  paragraph: PARAGRAPHS['catch-up'],
};

/** Everything kept is scaled to the price, performed or not; revenue follows at once. Nothing to do when it fits already. */
export function catchUp(group: readonly ObligationState[]): Reallocation {
  const priceMinor = priceOf(group);
  const fits =
    sum(
      group
        .map(settle)
        .flatMap(partsOf)
        .map((part) => part.amountMinor),
    ) === priceMinor;
  const obligations = fits ? group : spread(priceMinor, group.map(settle), BY_ALLOCATION);
  return { obligations, treatment: 'catch-up', allocatedMinor: priceMinor };
}

/**
 * What is left of a group's price goes to what is left to perform from `date` on, by stand-alone prices of the remaining
 * units and days; what is recognised stays. Where nothing is left, or more was taken off than is left, everything kept
 * catches up instead.
 */
export function reallocate(group: readonly ObligationState[], date: string, currency: string): Reallocation {
  const cut = group.map((o) => cutForPrice(o, date));
  const left = new Set(
    cut.flatMap((o): Part[] => [
      ...(o.tranche.units === '0' ? [] : [o.tranche]),
      ...o.segments.filter((segment) => isOpenFrom(segment, date)),
    ]),
  );
  const kept = cut.flatMap(partsOf).filter((part) => !left.has(part));
  const poolMinor = priceOf(cut) - sum(kept.map(({ amountMinor }) => amountMinor));
  if (left.size === 0) {
    return poolMinor === 0 ? { obligations: cut, treatment: 'prospective', allocatedMinor: 0 } : catchUp(cut);
  }
  const obligations = spread(Math.max(poolMinor, 0), cut, {
    weightOf: (part) => (left.has(part) ? BigInt(part.weight) : undefined),
    worthOf: (weight) => weightInMinor(weight, currency),
    paragraph: PARAGRAPHS.prospective,
  });
  return poolMinor < 0 ? catchUp(obligations) : { obligations, treatment: 'prospective', allocatedMinor: poolMinor };
}
