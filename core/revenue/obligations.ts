import type { Catalogue } from '../catalog/catalogue.js';
import { HubError } from '../errors/hub-error.js';
import { type Decimal, divideRounded, exponentOf, readDecimal, rescale, toSafe } from '../order/money.js';
import type { OrderContent, OrderLine } from '../order/order.js';
import { readQuantity } from '../order/quantity.js';
import type { LineKind } from '../order/schema.js';
import { PARTS_OF_YEAR, termParts } from './term.js';

/**
 * What satisfies an obligation.
 * - `delivery`: control passes at a point in time, when the unit is delivered (IFRS 15.38).
 * - `milestone`: over time, measured by units performed: days, sessions (IFRS 15.B15, an output method).
 * - `over-time`: evenly over the term (IFRS 15.35(a)); needs a schedule, so a delivery alone recognises nothing.
 */
export type Trigger = 'delivery' | 'milestone' | 'over-time';

const TRIGGERS: Readonly<Record<LineKind, Trigger>> = {
  hardware: 'delivery',
  licence: 'delivery',
  service: 'milestone',
  training: 'milestone',
  subscription: 'over-time',
  maintenance: 'over-time',
  usage: 'over-time',
};

/** One promise to the customer: here one order line (IFRS 15.22: every line of the catalogue is distinct). */
export interface Obligation {
  readonly obligationId: string;
  readonly lineId: string;
  readonly name: string;
  readonly nameZh: string;
  readonly kind: LineKind;
  readonly trigger: Trigger;
  /** Decimal text, as ordered. */
  readonly quantity: string;
  /** Price of the whole line if sold alone, rounded for reading; shares are made from `weight`, which is exact. */
  readonly standAloneMinor: number;
  /** The same price on a scale common to all lines of the order. */
  readonly weight: bigint;
  /** Invoice price without VAT, and the VAT. */
  readonly netMinor: number;
  readonly taxMinor: number;
}

/** Prices and quantities are brought to these many decimals; the schemas allow no more. */
const PRICE_SCALE = 8;
const WEIGHT_SCALE = PRICE_SCALE + 4;

function standAlone(line: OrderLine, currency: string, catalogue: Catalogue): Decimal & { readonly weight: bigint } {
  const product = catalogue.product(line.product);
  const price = readDecimal(product?.standAloneSellingPrice[currency] ?? '');
  const quantity = readQuantity(line.quantity);
  if (product === undefined || price === undefined || quantity === undefined) {
    throw new HubError('REVENUE_NO_SSP', { line: line.lineNo, product: line.product, currency });
  }
  const parts = product.pricedPer === 'unit-year' ? termParts(line.termStart, line.termEnd) : PARTS_OF_YEAR;
  const weight = rescale(price, PRICE_SCALE) * quantity * parts;
  return { weight, units: divideRounded(weight, PARTS_OF_YEAR), scale: WEIGHT_SCALE };
}

/** @throws HubError REVENUE_NO_SSP for a line whose product has no stand-alone selling price in the order's currency. */
export const obligationsOf = (content: OrderContent, catalogue: Catalogue): Obligation[] =>
  content.lines.map((line) => {
    const price = standAlone(line, content.currency, catalogue);
    return {
      obligationId: `PO-${line.lineId}`,
      lineId: line.lineId,
      name: line.name,
      nameZh: line.nameZh,
      kind: line.kind,
      trigger: TRIGGERS[line.kind],
      quantity: line.quantity,
      standAloneMinor: toSafe(rescale(price, exponentOf(content.currency)), `$.lines[${line.lineNo - 1}]`),
      weight: price.weight,
      netMinor: line.netMinor,
      taxMinor: line.taxMinor,
    };
  });
