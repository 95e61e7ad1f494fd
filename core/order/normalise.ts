import type { Catalogue } from '../catalog/catalogue.js';
import type { Product } from '../catalog/product.js';
import { HubError, type Issue } from '../errors/hub-error.js';
import { type LineAmounts, lineAmounts } from './line-amounts.js';
import { convertMinor, exponentOf, isCurrency, readDecimal, readMoney, sum, writeMoney } from './money.js';
import type { LineQuantities, OrderContent, OrderLine } from './order.js';
import { openQuantities, readQuantity, writeQuantity } from './quantity.js';
import type { OrderInput, OrderLineInput } from './schema.js';
import { refuseOrder } from './validate-input.js';

export interface NormaliseContext {
  readonly catalogue: Catalogue;
  readonly baseCurrency: string;
  readonly defaultSeller: string;
  readonly newLineId: () => string;
  /** The order as it stands, when this is a change of it: lines with the same `ref` keep `lineId` and quantities. */
  readonly previous?: OrderContent;
}

type Report = (path: string, why: string, whyZh: string) => void;

/** Runs a step that may refuse; its fault joins the others. */
const attempt = <T>(report: Report, step: () => T): T | undefined => {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'ORDER_INVALID') throw error;
    const why = String(error.facts['why']);
    report(String(error.facts['path']), why, String(error.facts['whyZh'] ?? why));
    return undefined;
  }
};

function checkDates(input: OrderInput, report: Report): void {
  const notBefore = (
    date: string | undefined,
    bound: string | undefined,
    path: string,
    name: string,
    nameZh: string,
  ) => {
    if (date !== undefined && bound !== undefined && date < bound) {
      report(path, `${date} is before ${name} ${bound}`, `${date} 早于${nameZh} ${bound}`);
    }
  };
  notBefore(input.requestedDate, input.orderDate, '$.requestedDate', 'the order date', '订单日期');
  for (const [at, line] of input.lines.entries()) {
    notBefore(line.deliveryDate, input.orderDate, `$.lines[${at}].deliveryDate`, 'the order date', '订单日期');
    notBefore(line.termEnd, line.termStart, `$.lines[${at}].termEnd`, 'the start of the term', '期限开始日');
  }
}

/** Refs are unique, and parents are lines of the same order without a circle. */
function checkIdentity(lines: readonly OrderLineInput[], report: Report): void {
  const first = new Map<string, number>();
  for (const [at, { ref }] of lines.entries()) {
    const earlier = first.get(ref);
    if (earlier === undefined) first.set(ref, at);
    else
      report(
        `$.lines[${at}].ref`,
        `"${ref}" is already the ref of line ${earlier + 1}`,
        `“${ref}”与第 ${earlier + 1} 行重复`,
      );
  }
  const parentOf = new Map(lines.map((line) => [line.ref, line.parent]));
  for (const [at, { ref, parent }] of lines.entries()) {
    if (parent === undefined) continue;
    const path = `$.lines[${at}].parent`;
    if (!parentOf.has(parent)) {
      report(path, `"${parent}" is no line of this order`, `“${parent}”不是本订单的行`);
      continue;
    }
    const seen = new Set([ref]);
    let above: string | undefined = parent;
    while (above !== undefined && !seen.has(above)) {
      seen.add(above);
      above = parentOf.get(above);
    }
    if (above === ref) report(path, 'the line would contain itself', '行不能包含自身');
  }
}

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
function checkStated(
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

/** New quantities of a line whose ordered quantity changed: the difference is open; what left the open ones stays. */
function carryQuantities(ordered: bigint, before: LineQuantities, path: string, report: Report): LineQuantities {
  const bound = [before.frozen, before.inFulfilment, before.delivered, before.cancelled].reduce(
    (t, q) => t + (readQuantity(q) ?? 0n),
    0n,
  );
  if (ordered < bound) {
    const less = writeQuantity(bound);
    report(
      `${path}.quantity`,
      `${less} are already frozen, in fulfilment, delivered or cancelled`,
      `已有 ${less} 处于冻结、履约、交付或取消状态`,
    );
  }
  return { ...before, open: writeQuantity(ordered - bound) };
}

function checkRemoved(input: OrderInput, previous: OrderContent | undefined, report: Report): void {
  const kept = new Set(input.lines.map((line) => line.ref));
  for (const line of previous?.lines ?? []) {
    if (kept.has(line.ref) || line.quantities.open === line.quantity) continue;
    report(
      '$.lines',
      `line "${line.ref}" is missing, but part of it is no longer open`,
      `缺少行“${line.ref}”，其部分数量已不再未交`,
    );
  }
}

/**
 * Checks an order against the catalogue and itself, computes every amount and binds every line to its identity.
 * Without a rate of the order date `baseGrossMinor` and `rate` are absent; the caller holds the order.
 * @param context `baseCurrency` is the seller's; rates come from the catalogue.
 * @throws HubError ORDER_INVALID with every fault found.
 */
export function normaliseOrder(input: OrderInput, context: NormaliseContext): OrderContent {
  const issues: Issue[] = [];
  const report: Report = (path, why, whyZh) => void issues.push({ path, why, whyZh });
  const { currency } = input;
  const { catalogue, previous } = context;

  attempt(report, () => exponentOf(currency));
  checkDates(input, report);
  checkIdentity(input.lines, report);
  checkRemoved(input, previous, report);

  const before = new Map(previous?.lines.map((line) => [line.ref, line]));
  const lines: OrderLine[] = [];
  for (const [at, line] of input.lines.entries()) {
    const path = `$.lines[${at}]`;
    checkNumbers(line, path, report);
    const product = checkProduct(line, path, catalogue, report);
    const amounts = computeLine(line, currency, path, report);
    const ordered = readQuantity(line.quantity);
    if (amounts !== undefined) {
      checkStated(line.netAmount, amounts.netMinor, currency, `${path}.netAmount`, report);
      checkStated(line.taxAmount, amounts.taxMinor, currency, `${path}.taxAmount`, report);
      checkStated(line.grossAmount, amounts.grossMinor, currency, `${path}.grossAmount`, report);
    }
    if (product === undefined || amounts === undefined || ordered === undefined) continue;

    const { netAmount: _net, taxAmount: _tax, grossAmount: _gross, ...kept } = line;
    const old = before.get(line.ref);
    const quantity = writeQuantity(ordered);
    lines.push({
      ...kept,
      ...amounts,
      quantity,
      lineId: old?.lineId ?? context.newLineId(),
      lineNo: at + 1,
      name: product.name.en,
      nameZh: product.name.zh,
      kind: product.kind,
      unit: product.unit,
      customHardware: product.customHardware,
      quantities: old === undefined ? openQuantities(quantity) : carryQuantities(ordered, old.quantities, path, report),
    });
  }

  const total = (pick: (line: OrderLine) => number): number | undefined =>
    lines.length === input.lines.length ? attempt(report, () => sum(lines.map(pick))) : undefined;
  const netMinor = total((line) => line.netMinor);
  const taxMinor = total((line) => line.taxMinor);
  const grossMinor = total((line) => line.grossMinor);
  for (const [name, minor] of Object.entries({ net: netMinor, tax: taxMinor, gross: grossMinor })) {
    const stated = input.totals?.[name as 'net' | 'tax' | 'gross'];
    if (minor !== undefined) checkStated(stated, minor, currency, `$.totals.${name}`, report);
  }

  const rate = catalogue.rate(currency, input.orderDate);
  const exactRate = rate === undefined ? undefined : readDecimal(rate);
  const baseGrossMinor =
    grossMinor === undefined || exactRate === undefined || !isCurrency(currency)
      ? undefined
      : attempt(report, () => convertMinor(grossMinor, currency, context.baseCurrency, exactRate));

  if (issues.length > 0 || netMinor === undefined || taxMinor === undefined || grossMinor === undefined) {
    return refuseOrder(issues);
  }
  const { lines: _lines, totals: _totals, ...header } = input;
  return {
    ...header,
    seller: input.seller ?? context.defaultSeller,
    lines,
    netMinor,
    taxMinor,
    grossMinor,
    baseCurrency: context.baseCurrency,
    ...(baseGrossMinor === undefined || rate === undefined ? {} : { baseGrossMinor, rate }),
  };
}
