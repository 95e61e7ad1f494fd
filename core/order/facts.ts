import { divideRounded, sum, writeMoney } from './money.js';
import type { OrderContent } from './order.js';

/** What conditions of rules may ask. Plain numbers: for comparison, never for booking. */
export interface OrderFacts extends Readonly<Record<string, unknown>> {
  /** Gross in the seller's base currency, major units; undefined without a rate (the order is held). */
  readonly amountBase: number | undefined;
  /** Gross in the order's own currency, major units. */
  readonly amount: number;
  readonly currency: string;
  readonly baseCurrency: string;
  /** Whole order: `1 - net / list` in percent, two decimals. Negative when sold above list. */
  readonly discountPercent: number;
  readonly maxLineDiscountPercent: number;
  /** Kinds of its lines, each once, sorted. */
  readonly kinds: readonly string[];
  readonly products: readonly string[];
  readonly customHardware: boolean;
  readonly lineCount: number;
  readonly region: string | undefined;
  readonly channel: string | undefined;
  readonly seller: string;
  readonly customerCode: string;
  readonly customerLevel: string | undefined;
  readonly paymentTermsDays: number | undefined;
}

/** In hundredths of a percent, exact until the last step. */
const discount = (listMinor: number, netMinor: number): number =>
  listMinor === 0
    ? 0
    : Number(divideRounded(10_000n * (BigInt(listMinor) - BigInt(netMinor)), BigInt(listMinor))) / 100;

const each = (values: readonly string[]): string[] => [...new Set(values)].sort();

export function orderFacts(content: OrderContent): OrderFacts {
  const { lines, baseGrossMinor, baseCurrency } = content;
  return {
    amountBase: baseGrossMinor === undefined ? undefined : Number(writeMoney(baseGrossMinor, baseCurrency)),
    amount: Number(writeMoney(content.grossMinor, content.currency)),
    currency: content.currency,
    baseCurrency,
    discountPercent: discount(sum(lines.map((line) => line.listMinor)), content.netMinor),
    maxLineDiscountPercent: Math.max(...lines.map((line) => discount(line.listMinor, line.netMinor))),
    kinds: each(lines.map((line) => line.kind)),
    products: each(lines.map((line) => line.product)),
    customHardware: lines.some((line) => line.customHardware),
    lineCount: lines.length,
    region: content.region,
    channel: content.channel,
    seller: content.seller,
    customerCode: content.customer.code,
    customerLevel: content.customer.level,
    paymentTermsDays: content.paymentTermsDays,
  };
}
