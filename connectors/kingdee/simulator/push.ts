import { CODE, type Outcome, type Refusal, refuse, responseStatus } from './answers.js';
import type { Form, Forms } from './forms.js';
import { namedBills } from './lifecycle.js';
import { flag, ids, member } from './lookup.js';
import { shippedOf } from './rules.js';
import { entityOf, type SaveWorld } from './save.js';
import type { Bill, Change, Entry, Row } from './store.js';
import { add, compareDecimals, decimalIn, negate, plainDecimal, ZERO } from './values.js';

const RULE = 'SaleOrder-OutStock';
const TARGET = 'SAL_OUTSTOCK';

/** Forms that have somewhere to be pushed to; a voucher has not. */
const PUSHABLE = new Set(['SAL_SaleOrder']);

function demandRule(data: Readonly<Record<string, unknown>>): void {
  const rule = member(data, 'RuleId');
  if (rule === RULE) return;
  const byDefault = flag(member(data, 'IsEnableDefaultRule'), false) && member(data, 'TargetFormId') === TARGET;
  if (!byDefault) throw refuse(CODE.unknownValue, `转换规则“${String(rule ?? '')}”不存在`);
}

/**
 * Turns what is left on audited orders into outbound bills, one for each order, with links to their source. `EntryIds`
 * picks lines. Fewer units are shipped by lowering `FRealQty` on the new bill with a Save, as people do.
 */
export function push(
  form: Form,
  data: Readonly<Record<string, unknown>>,
  forms: Forms,
  world: SaveWorld,
  commit: (changes: readonly Change[]) => void,
): Record<string, unknown> {
  if (!PUSHABLE.has(form.id)) throw refuse(CODE.noOperation, `${form.name}没有下推操作`);
  demandRule(data);
  const target = forms.get(TARGET.toLowerCase());
  if (target === undefined) throw refuse(CODE.exception, `标识为“${TARGET}”的业务对象不存在，或者被删除。`);
  const wanted = new Set(ids(member(data, 'EntryIds')));
  const outcome = { entities: [] as Outcome['entities'][number][], refusals: [] as Refusal[] };
  sources(form, data, wanted, world).forEach((source, index) => {
    const entries = typeof source === 'string' ? [] : convertible(source, wanted, world);
    const fault = typeof source === 'string' ? `“${source}”不存在` : unfit(source, entries);
    if (fault !== undefined || typeof source === 'string') {
      outcome.refusals.push(refuse(CODE.invalid, fault ?? '', null, index));
      return;
    }
    const bill = outbound(target, source, entries, world);
    commit([{ put: bill }]);
    outcome.entities.push(entityOf(bill, index));
  });
  const conversion = responseStatus({ entities: [], refusals: outcome.refusals });
  return { Result: { ResponseStatus: responseStatus(outcome), ConvertResponseStatus: conversion } };
}

function sources(form: Form, data: Readonly<Record<string, unknown>>, wanted: ReadonlySet<number>, world: SaveWorld) {
  if (wanted.size === 0) return namedBills(form, data, world.store);
  return world.store.all(form.id).filter((bill) => bill.entries.some((entry) => wanted.has(entry.id)));
}

const remaining = (entry: Entry, world: SaveWorld) =>
  add(decimalIn(entry.row, 'FQty'), negate(shippedOf(world.store, entry.id, 'all')));

const convertible = (source: Bill, wanted: ReadonlySet<number>, world: SaveWorld): Entry[] =>
  source.entries.filter(
    (e) => (wanted.size === 0 || wanted.has(e.id)) && compareDecimals(remaining(e, world), ZERO) > 0,
  );

function unfit(source: Bill, entries: readonly Entry[]): string | undefined {
  const number = String(source.head['FBillNo']);
  if (source.status !== 'C') return `单据编号为“${number}”的销售订单未审核，不能下推！`;
  return entries.length === 0 ? `单据编号为“${number}”的销售订单没有剩余未出数量！` : undefined;
}

/** Values under the target's keys, taken from the source's. */
const taken = (source: Row, pairs: Readonly<Record<string, string>>): Row =>
  Object.fromEntries(
    Object.entries(pairs).flatMap(([to, from]) => {
      const value = source[from];
      return value === undefined ? [] : [[to, value]];
    }),
  );

const HEAD = {
  FSaleOrgId: 'FSaleOrgId', FStockOrgId: 'FSaleOrgId', FCustomerID: 'FCustId', FSettleOrgID: 'FSaleOrgId',
  FSettleCurrID: 'FSettleCurrId', FLinkMan: 'FLinkMan', FLinkPhone: 'FLinkPhone', FIsIncludedTax: 'FIsIncludedTax',
}; // biome-ignore format: a table reads better in rows
const ENTRY = {
  FMaterialID: 'FMaterialId', FUnitID: 'FUnitID', FPrice: 'FPrice', FTaxPrice: 'FTaxPrice',
  FEntryTaxRate: 'FEntryTaxRate', FOwnerID: 'FSettleOrgIds',
}; // biome-ignore format: a table reads better in rows

function outbound(target: Form, source: Bill, entries: readonly Entry[], world: SaveWorld): Bill {
  const number = world.store.nextNumber(target.id, target.numberPrefix);
  const today = `${world.now().slice(0, 10)}T00:00:00`;
  return {
    form: target.id,
    id: world.store.nextBillId(),
    status: 'A',
    cancelled: false,
    modified: world.now(),
    head: { ...taken(source.head, HEAD), FBillNo: number, FBillTypeID: 'XSCKD01_SYS', FDate: today },
    entries: entries.map((entry) => {
      const quantity = plainDecimal(remaining(entry, world));
      const own = { FMustQty: quantity, FRealQty: quantity, FOwnerTypeID: 'BD_OwnerOrg' };
      const link = { FSrcType: source.form, FSrcBillNo: String(source.head['FBillNo']), FSoEntryId: String(entry.id) };
      return { id: world.store.nextEntryId(), source: entry.id, row: { ...taken(entry.row, ENTRY), ...own, ...link } };
    }),
  };
}
