import type { Catalogue } from '../catalog/catalogue.js';
import { HubError } from '../errors/hub-error.js';
import { lineAmounts } from '../order/line-amounts.js';
import { divideRounded, exponentOf, readDecimal, rescale, toSafe } from '../order/money.js';
import type { OrderContent, OrderLine } from '../order/order.js';
import { QUANTITY_SCALE, readQuantity, writeQuantity } from '../order/quantity.js';
import type { LineKind } from '../order/schema.js';
import { type Part, unitsOf } from './part.js';
import { PARTS_OF_YEAR, termParts } from './term.js';

/**
 * What satisfies an obligation.
 * - `delivery`: control passes at a point in time, when the unit is delivered (IFRS 15.38).
 * - `milestone`: over time, measured by units performed: days, sessions (IFRS 15.B15, an output method).
 * - `over-time`: evenly over the term (IFRS 15.35(a)): a delivery starts a segment, time recognises it.
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

/** What a unit costs, as the order says it. */
interface UnitPrice {
  /** Decimal text, like `taxRate`. */
  readonly unitPrice: string;
  readonly taxRate: string;
  readonly taxIncluded: boolean;
}

/** One promise to the customer: here one order line (IFRS 15.22: every line of the catalogue is distinct). */
export interface Obligation {
  readonly obligationId: string;
  readonly lineId: string;
  readonly name: string;
  readonly nameZh: string;
  readonly kind: LineKind;
  readonly trigger: Trigger;
  readonly price: UnitPrice;
  readonly termStart?: string;
  readonly termEnd?: string;
  /** Decimal text, as ordered, with what was cancelled since. */
  readonly quantity: string;
  readonly cancelledQuantity: string;
  /** Price of the whole line if sold alone, rounded for reading; shares are made from the weight, which is exact. */
  readonly standAloneMinor: number;
}

/** An obligation and what is promised for it before any price is allocated. */
export interface Promised {
  readonly obligation: Obligation;
  readonly part: Part;
}

/** Prices and quantities are brought to these many decimals; the schemas allow no more. */
const PRICE_SCALE = 8;
const WEIGHT_SCALE = PRICE_SCALE + QUANTITY_SCALE;

function standAloneWeight(line: OrderLine, units: bigint, currency: string, catalogue: Catalogue): bigint {
  const product = catalogue.product(line.product);
  const price = readDecimal(product?.standAloneSellingPrice[currency] ?? '');
  if (product === undefined || price === undefined) {
    throw new HubError('REVENUE_NO_SSP', { line: line.lineNo, product: line.product, currency });
  }
  const parts = product.pricedPer === 'unit-year' ? termParts(line.termStart, line.termEnd) : PARTS_OF_YEAR;
  return rescale(price, PRICE_SCALE) * units * parts;
}

/** A weight as an amount, rounded for reading. */
export const weightInMinor = (weight: bigint, currency: string): number =>
  toSafe(rescale({ units: divideRounded(weight, PARTS_OF_YEAR), scale: WEIGHT_SCALE }, exponentOf(currency)), '$');

/** Net and VAT of some units at the order's price. Minor units. */
export function priceOf(price: UnitPrice, units: bigint, currency: string): { netMinor: number; taxMinor: number } {
  const unitPrice = readDecimal(price.unitPrice) ?? { units: 0n, scale: 0 };
  const taxRate = readDecimal(price.taxRate) ?? { units: 0n, scale: 0 };
  const quantity = { units, scale: QUANTITY_SCALE };
  const pricing = { quantity, unitPrice, taxRate, listPrice: undefined, taxIncluded: price.taxIncluded };
  const { netMinor, taxMinor } = lineAmounts(pricing, currency, '$');
  return { netMinor, taxMinor };
}

function promisedBy(line: OrderLine, currency: string, catalogue: Catalogue): Promised {
  const { lineId, name, nameZh, kind, unitPrice, taxRate, termStart, termEnd } = line;
  const price = { unitPrice, taxRate, taxIncluded: line.taxIncluded === true };
  const units = (readQuantity(line.quantity) ?? 0n) - unitsOf(line.quantities.cancelled);
  const weight = standAloneWeight(line, units, currency, catalogue);
  return {
    obligation: {
      obligationId: `PO-${lineId}`,
      lineId,
      name,
      nameZh,
      kind,
      trigger: TRIGGERS[kind],
      price,
      ...(termStart === undefined ? {} : { termStart }),
      ...(termEnd === undefined ? {} : { termEnd }),
      quantity: line.quantity,
      cancelledQuantity: line.quantities.cancelled,
      standAloneMinor: weightInMinor(weight, currency),
    },
    part: {
      units: writeQuantity(units),
      weight: weight.toString(),
      ...priceOf(price, units, currency),
      amountMinor: 0,
    },
  };
}

/**
 * What an order promises, without what is cancelled.
 * @throws HubError REVENUE_NO_SSP for a line whose product has no stand-alone selling price in the order's currency.
 */
export const promisesOf = (content: Pick<OrderContent, 'lines' | 'currency'>, catalogue: Catalogue): Promised[] =>
  content.lines.map((line) => promisedBy(line, content.currency, catalogue));
