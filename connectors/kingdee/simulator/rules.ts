import { multiply } from '../../../core/order/money.js';
import { CODE, Refusal } from './answers.js';
import type { Bill, BillStore, Entry, Row } from './store.js';
import * as v from './values.js';

/** What a form adds to saving: computed fields, then checks. A rule throws a Refusal or gives the bill back. */
export type Rule = (bill: Bill, store: BillStore, index: number) => Bill;

/** `FieldName` stays null where the field the vendor names is not known. */
function invalid(message: string, index: number, field: string | null = null): Refusal {
  return new Refusal(CODE.invalid, [{ FieldName: field, Message: message, DIndex: index }]);
}

const HUNDRED = { units: 100n, scale: 0 };

/** Amounts of a line from its price with tax, or without when only that is given; both rounded to cents. */
function withAmounts(entry: Entry): Entry {
  const [qty, rate, discount] = ['FQty', 'FEntryTaxRate', 'FDiscountRate'].map((key) => v.decimalIn(entry.row, key));
  const factor = v.add(HUNDRED, rate ?? v.ZERO);
  const given = entry.row['FTaxPrice'];
  const taxPrice =
    given === undefined ? v.percentOf(v.decimalIn(entry.row, 'FPrice'), factor) : v.decimalIn(entry.row, 'FTaxPrice');
  const kept = v.add(HUNDRED, v.negate(discount ?? v.ZERO));
  const all = v.roundTo2(v.percentOf(multiply(qty ?? v.ZERO, taxPrice), kept));
  const net = v.roundTo2(v.divide(multiply(all, HUNDRED), factor));
  const computed = {
    FTaxPrice: v.plainDecimal(taxPrice),
    FAllAmount: v.plainDecimal(all),
    FAmount: v.plainDecimal(net),
    FEntryTaxAmount: v.plainDecimal(v.add(all, v.negate(net))),
  };
  return { ...entry, row: { ...entry.row, ...computed } };
}

const salesOrder: Rule = (bill) => {
  const entries = bill.entries.map(withAmounts);
  const all = v.total(entries.map((e) => v.decimalIn(e.row, 'FAllAmount')));
  return { ...bill, entries, head: { ...bill.head, FBillAllAmount: v.plainDecimal(all) } };
};

/** Quantity on outbound bills made from an entry of a sales order; `audited` counts only those that took effect. */
export function shippedOf(store: BillStore, sourceEntryId: number, which: 'all' | 'audited', except = 0) {
  const bills = store.madeFrom(sourceEntryId).filter((bill) => bill.id !== except && !bill.cancelled);
  const counted = bills.filter((bill) => which === 'all' || bill.status === 'C');
  const entries = counted.flatMap((bill) => bill.entries.filter((e) => e.source === sourceEntryId));
  return v.total(entries.map((e) => v.decimalIn(e.row, 'FRealQty')));
}

const outStock: Rule = (bill, store, index) => {
  for (const [id, own] of bySource(bill.entries)) {
    const source = findSource(store, id);
    if (source === undefined) throw invalid(`源单分录[${id}]不存在`, index);
    const wanted = v.total([shippedOf(store, id, 'all', bill.id), ...own.map((e) => v.decimalIn(e.row, 'FRealQty'))]);
    if (v.compareDecimals(wanted, v.decimalIn(source.row, 'FQty')) > 0) {
      throw invalid(`物料[${String(source.row['FMaterialId'])}]的出库数量超过销售订单的剩余未出数量`, index);
    }
  }
  return bill;
};

function bySource(entries: readonly Entry[]): Map<number, Entry[]> {
  const found = new Map<number, Entry[]>();
  for (const entry of entries) {
    if (entry.source !== undefined) found.set(entry.source, [...(found.get(entry.source) ?? []), entry]);
  }
  return found;
}

const findSource = (store: BillStore, entryId: number): Entry | undefined =>
  store
    .all('SAL_SaleOrder')
    .flatMap((order) => order.entries)
    .find((entry) => entry.id === entryId);

/** Year and month of the date: Chinese accounting years are calendar years. */
function periodOf(head: Row): { FYEAR: string; FPERIOD: string } {
  const date = String(head['FDate']);
  return { FYEAR: String(Number(date.slice(0, 4))), FPERIOD: String(Number(date.slice(5, 7))) };
}

/** Book, group, year and period: voucher numbers count up inside these. */
const seriesOf = (head: Row): string =>
  ['FAccountBookID', 'FVOUCHERGROUPID', 'FYEAR', 'FPERIOD'].map((key) => String(head[key])).join('/');

const voucher: Rule = (bill, store, index) => {
  const head: Row = { ...bill.head, ...periodOf(bill.head) };
  for (const { row } of bill.entries) {
    const sides = ['FDEBIT', 'FCREDIT'].filter((key) => v.decimalIn(row, key).units !== 0n);
    if (sides.length !== 1) throw invalid('分录的借方金额和贷方金额必须且只能录入一方', index);
    if (String(row['FEXPLANATION'] ?? '').length > 255) throw invalid('字段[摘要]长度超过255', index, 'FEXPLANATION');
  }
  const [debit, credit] = ['FDEBIT', 'FCREDIT'].map((key) => v.total(bill.entries.map((e) => v.decimalIn(e.row, key))));
  if (v.compareDecimals(debit ?? v.ZERO, credit ?? v.ZERO) !== 0) throw invalid('凭证借贷不平衡', index);
  const given = Number(head['FVOUCHERGROUPNO'] ?? 0);
  const used = numbersIn(store, seriesOf(head), bill.id);
  if (given > 0 && used.has(given)) {
    throw invalid(`违反字段唯一性要求：凭证号唯一。[${given}]在当前系统中已经被使用。`, index, 'FVOUCHERGROUPNO');
  }
  const number = given > 0 ? given : highest(used) + 1;
  return { ...bill, head: { ...head, FVOUCHERGROUPNO: String(number) } };
};

function numbersIn(store: BillStore, series: string, except: number): Set<number> {
  const own = store.all('GL_VOUCHER').filter((bill) => bill.id !== except && seriesOf(bill.head) === series);
  return new Set(own.map((bill) => Number(bill.head['FVOUCHERGROUPNO'])));
}

const highest = (numbers: Iterable<number>): number => [...numbers].reduce((most, n) => Math.max(most, n), 0);

export const RULES: Readonly<Record<string, Rule>> = {
  SAL_SaleOrder: salesOrder,
  SAL_OUTSTOCK: outStock,
  GL_VOUCHER: voucher,
};
