import { divideRounded } from '../order/money.js';
import { readQuantity, writeQuantity } from '../order/quantity.js';

/** What a share of a promise is worth. */
export interface Worth {
  /** Stand-alone selling price on the scale of `Obligation.weight`; a big integer as text. */
  readonly weight: string;
  /** Invoice price without VAT, and the VAT. */
  readonly netMinor: number;
  readonly taxMinor: number;
  /** Share of the transaction price. */
  readonly amountMinor: number;
}

/** Units of one line with what they are worth. */
export interface Part extends Worth {
  /** Decimal text. */
  readonly units: string;
}

export const NOTHING: Part = Object.freeze({ units: '0', weight: '0', netMinor: 0, taxMinor: 0, amountMinor: 0 });

export const unitsOf = (quantity: string): bigint => readQuantity(quantity) ?? 0n;

/** `n / d` of a worth, each figure rounded once; everything when `n = d`, nothing when `d` is zero. */
export function fraction(worth: Worth, n: bigint, d: bigint): Worth {
  const of = (figure: bigint): bigint => (d === 0n ? 0n : divideRounded(figure * n, d));
  return {
    weight: of(BigInt(worth.weight)).toString(),
    netMinor: Number(of(BigInt(worth.netMinor))),
    taxMinor: Number(of(BigInt(worth.taxMinor))),
    amountMinor: Number(of(BigInt(worth.amountMinor))),
  };
}

export const plus = (a: Worth, b: Worth): Worth => ({
  weight: (BigInt(a.weight) + BigInt(b.weight)).toString(),
  netMinor: a.netMinor + b.netMinor,
  taxMinor: a.taxMinor + b.taxMinor,
  amountMinor: a.amountMinor + b.amountMinor,
});

export const minus = (a: Worth, b: Worth): Worth => ({
  weight: (BigInt(a.weight) - BigInt(b.weight)).toString(),
  netMinor: a.netMinor - b.netMinor,
  taxMinor: a.taxMinor - b.taxMinor,
  amountMinor: a.amountMinor - b.amountMinor,
});

export const addParts = (a: Part, b: Part): Part => ({
  ...plus(a, b),
  units: writeQuantity(unitsOf(a.units) + unitsOf(b.units)),
});

/** Takes units off a part: what is left keeps its rounded share, what goes is the rest. */
export function takeUnits(part: Part, units: bigint): { readonly taken: Part; readonly left: Part } {
  const all = unitsOf(part.units);
  const left = { ...fraction(part, all - units, all), units: writeQuantity(all - units) };
  return { taken: { ...minus(part, left), units: writeQuantity(units) }, left };
}

/** Units not yet performed, and how many of them were performed since the part was last settled. */
export interface Tranche extends Part {
  readonly performed: string;
}

/** Cumulative rounding: the share of everything performed, rounded once. */
export const performedOf = (tranche: Tranche): Part => ({
  ...fraction(tranche, unitsOf(tranche.performed), unitsOf(tranche.units)),
  units: tranche.performed,
});

export const restOf = (tranche: Tranche): Tranche => {
  const performed = performedOf(tranche);
  const units = writeQuantity(unitsOf(tranche.units) - unitsOf(tranche.performed));
  return { ...minus(tranche, performed), units, performed: '0' };
};
