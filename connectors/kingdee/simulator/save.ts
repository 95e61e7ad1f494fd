import { type AnswerError, CODE, type Entity, Refusal, refuse } from './answers.js';
import type { BaseData } from './data.js';
import type { Field, Form } from './forms.js';
import { flag, isRecord, member, texts } from './lookup.js';
import { RULES } from './rules.js';
import type { Bill, BillStore, Entry, Row } from './store.js';
import { readValue } from './values.js';

export interface SaveWorld {
  readonly store: BillStore;
  readonly base: BaseData;
  /** Local time of the site, `yyyy-MM-ddTHH:mm:ss`. */
  readonly now: () => string;
}

interface SaveOptions {
  readonly draft: boolean;
  readonly deletesMissing: boolean;
  /** Lower-cased keys that may change; empty means all. */
  readonly only: ReadonlySet<string>;
  readonly toTheEnd: boolean;
}

export function readOptions(data: Readonly<Record<string, unknown>>, draft: boolean): SaveOptions {
  return {
    draft,
    deletesMissing: flag(member(data, 'IsDeleteEntry'), true),
    only: new Set(texts(member(data, 'NeedUpDateFields')).map((key) => key.toLowerCase())),
    toTheEnd: !draft && flag(member(data, 'IsAutoSubmitAndAudit'), false),
  };
}

/**
 * Decides what one Model of a Save, BatchSave or Draft makes of the stored bills; changes nothing itself.
 * @throws Refusal with the code the vendor answers.
 */
export function decideSave(form: Form, model: unknown, options: SaveOptions, index: number, world: SaveWorld): Bill {
  if (!isRecord(model)) throw refuse(CODE.parameter, '数据包中的参数Model的值不能为空。', null, index);
  const id = Number(member(model, form.idKey) ?? 0);
  const stored = id > 0 ? editable(form, id, index, world.store) : undefined;
  const merged = merge(form, model, stored, options, index, world);
  if (!options.draft) demandMandatory(form, merged, index);
  const numbered = withNumber(form, merged, options, index, world.store);
  return options.draft ? numbered : (RULES[form.id]?.(numbered, world.store, index) ?? numbered);
}

function editable(form: Form, id: number, index: number, store: BillStore): Bill {
  const bill = store.get(form.id, id);
  if (bill === undefined) throw refuse(CODE.notFound, `内码为“${id}”的${form.name}不存在`, form.idKey, index);
  if (bill.status === 'C') throw refuse(CODE.invalid, '单据已审核，不允许修改', null, index);
  if (bill.status === 'B') throw refuse(CODE.invalid, '单据审核中，不允许修改', null, index);
  return bill;
}

function merge(
  form: Form,
  model: object,
  stored: Bill | undefined,
  options: SaveOptions,
  index: number,
  world: SaveWorld,
): Bill {
  const changes = (key: string): boolean =>
    stored === undefined || options.only.size === 0 || options.only.has(key.toLowerCase());
  const head = readRow(form.head, model, stored?.head, changes, index, world.base);
  const sent = changes(form.entryKey) ? member(model, form.entryKey) : undefined;
  const entries =
    sent === undefined ? (stored?.entries ?? []) : mergeEntries(form, sent, stored, options, index, world);
  return {
    form: form.id,
    id: stored?.id ?? world.store.nextBillId(),
    status: options.toTheEnd ? 'C' : savedStatus(stored?.status, options.draft),
    cancelled: stored?.cancelled ?? false,
    modified: world.now(),
    head,
    entries,
  };
}

const savedStatus = (before: Bill['status'] | undefined, draft: boolean): Bill['status'] =>
  draft ? 'Z' : before === 'D' ? 'D' : 'A';

function readRow(
  fields: readonly Field[],
  owner: unknown,
  stored: Row | undefined,
  changes: (key: string) => boolean,
  index: number,
  base: BaseData,
): Row {
  const row: Record<string, string | boolean> = { ...stored };
  for (const field of fields) {
    if (field.computed || !changes(field.key)) continue;
    const value = readValue(field, owner, base, index);
    if (value !== undefined) row[field.key] = value;
    else if (field.fallback !== undefined) row[field.key] ??= field.fallback;
  }
  return row;
}

/** Known entries are updated, others inserted, and those not sent deleted unless the call says to keep them. */
function mergeEntries(
  form: Form,
  sent: unknown,
  stored: Bill | undefined,
  options: SaveOptions,
  index: number,
  world: SaveWorld,
): readonly Entry[] {
  if (!Array.isArray(sent)) throw refuse(CODE.parameter, `参数${form.entryKey}不是数组。`, form.entryKey, index);
  const before = new Map((stored?.entries ?? []).map((entry) => [entry.id, entry]));
  const written = sent.map((item: unknown): Entry => {
    const known = before.get(Number(member(item, 'FEntryID') ?? 0));
    const changes = (key: string): boolean =>
      known === undefined || options.only.size === 0 || options.only.has(key.toLowerCase());
    const row = readRow(form.entry, item, known?.row, changes, index, world.base);
    const source = known?.source ?? linkedSource(item);
    return { id: known?.id ?? world.store.nextEntryId(), row, ...(source === undefined ? {} : { source }) };
  });
  if (options.deletesMissing) return written;
  const byId = new Map(written.map((entry) => [entry.id, entry]));
  const kept = [...before.values()].map((entry) => byId.get(entry.id) ?? entry);
  return [...kept, ...written.filter((entry) => !before.has(entry.id))];
}

/** A bare Save keeps its link to the source only through the link table. */
function linkedSource(item: unknown): number | undefined {
  const links = member(item, 'FEntity_Link');
  const id = Array.isArray(links) ? Number(member(links[0], 'FEntity_Link_FSId') ?? 0) : 0;
  return id > 0 ? id : undefined;
}

function demandMandatory(form: Form, bill: Bill, index: number): void {
  const missing = (fields: readonly Field[], row: Row): AnswerError[] =>
    fields
      .filter((f) => f.required === true && (row[f.key] === undefined || row[f.key] === ''))
      .map((f) => ({ FieldName: f.key, Message: `字段[${f.label}]是必录字段`, DIndex: index }));
  const errors = [...missing(form.head, bill.head), ...bill.entries.flatMap((e) => missing(form.entry, e.row))];
  if (bill.entries.length === 0) errors.push({ FieldName: form.entryKey, Message: '分录不能为空', DIndex: index });
  if (errors.length > 0) throw new Refusal(CODE.invalid, errors);
}

function withNumber(form: Form, bill: Bill, options: SaveOptions, index: number, store: BillStore): Bill {
  const given = String(bill.head['FBillNo'] ?? '');
  if (given === '') {
    if (options.draft) return bill;
    return { ...bill, head: { ...bill.head, FBillNo: store.nextNumber(form.id, form.numberPrefix) } };
  }
  const holder = store.byNumber(form.id, given);
  if (holder !== undefined && holder.id !== bill.id) {
    const message = `违反字段唯一性要求：编码唯一。[${given}]在当前系统中已经被使用。`;
    throw refuse(CODE.invalid, message, 'FBillNo', index);
  }
  return bill;
}

export const entityOf = (bill: Bill, index: number): Entity => ({
  Id: bill.id,
  Number: String(bill.head['FBillNo'] ?? ''),
  DIndex: index,
});
