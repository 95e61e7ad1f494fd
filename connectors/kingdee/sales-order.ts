import type { EffectCall, Operation, Receipt } from '../../core/connector/contract.js';
import type { HubError } from '../../core/errors/hub-error.js';
import { centsOf, decimalOf, lineTotalCents, sameDecimal, toWire } from './amount.js';
import { isNumberTaken } from './answer.js';
import { advance, type BillStatus, isComplete, readSaved, readStatus, type Standing, save, savedPart } from './bill.js';
import type { KingdeeClient } from './client.js';
import { badPayload, refused } from './errors.js';
import { equals } from './filter.js';
import { type SalesOrderModel, SalesOrderPayload } from './model.js';
import type { Settings } from './settings.js';

const NAME = 'sales-order.create';
const FORM = 'SAL_SaleOrder';
const COLUMNS = 'FID,FBillNo,FDocumentStatus,FCancelStatus,FCustId.FNumber,FMaterialId.FNumber,FQty,FAllAmount';

interface Found extends Standing {
  readonly cancelled: boolean;
  readonly customer: string;
  readonly lines: readonly { readonly material: string; readonly quantity: unknown; readonly totalCents: bigint }[];
}

/**
 * Creates a sales order under the hub's own number and takes it through submit and audit. The number is unique there,
 * so a repeat is refused; the refusal counts as done once the bill's content was compared.
 */
export function salesOrderCreate(client: KingdeeClient, settings: Settings): Operation {
  const look = async (call: EffectCall): Promise<Found | undefined> => {
    const query = { FormId: FORM, FieldKeys: COLUMNS, FilterString: equals('FBillNo', call.businessKey) };
    const rows = await client.query(query, `${FORM} ${call.businessKey}`, call.signal);
    const found = readFound(rows, call.businessKey);
    const fault = found === undefined ? undefined : difference(found, readModel(call));
    if (fault !== undefined) throw refused({ what: `${FORM} ${call.businessKey}`, writes: false }, fault);
    return found;
  };

  const create = async (call: EffectCall): Promise<{ standing: Standing; alreadyThere: boolean }> => {
    const what = `${FORM} ${call.businessKey}`;
    const data = { NeedReturnFields: ['FBillNo'], IsVerifyBaseDataField: true, Model: wireModel(call) };
    const answer = await save(client, FORM, data, call);
    const existing = isNumberTaken(answer.status) ? await look(call) : undefined;
    const standing = existing ?? readSaved(answer, what);
    await call.record('save', { id: standing.id, number: standing.number });
    return { standing, alreadyThere: existing !== undefined };
  };

  /** The bill of an earlier attempt; undefined when there was none or somebody deleted it. */
  const resume = async (call: EffectCall): Promise<{ standing: Standing; alreadyThere: boolean } | undefined> => {
    const saved = savedPart(call);
    if (saved === undefined) return undefined;
    if (saved.number !== call.businessKey && (await stands(saved.id, call))) throw renumbered(call, saved.number);
    const found = await look(call);
    return found === undefined ? undefined : { standing: found, alreadyThere: true };
  };

  const stands = async (id: string, call: EffectCall): Promise<boolean> => {
    const query = { FormId: FORM, FieldKeys: 'FID', FilterString: equals('FID', Number(id)) };
    return (await client.query(query, `${FORM} ${call.businessKey}`, call.signal)).length > 0;
  };

  return {
    name: NAME,
    label: { en: 'Create a sales order', zh: '创建销售订单' },
    objectType: FORM,
    intent: 'create',
    input: SalesOrderPayload,
    settlement: { kind: 'uniqueNumber' },
    send: async (call) => {
      const { standing, alreadyThere } = (await resume(call)) ?? (await create(call));
      if (standing.number !== call.businessKey) throw renumbered(call, standing.number);
      return receipt(standing, await advance(client, FORM, standing, settings.finish, call), alreadyThere);
    },
    find: async (call) => {
      const found = await look(call);
      if (found === undefined) return undefined;
      return { receipt: receipt(found, found.status, true), complete: isComplete(found.status, settings.finish) };
    },
  };
}

/** The server gave its own number, so a repeat would not be refused: somebody must set the numbering rule right. */
const renumbered = (call: EffectCall, number: string): HubError =>
  refused(
    { what: `${FORM} ${call.businessKey}`, writes: true },
    `it was saved as ${number}; let the numbering rule take manual numbers and delete that bill`,
  );

const receipt = (standing: Standing, status: BillStatus, alreadyThere: boolean): Receipt => ({
  remoteId: standing.id,
  remoteNumber: standing.number,
  alreadyThere,
  detail: { status },
});

/** The payload was checked against the input schema before the call. */
function readModel(call: EffectCall): SalesOrderModel {
  const model = call.payload['Model'] as SalesOrderModel;
  if (model.FBillNo !== undefined && model.FBillNo !== call.businessKey) {
    throw badPayload(NAME, '$.Model.FBillNo', `is ${model.FBillNo}, not ${call.businessKey}`);
  }
  return model;
}

function wireModel(call: EffectCall): unknown {
  const wire = toWire({ ...readModel(call), FID: 0, FBillNo: call.businessKey }, '$.Model');
  if ('path' in wire) throw badPayload(NAME, wire.path, 'has more digits than the wire can carry');
  return wire.value;
}

/** Rows come one per entry; the filter ignores case, the number does not. */
function readFound(rows: readonly (readonly unknown[])[], number: string): Found | undefined {
  const own = rows.filter((row) => row[1] === number);
  const [first] = own;
  if (first === undefined) return undefined;
  return {
    id: String(first[0]),
    number,
    status: readStatus(first[2], `${FORM} ${number}`),
    cancelled: first[3] === 'B',
    customer: String(first[4]),
    lines: own.map((row) => ({ material: String(row[5]), quantity: row[6], totalCents: centsOf(row[7]) })),
  };
}

/** Why the bill under our number is not our order; undefined when it is. Totals may differ by a cent per line. */
function difference(found: Found, model: SalesOrderModel): string | undefined {
  const lines = model.FSaleOrderEntry;
  if (found.cancelled) return 'the bill with this number was cancelled there';
  if (found.customer !== model.FCustId.FNumber)
    return `another bill has this number: its customer is ${found.customer}`;
  if (found.lines.length !== lines.length) return `another bill has this number: it has ${found.lines.length} lines`;
  const theirs = countByMaterial(found.lines);
  const ours = countByMaterial(lines.map((l) => ({ material: l.FMaterialId.FNumber, quantity: l.FQty })));
  if (theirs !== ours) return `another bill has this number: it holds ${theirs}`;
  const their = found.lines.reduce((t, l) => t + l.totalCents, 0n);
  const our = lines.reduce((t, l) => t + lineTotalCents(l), 0n);
  const gap = their > our ? their - our : our - their;
  if (gap > BigInt(lines.length)) return `another bill has this number: its total is ${their} cents, not ${our}`;
  return undefined;
}

/** `HW-SERVER x 2, TRN-ADMIN x 1`, sorted, so that two orders of equal content give equal text. */
function countByMaterial(lines: readonly { material: string; quantity: unknown }[]): string {
  return lines
    .map((l) => `${l.material} x ${plain(l.quantity)}`)
    .sort()
    .join(', ');
}

/** `10`, `10.0` and `"10.00"` read the same. */
function plain(value: unknown): string {
  const decimal = decimalOf(value);
  if (decimal === undefined) return String(value);
  const whole = { units: decimal.units / 10n ** BigInt(decimal.scale), scale: 0 };
  return sameDecimal(whole, decimal) ? String(whole.units) : String(Number(value));
}
