import { HubError } from '../errors/hub-error.js';
import { complete } from './deliver.js';
import { follow, moveUnits } from './follow.js';
import { type FulfilmentState, nextNumber, type Outcome, type Shipment, type Units } from './fulfilment.js';
import { giveBack, takeReady } from './hand-over.js';
import { addQuantity, isNone, readQuantity, release, restQuantity } from './quantity.js';
import { isLiveShipment, told } from './ready.js';
import type { ShipmentReport } from './reports.js';

/**
 * Makes one shipment of what the steps still have to ship: open units go into fulfilment. Undefined when nothing is left
 * to ask for, so that planning twice ships once. A step that is not ready has no units.
 * @throws HubError PLAN_STEP_REFUSED for a step that is no `ship` step, ORDER_MOVE_REFUSED (held, not accepted)
 */
export function planShipment(before: FulfilmentState, stepIds: readonly string[]): Outcome | undefined {
  const lines = takeReady(before, 'ship', stepIds);
  if (lines.length === 0) return undefined;
  const number = nextNumber(before.orderNumber, 'D', before.shipments);
  const shipment: Shipment = {
    number,
    state: 'planned',
    lines: lines.map((line) => ({ ...line, shipped: '0' })),
    parcels: [],
    reports: [],
  };
  const moved = lines.reduce((now, { lineId, quantity }) => moveUnits(now, release, lineId, quantity), before);
  const after = follow({ ...moved, shipments: [...before.shipments, shipment] });
  return { state: after, events: [{ type: 'shipment.planned', data: { shipment: number, lines } }] };
}

const withShipment = (state: FulfilmentState, changed: Shipment): FulfilmentState => ({
  ...state,
  shipments: state.shipments.map((shipment) => (shipment.number === changed.number ? changed : shipment)),
});

const restsOf = (shipment: Shipment): Units[] =>
  shipment.lines.map(({ lineId, quantity, shipped }) => ({ lineId, quantity: restQuantity(quantity, shipped) }));

/**
 * Ends a shipment that will not be carried out: its rest is open again. Nobody is told that its steps are ready: whoever
 * reacts to the event decides whether to ship anew. Undefined when it had ended before.
 * @throws HubError REPORT_REFUSED for an unknown shipment.
 */
export function shipmentCancelled(
  before: FulfilmentState,
  number: string,
  how: { readonly as?: 'cancelled' | 'rejected'; readonly reason?: string; readonly report?: string } = {},
): Outcome | undefined {
  const shipment = before.shipments.find((candidate) => candidate.number === number);
  if (shipment === undefined)
    return refusal(before)('$.shipment', `there is no shipment ${number}`, `没有发货单 ${number}`);
  if (!isLiveShipment(shipment)) return undefined;
  const { as = 'cancelled', reason, report } = how;
  const why = reason === undefined ? {} : { reason };
  const reports = report === undefined ? shipment.reports : [...shipment.reports, report];
  const ended = withShipment(giveBack(before, restsOf(shipment)), { ...shipment, state: as, reports, ...why });
  return { state: follow(ended), events: [{ type: `shipment.${as}`, data: { shipment: number, ...why } }] };
}

type Refuse = (path: string, why: string, whyZh: string) => never;
const refusal =
  ({ orderNumber: order }: FulfilmentState): Refuse =>
  (path, why, whyZh) => {
    throw new HubError('REPORT_REFUSED', { order, path, why, whyZh });
  };

/** The shipment's lines with what the report says is shipped on top. */
function countShipped(shipment: Shipment, report: ShipmentReport, refuse: Refuse): Shipment['lines'] {
  let lines = shipment.lines;
  for (const [at, { lineNo, product, quantity }] of report.lines.entries()) {
    const path = `$.lines[${at}]`;
    const line = lines.find((candidate) => candidate.lineNo === lineNo);
    if (line === undefined) return refuse(`${path}.lineNo`, `it has no line ${lineNo}`, `发货单没有第 ${lineNo} 行`);
    if (line.product !== product)
      return refuse(`${path}.product`, `line ${lineNo} is ${line.product}`, `第 ${lineNo} 行为 ${line.product}`);
    if ((readQuantity(quantity) ?? 0n) <= 0n)
      return refuse(`${path}.quantity`, 'it must be above zero', '数量必须大于零');
    const rest = restQuantity(line.quantity, line.shipped);
    if (!isNone(restQuantity(quantity, rest)))
      return refuse(`${path}.quantity`, `only ${rest} are left to ship`, `仅剩 ${rest} 待发货`);
    lines = lines.map((other) => (other === line ? { ...line, shipped: addQuantity(line.shipped, quantity) } : other));
  }
  return lines;
}

function shipped(before: FulfilmentState, shipment: Shipment, report: ShipmentReport, refuse: Refuse): Outcome {
  const { number } = shipment;
  const lines = countShipped(shipment, report, refuse);
  if (lines.every((line) => isNone(line.shipped))) refuse('$.lines', 'nothing is shipped', '没有已发货数量');
  const all = lines.every((line) => isNone(restQuantity(line.quantity, line.shipped)));
  const final = report.state === 'shipped' || all;
  const parcels = (report.parcels ?? []).map(({ carrier, tracking }) => ({ carrier, tracking, report: report.report }));
  const changed: Shipment = {
    ...shipment,
    state: final ? 'shipped' : 'part-shipped',
    lines,
    parcels: [...shipment.parcels, ...parcels],
    reports: [...shipment.reports, report.report],
  };
  const marks = report.lines.map(({ lineNo, quantity }) => ({
    lineId: lines.find((line) => line.lineNo === lineNo)?.lineId ?? '',
    action: 'ship' as const,
    quantity,
  }));
  const proof = { kind: 'report', id: `${number}.${report.report}`, date: report.date } as const;
  const [first] = parcels;
  const carriage = first === undefined ? {} : { carrier: first.carrier, tracking: first.tracking, parcels };
  const done = complete(withShipment(before, changed), marks, proof, carriage);
  const state = final ? follow(giveBack(done.state, restsOf(changed))) : done.state;
  const data = { shipment: number, report: report.report, date: report.date, lines: report.lines, parcels };
  const delivered = done.events.filter(({ type }) => type !== 'fulfilment.ready');
  return told(before, state, [{ type: `shipment.${changed.state}`, data }, ...delivered]);
}

/**
 * Takes what a warehouse says about a shipment. Shipped units complete the ship steps, and are delivered when that passes
 * control. A final report of less than was planned puts the rest back. Undefined when it was taken before.
 * @throws HubError REPORT_REFUSED for an unknown shipment, line or product, for more than planned, and after its end.
 */
export function applyShipmentReport(before: FulfilmentState, report: ShipmentReport): Outcome | undefined {
  const refuse = refusal(before);
  const shipment = before.shipments.find(({ number }) => number === report.shipment);
  if (shipment === undefined)
    return refuse('$.shipment', `there is no shipment ${report.shipment}`, `没有发货单 ${report.shipment}`);
  if (shipment.reports.includes(report.report)) return undefined;
  if (!isLiveShipment(shipment))
    refuse('$.state', `the shipment is ${shipment.state}`, `发货单状态为 ${shipment.state}`);
  const { orderDate } = before.content;
  if (report.date < orderDate)
    refuse('$.date', `it is before the order date ${orderDate}`, `早于订单日期 ${orderDate}`);
  const reason = report.reason === undefined ? {} : { reason: report.reason };
  switch (report.state) {
    case 'part-shipped':
    case 'shipped':
      try {
        return shipped(before, shipment, report, refuse);
      } catch (error) {
        if (!(error instanceof HubError) || error.code !== 'QUANTITY_REFUSED') throw error;
        return refuse('$.lines', error.message, String(error.facts['whyZh'] ?? error.message));
      }
    case 'cancelled':
    case 'rejected':
      return shipmentCancelled(before, shipment.number, { as: report.state, report: report.report, ...reason });
    case 'accepted':
    case 'exception': {
      const reports = [...shipment.reports, report.report];
      const accepted = report.state === 'accepted' && shipment.state === 'planned';
      const changed: Shipment = { ...shipment, ...reason, reports, state: accepted ? 'accepted' : shipment.state };
      const data = { shipment: shipment.number, report: report.report, date: report.date, ...reason };
      return { state: withShipment(before, changed), events: [{ type: `shipment.${report.state}`, data }] };
    }
  }
}
