import type { Catalogue } from '../catalog/catalogue.js';
import type { Product } from '../catalog/product.js';
import { HubError } from '../errors/hub-error.js';
import { type LineAmounts, lineAmounts } from './line-amounts.js';
import { isCurrency, readDecimal, readMoney, writeMoney } from './money.js';
import type { OrderLine } from './order.js';
import { openQuantities, readQuantity, writeQuantity } from './quantity.js';
import type { OrderLineInput } from './schema.js';

export type Report = (path: string, why: string, whyZh: string) => void;

/** Runs a step that may refuse; its fault joins the others. */
export const attempt = <T>(report: Report, step: () => T): T | undefined => {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'ORDER_INVALID') throw error;
    const why = String(error.facts['why']);
    report(String(error.facts['path']), why, String(error.facts['whyZh'] ?? why));
    return undefined;
  }
};

function checkProduct(line: OrderLineInput, path: string, catalogue: Catalogue, report: Report): Product | undefined {
  const product = catalogue.product(line.product);
  if (product === undefined) {
    report(`${path}.product`, `${line.product} is not in the catalogue`, `产品目录中没有 ${line.product}`);
    return undefined;
  }
  if (!product.active) report(`${path}.product`, `${line.product} is no longer sold`, `${line.product} 已停售`);
  if (!catalogue.allowsTaxRate(product, line.taxRate)) {
    report(
      `${path}.taxRate`,
      `${line.taxRate} is no rate of ${product.taxCategory}`,
      `${product.taxCategory} 不适用税率 ${line.taxRate}`,
    );
  }
  return product;
}

function checkNumbers(line: OrderLineInput, path: string, report: Report): void {
  const quantity = readQuantity(line.quantity);
  if (quantity === undefined) report(`${path}.quantity`, 'has more than four decimals', '小数超过四位');
  else if (quantity <= 0n)
    report(`${path}.quantity`, `must be above zero, is ${line.quantity}`, `必须大于零，现为 ${line.quantity}`);
  for (const field of ['unitPrice', 'listPrice'] as const) {
    if (line[field]?.startsWith('-'))
      report(`${path}.${field}`, `is below zero: ${line[field]}`, `不能为负：${line[field]}`);
  }
  for (const [at, { percent }] of (line.discounts ?? []).entries()) {
    const decimal = readDecimal(percent);
    const within = decimal !== undefined && decimal.units >= 0n && decimal.units <= 100n * 10n ** BigInt(decimal.scale);
    if (!within)
      report(
        `${path}.discounts[${at}].percent`,
        `must be 0 to 100, is ${percent}`,
        `必须在 0 到 100 之间，现为 ${percent}`,
      );
  }
}

/** Amounts of a line, or undefined when its own numbers or the currency make none; those faults are reported elsewhere. */
function computeLine(line: OrderLineInput, currency: string, path: string, report: Report): LineAmounts | undefined {
  const quantity = readDecimal(line.quantity);
  const unitPrice = readDecimal(line.unitPrice);
  const taxRate = readDecimal(line.taxRate);
  if (!isCurrency(currency) || quantity === undefined || unitPrice === undefined || taxRate === undefined)
    return undefined;
  if (quantity.units <= 0n || taxRate.units < 0n) return undefined;
  const listPrice = line.listPrice === undefined ? undefined : readDecimal(line.listPrice);
  const pricing = { quantity, unitPrice, listPrice, taxRate, taxIncluded: line.taxIncluded === true };
  return attempt(report, () => lineAmounts(pricing, currency, path));
}

/** What the source says against what the hub computed; exact, in minor units. */
export function checkStated(
  stated: string | undefined,
  computedMinor: number,
  currency: string,
  path: string,
  report: Report,
): void {
  if (stated === undefined) return;
  const statedMinor = attempt(report, () => readMoney(stated, currency, path));
  if (statedMinor === undefined || statedMinor === computedMinor) return;
  const computed = writeMoney(computedMinor, currency);
  report(path, `says ${stated}, the lines give ${computed}`, `为 ${stated}，按行计算为 ${computed}`);
}

/** A date that must not be before another; absent ones are fine. */
export function notBefore(
  date: string | undefined,
  bound: string | undefined,
  path: string,
  name: readonly [en: string, zh: string],
  report: Report,
): void {
  if (date === undefined || bound === undefined || date >= bound) return;
  report(path, `${date} is before ${name[0]} ${bound}`, `${date} 早于${name[1]} ${bound}`);
}

export function checkLineDates(line: OrderLineInput, orderDate: string, path: string, report: Report): void {
  notBefore(line.deliveryDate, orderDate, `${path}.deliveryDate`, ['the order date', '订单日期'], report);
  notBefore(line.termEnd, line.termStart, `${path}.termEnd`, ['the start of the term', '期限开始日'], report);
}

/**
 * Checks one line against the catalogue and itself and computes its amounts; all units are open.
 * @param path of the line in what was sent, for the faults.
 * @returns undefined when a fault leaves nothing to compute; every fault is reported.
 */
export function normaliseLine(
  line: OrderLineInput,
  place: { readonly path: string; readonly lineId: () => string; readonly lineNo: number; readonly currency: string },
  catalogue: Catalogue,
  report: Report,
): OrderLine | undefined {
  const { path, lineId, lineNo, currency } = place;
  checkNumbers(line, path, report);
  const product = checkProduct(line, path, catalogue, report);
  const amounts = computeLine(line, currency, path, report);
  const ordered = readQuantity(line.quantity);
  if (amounts !== undefined) {
    checkStated(line.netAmount, amounts.netMinor, currency, `${path}.netAmount`, report);
    checkStated(line.taxAmount, amounts.taxMinor, currency, `${path}.taxAmount`, report);
    checkStated(line.grossAmount, amounts.grossMinor, currency, `${path}.grossAmount`, report);
  }
  if (product === undefined || amounts === undefined || ordered === undefined) return undefined;

  const { netAmount: _net, taxAmount: _tax, grossAmount: _gross, ...kept } = line;
  const quantity = writeQuantity(ordered);
  return {
    ...kept,
    ...amounts,
    quantity,
    lineId: lineId(),
    lineNo,
    name: product.name.en,
    nameZh: product.name.zh,
    kind: product.kind,
    unit: product.unit,
    customHardware: product.customHardware,
    quantities: openQuantities(quantity),
  };
}
