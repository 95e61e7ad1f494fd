import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import Type, { type Static } from 'typebox';
import { HubError } from '../errors/hub-error.js';
import { deriveFulfilment, moveAxis } from '../order/axes.js';
import type { OrderLine } from '../order/order.js';
import { deliver } from '../order/quantity.js';
import { DateText, DecimalText } from '../order/schema.js';
import type { ActorStamp, OrderDoc } from '../store/models/order.js';
import { moveFacts } from '../store/move-facts.js';
import type { OrderChange, OrderRepository } from '../store/order-repository.js';

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

export function readDelivery(body: unknown): DeliveryReport {
  if (isReport(body)) return body;
  const [first] = isReport.errors ?? [];
  const path = `$${(first?.instancePath ?? '').replace(/\/(\d+)/g, '[$1]').replace(/\//g, '.')}`;
  throw new HubError('DELIVERY_INVALID', { path, why: first?.message ?? 'it cannot be read' });
}

const refuse = (path: string, why: string): never => {
  throw new HubError('DELIVERY_INVALID', { path, why });
};

function deliverLines(doc: OrderDoc, report: DeliveryReport): OrderLine[] {
  const lines = doc.content.lines.map((line) => ({ ...line }));
  for (const [i, { lineId, quantity }] of report.lines.entries()) {
    const line = lines.find((candidate) => candidate.lineId === lineId);
    if (line === undefined) return refuse(`$.lines[${i}].lineId`, `the order has no line ${lineId}`);
    try {
      line.quantities = deliver(line.quantities, quantity, lineId);
    } catch (error) {
      refuse(`$.lines[${i}].quantity`, error instanceof Error ? error.message : String(error));
    }
  }
  return lines;
}

/**
 * What a delivery makes of an order; undefined when it was applied before.
 * @throws HubError DELIVERY_INVALID, ORDER_MOVE_REFUSED (not accepted, held)
 */
export function deliveryChange(doc: OrderDoc, report: DeliveryReport): OrderChange | undefined {
  if (doc.deliveries.includes(report.deliveryId)) return undefined;
  if (report.date < doc.content.orderDate) refuse('$.date', `it is before the order date ${doc.content.orderDate}`);
  const lines = deliverLines(doc, report);
  const changed = { ...doc, content: { ...doc.content, lines } };
  const to = deriveFulfilment(lines);
  const states = to === doc.states.fulfilment ? doc.states : moveAxis(doc.states, 'fulfilment', to, moveFacts(changed));
  const { deliveryId, date, carrier, tracking } = report;
  const parcel = { ...(carrier === undefined ? {} : { carrier }), ...(tracking === undefined ? {} : { tracking }) };
  return {
    set: { content: changed.content, states, deliveries: [...doc.deliveries, deliveryId] },
    events: [{ type: 'order.delivered', data: { deliveryId, date, lines: report.lines, ...parcel } }],
  };
}

/** Applies a delivery to its order, once. */
export const deliveryApplier =
  (orders: OrderRepository) =>
  async (orderId: string, report: DeliveryReport, actor: ActorStamp): Promise<'mapped' | 'unchanged'> => {
    let applied = false;
    await orders.change(orderId, actor, (doc) => {
      const change = deliveryChange(doc, report);
      applied = change !== undefined;
      return change;
    });
    return applied ? 'mapped' : 'unchanged';
  };
