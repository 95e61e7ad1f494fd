import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import Type, { type Static } from 'typebox';
import { jsonPath } from '../errors/ajv-issues.js';
import { HubError } from '../errors/hub-error.js';
import { follow, moveUnits } from './follow.js';
import type { Evidence, FulfilmentState, OrderEvent, Outcome, Shipment, Units } from './fulfilment.js';
import { advance, type Mark } from './plan.js';
import { deliver } from './quantity.js';
import { told } from './ready.js';
import { DateText, DecimalText } from './schema.js';

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

/** A delivery as it is reported: what of which line passed to the customer on which day. */
export const DeliveryReport = Type.Object(
  {
    /** Chosen by the reporter, unique in the order: the same id again changes nothing. */
    deliveryId: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    date: DateText,
    lines: Type.Array(Type.Object({ lineId: text(40), quantity: DecimalText }, { additionalProperties: false }), {
      minItems: 1,
      maxItems: 1000,
    }),
    carrier: Type.Optional(text(80)),
    tracking: Type.Optional(text(120)),
  },
  { additionalProperties: false },
);
export type DeliveryReport = Static<typeof DeliveryReport>;

const ajv = new Ajv({ allErrors: true });
addFormats.default(ajv);
const isReport = ajv.compile<DeliveryReport>(DeliveryReport);

/** @throws HubError DELIVERY_INVALID with the first fault's path. */
export function readDelivery(body: unknown): DeliveryReport {
  if (isReport(body)) return body;
  const [first] = isReport.errors ?? [];
  const path = jsonPath(first?.instancePath ?? '');
  throw new HubError('DELIVERY_INVALID', { path, why: first?.message ?? 'it cannot be read' });
}

/** What brought the units, for the event. */
export interface Carriage {
  readonly carrier?: string;
  readonly tracking?: string;
  readonly parcels?: Shipment['parcels'];
}

export interface Delivery extends Carriage {
  /** Unique in the order. */
  readonly deliveryId: string;
  readonly date: string;
  readonly lines: readonly Units[];
}

/** Units become the customer's; their plan steps are the caller's. @throws HubError QUANTITY_REFUSED naming the line */
function passControl(state: FulfilmentState, delivery: Delivery): { state: FulfilmentState; event: OrderEvent } {
  const moved = delivery.lines.reduce((now, { lineId, quantity }) => moveUnits(now, deliver, lineId, quantity), state);
  return {
    state: { ...moved, deliveries: [...state.deliveries, delivery.deliveryId] },
    event: { type: 'order.delivered', data: { ...delivery, lines: [...delivery.lines] } },
  };
}

/** What is done, and the proof of it. `id` becomes the delivery's when units pass to the customer. */
export type Proof = Omit<Evidence, 'quantity'>;

/**
 * Marks steps as done, delivers the units of those that pass control, and releases what waited. The caller has
 * made sure that the proof is new.
 * @throws HubError QUANTITY_REFUSED, ORDER_MOVE_REFUSED
 */
export function complete(
  before: FulfilmentState,
  marks: readonly Mark[],
  proof: Proof,
  carriage: Carriage = {},
): Outcome {
  const plan = marks.reduce((steps, mark) => advance(steps, mark, proof), [...before.plan]);
  const marked = { ...before, plan };
  const passing = marks.filter((mark) =>
    before.plan.some((s) => s.passesControl && s.lineId === mark.lineId && s.action === mark.action),
  );
  if (passing.length === 0) return told(before, follow(marked));
  const lines = passing.map(({ lineId, quantity }) => ({ lineId, quantity }));
  const { state, event } = passControl(marked, { deliveryId: proof.id, date: proof.date, lines, ...carriage });
  return told(before, follow(state), [event]);
}

const refuse = (path: string, why: string, whyZh: string): never => {
  throw new HubError('DELIVERY_INVALID', { path, why, whyZh });
};

/**
 * A delivery that somebody reports: it completes the step that passes control, and what should have come before, even
 * when the plan did not expect it yet. Undefined when it was applied before.
 * @throws HubError DELIVERY_INVALID, ORDER_MOVE_REFUSED (not accepted)
 */
export function applyDelivery(before: FulfilmentState, report: DeliveryReport): Outcome | undefined {
  const { deliveryId, date, carrier, tracking } = report;
  const { orderDate, lines } = before.content;
  if (before.deliveries.includes(deliveryId)) return undefined;
  if (date < orderDate) refuse('$.date', `it is before the order date ${orderDate}`, `早于订单日期 ${orderDate}`);
  let after = before;
  for (const [at, { lineId, quantity }] of report.lines.entries()) {
    const line = lines.find((candidate) => candidate.lineId === lineId);
    if (line === undefined)
      return refuse(`$.lines[${at}].lineId`, `the order has no line ${lineId}`, `订单没有行 ${lineId}`);
    try {
      after = moveUnits(after, deliver, lineId, quantity);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const whyZh = error instanceof HubError ? String(error.facts['whyZh'] ?? why) : why;
      refuse(`$.lines[${at}].quantity`, why, whyZh);
    }
    const step = before.plan.find((candidate) => candidate.lineId === lineId && candidate.passesControl);
    if (step === undefined) continue;
    const proof = { kind: 'delivery', id: deliveryId, date } as const;
    after = { ...after, plan: advance(after.plan, { lineId, action: step.action, quantity }, proof) };
  }
  const parcel = { ...(carrier === undefined ? {} : { carrier }), ...(tracking === undefined ? {} : { tracking }) };
  const event = { type: 'order.delivered', data: { deliveryId, date, lines: report.lines, ...parcel } };
  return told(before, follow({ ...after, deliveries: [...before.deliveries, deliveryId] }), [event]);
}
