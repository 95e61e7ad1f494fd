import type { Catalogue } from '../catalog/catalogue.js';
import type { Issue } from '../errors/hub-error.js';
import { convertMinor, exponentOf, isCurrency, readDecimal, sum } from './money.js';
import { attempt, checkLineDates, checkStated, normaliseLine, notBefore, type Report } from './normalise-line.js';
import type { LineQuantities, OrderContent, OrderLine } from './order.js';
import { readQuantity, writeQuantity } from './quantity.js';
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

function checkDates(input: OrderInput, report: Report): void {
  const { orderDate } = input;
  notBefore(input.requestedDate, orderDate, '$.requestedDate', ['the order date', '订单日期'], report);
  for (const [at, line] of input.lines.entries()) checkLineDates(line, orderDate, `$.lines[${at}]`, report);
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
    const old = before.get(line.ref);
    const place = { path, lineId: () => old?.lineId ?? context.newLineId(), lineNo: at + 1, currency };
    const made = normaliseLine(line, place, catalogue, report);
    if (made === undefined) continue;
    const ordered = readQuantity(made.quantity) ?? 0n;
    lines.push(
      old === undefined ? made : { ...made, quantities: carryQuantities(ordered, old.quantities, path, report) },
    );
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
