import { lineAmounts } from './line-amounts.js';
import { convertMinor, type Decimal, readDecimal, sum } from './money.js';
import type { OrderContent, OrderLine } from './order.js';
import { effectiveQuantity } from './quantity.js';

const NOTHING: Decimal = { units: 0n, scale: 0 };
const decimal = (text: string): Decimal => readDecimal(text) ?? NOTHING;

function reprice(line: OrderLine, currency: string): OrderLine {
  const pricing = {
    quantity: decimal(effectiveQuantity(line)),
    unitPrice: decimal(line.unitPrice),
    listPrice: line.listPrice === undefined ? undefined : decimal(line.listPrice),
    taxRate: decimal(line.taxRate),
    taxIncluded: line.taxIncluded === true,
  };
  return { ...line, ...lineAmounts(pricing, currency, `$.lines[${line.lineNo - 1}]`) };
}

/**
 * The content with these lines, every amount computed for what is still to be had of them: cancelled units cost
 * nothing. `quantity` of a line stays what was ordered in all. The rate stays that of the order date.
 * @throws HubError ORDER_INVALID when an amount is too large.
 */
export function withLines(content: OrderContent, lines: readonly OrderLine[]): OrderContent {
  const { currency, baseCurrency, rate } = content;
  const priced = lines.map((line) => reprice(line, currency));
  const grossMinor = sum(priced.map((line) => line.grossMinor));
  return {
    ...content,
    lines: priced,
    netMinor: sum(priced.map((line) => line.netMinor)),
    taxMinor: sum(priced.map((line) => line.taxMinor)),
    grossMinor,
    ...(rate === undefined ? {} : { baseGrossMinor: convertMinor(grossMinor, currency, baseCurrency, decimal(rate)) }),
  };
}
