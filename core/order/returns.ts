import Type, { type Static } from 'typebox';
import { HubError } from '../errors/hub-error.js';
import { follow, moveUnits } from './follow.js';
import { type FulfilmentState, nextNumber, type Outcome, type ReturnOrder } from './fulfilment.js';
import { isNone, readQuantity, restQuantity, returnUnits, sumQuantities } from './quantity.js';
import { DateText, DecimalText } from './schema.js';

const closed = { additionalProperties: false };
const Lines = Type.Array(
  Type.Object({ lineId: Type.String({ minLength: 1, maxLength: 40 }), quantity: DecimalText }, closed),
  {
    minItems: 1,
    maxItems: 1000,
  },
);

/** What a customer wants to send back. */
export const ReturnInput = Type.Object(
  {
    lines: Lines,
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    shipment: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  closed,
);
export type ReturnInput = Static<typeof ReturnInput>;

/** What came back; all that was announced when `lines` is absent. */
export const ReturnReceipt = Type.Object({ date: DateText, lines: Type.Optional(Lines) }, closed);
export type ReturnReceipt = Static<typeof ReturnReceipt>;

type Refuse = (path: string, why: string, whyZh: string) => never;
const refusal =
  ({ orderNumber: order }: FulfilmentState): Refuse =>
  (path, why, whyZh) => {
    throw new HubError('RETURN_REFUSED', { order, path, why, whyZh }, { issues: [{ path, why, whyZh }] });
  };

const announced = (state: FulfilmentState, lineId: string): string =>
  sumQuantities(
    state.returns
      .filter((order) => order.state === 'announced')
      .flatMap((order) => order.lines.filter((line) => line.lineId === lineId).map((line) => line.quantity)),
  );

/** Delivered units of a line that neither came back nor are announced to. */
export function returnable(state: FulfilmentState, lineId: string): string {
  const q = state.content.lines.find((line) => line.lineId === lineId)?.quantities;
  return q === undefined ? '0' : restQuantity(restQuantity(q.delivered, q.returned), announced(state, lineId));
}

/**
 * Announces a return; nothing moves until it is received.
 * @throws HubError RETURN_REFUSED for an unknown line or shipment, and for more than was delivered and is not on its way.
 */
export function announceReturn(before: FulfilmentState, input: ReturnInput): Outcome {
  const refuse = refusal(before);
  const { reason, shipment } = input;
  if (shipment !== undefined && !before.shipments.some(({ number }) => number === shipment))
    refuse('$.shipment', `there is no shipment ${shipment}`, `没有发货单 ${shipment}`);
  const taken = new Set<string>();
  const lines = input.lines.map(({ lineId, quantity }, at) => {
    const path = `$.lines[${at}]`;
    const line = before.content.lines.find((candidate) => candidate.lineId === lineId);
    if (line === undefined) return refuse(`${path}.lineId`, `the order has no line ${lineId}`, `订单没有行 ${lineId}`);
    if (taken.has(lineId)) return refuse(`${path}.lineId`, `line ${lineId} is there twice`, `行 ${lineId} 重复`);
    taken.add(lineId);
    if ((readQuantity(quantity) ?? 0n) <= 0n)
      return refuse(`${path}.quantity`, 'it must be above zero', '数量必须大于零');
    const most = returnable(before, lineId);
    if (!isNone(restQuantity(quantity, most)))
      return refuse(`${path}.quantity`, `only ${most} can be returned`, `可退数量仅 ${most}`);
    return { lineId, lineNo: line.lineNo, quantity };
  });
  const number = nextNumber(before.orderNumber, 'R', before.returns);
  const order: ReturnOrder = {
    number,
    state: 'announced',
    lines,
    reason,
    ...(shipment === undefined ? {} : { shipment }),
  };
  const data = { returnId: number, lines, reason };
  return { state: { ...before, returns: [...before.returns, order] }, events: [{ type: 'return.announced', data }] };
}

const withReturn = (state: FulfilmentState, changed: ReturnOrder): FulfilmentState => ({
  ...state,
  returns: state.returns.map((order) => (order.number === changed.number ? changed : order)),
});

function find(state: FulfilmentState, number: string): ReturnOrder {
  const order = state.returns.find((candidate) => candidate.number === number);
  return order ?? refusal(state)('$.return', `there is no return ${number}`, `没有退货单 ${number}`);
}

/**
 * Units came back. Fewer than announced end the return all the same. Undefined when it was received before.
 * @throws HubError RETURN_REFUSED for an unknown or refused return, a line it does not have, or more than announced.
 */
export function receiveReturn(before: FulfilmentState, number: string, receipt: ReturnReceipt): Outcome | undefined {
  const refuse = refusal(before);
  const order = find(before, number);
  if (order.state === 'received') return undefined;
  if (order.state === 'refused') refuse('$.return', 'it was refused', '退货已被拒绝');
  const { orderDate } = before.content;
  if (receipt.date < orderDate)
    refuse('$.date', `it is before the order date ${orderDate}`, `早于订单日期 ${orderDate}`);
  const came = receipt.lines ?? order.lines;
  const lines = order.lines
    .map((line) => ({
      ...line,
      quantity: sumQuantities(came.filter(({ lineId }) => lineId === line.lineId).map(({ quantity }) => quantity)),
    }))
    .filter(({ quantity }) => !isNone(quantity));
  for (const [at, { lineId, quantity }] of came.entries()) {
    const line = order.lines.find((candidate) => candidate.lineId === lineId);
    const sum = lines.find((candidate) => candidate.lineId === lineId)?.quantity ?? '0';
    if (line === undefined)
      return refuse(`$.lines[${at}].lineId`, `it has no line ${lineId}`, `退货单没有行 ${lineId}`);
    if ((readQuantity(quantity) ?? 0n) <= 0n)
      refuse(`$.lines[${at}].quantity`, 'it must be above zero', '数量必须大于零');
    if (!isNone(restQuantity(sum, line.quantity)))
      refuse(`$.lines[${at}].quantity`, `only ${line.quantity} were announced`, `仅申报了 ${line.quantity}`);
  }
  const moved = lines.reduce((now, { lineId, quantity }) => moveUnits(now, returnUnits, lineId, quantity), before);
  const state = follow(withReturn(moved, { ...order, state: 'received', lines }));
  const units = lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
  return { state, events: [{ type: 'order.returned', data: { returnId: number, date: receipt.date, lines: units } }] };
}

/** The seller does not take the units back. Undefined when it was refused before. @throws HubError RETURN_REFUSED */
export function refuseReturn(before: FulfilmentState, number: string, reason: string): Outcome | undefined {
  const order = find(before, number);
  if (order.state === 'refused') return undefined;
  if (order.state === 'received') refusal(before)('$.return', 'it was received already', '退货已收到');
  const state = withReturn(before, { ...order, state: 'refused' });
  return { state, events: [{ type: 'return.refused', data: { returnId: number, reason } }] };
}
