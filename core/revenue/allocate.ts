import { explainSplit, type Share, sum } from '../order/money.js';

export interface AllocationInput {
  /** Decides ties; the `lineId`. */
  readonly id: string;
  /** Stand-alone selling price on a scale common to all inputs. */
  readonly weight: bigint;
  /** The weight as an amount in minor units, for a reader. */
  readonly worthMinor?: number;
}

/** How one figure came about: enough to compute it again by hand. Big integers are texts. */
export interface AllocationExplanation {
  readonly transactionPriceMinor: number;
  readonly weight: string;
  readonly totalWeight: string;
  /** The same two as amounts in minor units, rounded: the stand-alone prices, or what was allocated before. */
  readonly worthMinor: number;
  readonly totalWorthMinor: number;
  /** The exact share in minor units is `numerator / denominator`. */
  readonly numerator: string;
  readonly denominator: string;
  readonly floorMinor: string;
  /** 1 for the largest remainder; ties go to the lower `lineId`. */
  readonly remainderRank: number;
  readonly parts: number;
  readonly extraUnit: boolean;
  readonly paragraph: string;
  /** What the obligation keeps beside its share of this allocation: it was allocated and recognised, or runs on, before. */
  readonly keptMinor: number;
}

export interface Allocation {
  readonly id: string;
  readonly allocatedMinor: number;
  readonly explanation: AllocationExplanation;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

/** The same proportions in the smallest whole numbers, so that an explanation can be read. */
const reduced = (inputs: readonly AllocationInput[]): AllocationInput[] => {
  const common = inputs.reduce((divisor, { weight }) => gcd(divisor, weight), 0n);
  return inputs.map(({ id, weight }) => ({ id, weight: common === 0n ? weight : weight / common }));
};

const PARAGRAPH = 'IFRS 15.76 / ASC 606-10-32-31';

/**
 * Allocates the transaction price by relative stand-alone selling prices. The sum is exact to the minor unit: floors,
 * then one unit each to the largest remainders.
 * @param transactionPriceMinor without VAT (IFRS 15.47: amounts collected for third parties are no revenue).
 * @param paragraph why it is allocated; at inception unless told otherwise.
 */
export function allocate(
  transactionPriceMinor: number,
  obligations: readonly AllocationInput[],
  paragraph = PARAGRAPH,
): Allocation[] {
  const inputs = reduced(obligations);
  const worthOf = new Map(obligations.map(({ id, worthMinor = 0 }) => [id, worthMinor]));
  const totalWorthMinor = sum([...worthOf.values()]);
  const totalWeight = inputs.reduce((total, { weight }) => total + weight, 0n).toString();
  const weightOf = new Map(inputs.map(({ id, weight }) => [id, weight.toString()]));
  const explain = (share: Share): Allocation => ({
    id: share.id,
    allocatedMinor: share.amountMinor,
    explanation: {
      transactionPriceMinor,
      weight: weightOf.get(share.id) ?? '0',
      totalWeight,
      worthMinor: worthOf.get(share.id) ?? 0,
      totalWorthMinor,
      numerator: share.numerator.toString(),
      denominator: share.denominator.toString(),
      floorMinor: share.floor.toString(),
      remainderRank: share.rank,
      parts: inputs.length,
      extraUnit: share.extraUnit,
      paragraph,
      keptMinor: 0,
    },
  });
  return explainSplit(transactionPriceMinor, inputs).map(explain);
}
