import type { EffectCall, Operation, Receipt } from '../../core/connector/contract.js';
import { centsOf, toWire } from './amount.js';
import { isRecord } from './answer.js';
import { advance, type BillStatus, isComplete, readSaved, readStatus, type Standing, save } from './bill.js';
import type { KingdeeClient } from './client.js';
import { badPayload, refused } from './errors.js';
import { all, beginsWith, equals } from './filter.js';
import { type VoucherModel, VoucherPayload } from './model.js';
import type { Settings } from './settings.js';

const NAME = 'voucher.post';
const FORM = 'GL_VOUCHER';
const COLUMNS = 'FVOUCHERID,FVOUCHERGROUPNO,FDocumentStatus,FEXPLANATION,FDEBIT,FCREDIT';

/** A voucher ready to be sent: book, group, year and period are always named. */
type FullModel = VoucherModel &
  Required<Pick<VoucherModel, 'FAccountBookID' | 'FVOUCHERGROUPID' | 'FYEAR' | 'FPERIOD'>>;

interface Found extends Standing {
  readonly entries: number;
  readonly debitCents: bigint;
  readonly creditCents: bigint;
}

/**
 * Posts a voucher and takes it through submit and audit (the vendor has no posting operation). Its number belongs to
 * the vendor, so the voucher carries the business key in front of every explanation, is looked up by it inside its
 * book and period before anything is saved, and is never saved when one is found.
 */
export function voucherPost(client: KingdeeClient, settings: Settings): Operation {
  const look = async (call: EffectCall): Promise<Found | undefined> => {
    const model = readModel(call, settings);
    const what = `${FORM} ${call.businessKey}`;
    const filter = all(
      equals('FAccountBookID.FNumber', model.FAccountBookID.FNumber),
      equals('FYEAR', model.FYEAR),
      equals('FPERIOD', model.FPERIOD),
      beginsWith('FEXPLANATION', mark(call.businessKey)),
    );
    const rows = await client.query({ FormId: FORM, FieldKeys: COLUMNS, FilterString: filter }, what, call.signal);
    const found = readFound(rows, call.businessKey);
    if (found.length > 1) {
      const ids = found.map((f) => f.id).join(', ');
      throw refused({ what, writes: false }, `${found.length} vouchers carry this key: ${ids}; delete all but one`);
    }
    const fault = found[0] === undefined ? undefined : difference(found[0], model);
    if (fault !== undefined) throw refused({ what, writes: false }, fault);
    return found[0];
  };

  const create = async (call: EffectCall): Promise<Standing> => {
    const wire = toWire({ ...readModel(call, settings), FVOUCHERID: 0, FDocumentStatus: 'Z' }, '$.Model');
    if ('path' in wire) throw badPayload(NAME, wire.path, 'has more digits than the wire can carry');
    const data = { NeedReturnFields: ['FVOUCHERGROUPNO'], IsVerifyBaseDataField: true, Model: wire.value };
    const answer = await save(client, FORM, data, call);
    const { id, number, status } = readSaved(answer, `${FORM} ${call.businessKey}`);
    const standing = { id, number: groupNumber(answer.result['NeedReturnData']) ?? number, status };
    await call.record('save', { id, number: standing.number });
    return standing;
  };

  return {
    name: NAME,
    label: { en: 'Post a voucher', zh: '录入总账凭证' },
    objectType: FORM,
    intent: 'create',
    input: VoucherPayload,
    settlement: { kind: 'lookup', settleAfterMs: settings.settleAfterMs },
    send: async (call) => {
      const found = call.firstSend ? undefined : await look(call);
      const standing = found ?? (await create(call));
      const status = await advance(client, FORM, standing, settings.finish, call);
      return receipt(standing, status, found !== undefined);
    },
    find: async (call) => {
      const found = await look(call);
      if (found === undefined) return undefined;
      return { receipt: receipt(found, found.status, true), complete: isComplete(found.status, settings.finish) };
    },
  };
}

const mark = (businessKey: string): string => `[${businessKey}]`;

const receipt = (standing: Standing, status: BillStatus, alreadyThere: boolean): Receipt => ({
  remoteId: standing.id,
  ...(standing.number === '' ? {} : { remoteNumber: standing.number }),
  alreadyThere,
  detail: { status },
});

/** Checks what the schema cannot, and fills what the connection knows. @throws HubError MAPPING_OUTPUT_INVALID */
function readModel(call: EffectCall, settings: Settings): FullModel {
  const model = call.payload['Model'] as VoucherModel;
  model.FEntity.forEach((entry, i) => {
    if (!entry.FEXPLANATION.startsWith(mark(call.businessKey))) {
      throw badPayload(NAME, `$.Model.FEntity[${i}].FEXPLANATION`, `does not begin with ${mark(call.businessKey)}`);
    }
  });
  const [debit, credit] = totals(model);
  if (debit !== credit) throw badPayload(NAME, '$.Model.FEntity', `has debit ${debit} and credit ${credit} cents`);
  return {
    ...model,
    FAccountBookID: model.FAccountBookID ?? { FNumber: settings.accountBook },
    FVOUCHERGROUPID: model.FVOUCHERGROUPID ?? { FNumber: settings.voucherGroup },
    FYEAR: model.FYEAR ?? Number(model.FDate.slice(0, 4)),
    FPERIOD: model.FPERIOD ?? Number(model.FDate.slice(5, 7)),
  };
}

const totals = (model: VoucherModel): [bigint, bigint] => [
  model.FEntity.reduce((t, e) => t + centsOf(e.FDEBIT), 0n),
  model.FEntity.reduce((t, e) => t + centsOf(e.FCREDIT), 0n),
];

/** One voucher gives a row per entry; only explanations that begin with exactly our mark count. */
function readFound(rows: readonly (readonly unknown[])[], businessKey: string): Found[] {
  const byId = new Map<string, (readonly unknown[])[]>();
  for (const row of rows) {
    if (!String(row[3]).startsWith(mark(businessKey))) continue;
    byId.set(String(row[0]), [...(byId.get(String(row[0])) ?? []), row]);
  }
  return [...byId].map(([id, own]) => ({
    id,
    number: String(own[0]?.[1] ?? ''),
    status: readStatus(own[0]?.[2], `${FORM} ${businessKey}`),
    entries: own.length,
    debitCents: own.reduce((t, row) => t + centsOf(row[4]), 0n),
    creditCents: own.reduce((t, row) => t + centsOf(row[5]), 0n),
  }));
}

/** Why the voucher under our key is not the one we would post; undefined when it is. */
function difference(found: Found, model: FullModel): string | undefined {
  const [debit, credit] = totals(model);
  if (found.entries !== model.FEntity.length) return `the voucher with this key has ${found.entries} entries`;
  if (found.debitCents !== debit || found.creditCents !== credit) {
    return `the voucher with this key has debit ${found.debitCents} and credit ${found.creditCents} cents`;
  }
  return undefined;
}

/** `FVOUCHERGROUPNO` as the Save answer returns it. */
function groupNumber(returned: unknown): string | undefined {
  const first = Array.isArray(returned) ? returned[0] : undefined;
  const value = isRecord(first) ? first['FVOUCHERGROUPNO'] : undefined;
  return value === undefined || value === null ? undefined : String(value);
}
