import { type Decimal, divideRounded, exponentOf, multiply, rescale, toSafe } from './money.js';

const pow10 = (n: number): bigint => 10n ** BigInt(n);

/** Net of an amount that includes VAT: `amount / (1 + rate)`, rounded half away from zero. */
const withoutVat = (grossUnits: bigint, rate: Decimal): bigint => {
  const one = pow10(rate.scale);
  return divideRounded(grossUnits * one, one + rate.units);
};

export interface LinePricing {
  readonly quantity: Decimal;
  readonly unitPrice: Decimal;
  readonly listPrice: Decimal | undefined;
  /** A fraction. */
  readonly taxRate: Decimal;
  readonly taxIncluded: boolean;
}

export interface LineAmounts {
  readonly listMinor: number;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
}

/**
 * The hub's own computation of a line, in minor units. Without VAT in the price: net = round(quantity x price),
 * tax = round(net x rate). With it: gross = round(quantity x price), net = round(gross / (1 + rate)), tax = the rest.
 * @param path of the line, for the fault.
 * @throws HubError ORDER_INVALID when an amount is too large.
 */
export function lineAmounts(line: LinePricing, currency: string, path: string): LineAmounts {
  const digits = exponentOf(currency);
  const extended = (price: Decimal): bigint => rescale(multiply(line.quantity, price), digits);
  const priced = extended(line.unitPrice);
  const listed = line.listPrice === undefined ? priced : extended(line.listPrice);

  const net = line.taxIncluded ? withoutVat(priced, line.taxRate) : priced;
  const tax = line.taxIncluded ? priced - net : divideRounded(net * line.taxRate.units, pow10(line.taxRate.scale));
  return {
    listMinor: toSafe(line.taxIncluded ? withoutVat(listed, line.taxRate) : listed, path),
    netMinor: toSafe(net, path),
    taxMinor: toSafe(tax, path),
    grossMinor: toSafe(net + tax, path),
  };
}
