import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import Type, { type Static, type TSchema } from 'typebox';
import { jsonPath } from '../errors/ajv-issues.js';
import { HubError } from '../errors/hub-error.js';
import { DateText, DecimalText } from './schema.js';

const closed = { additionalProperties: false };
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const list = <T extends TSchema>(item: T) => Type.Array(item, { maxItems: 1000 });
/** `lineNo` of the order line. */
const LineNo = Type.Integer({ minimum: 1, maximum: 1000 });

/** What a warehouse says about one shipment of ours. Quantities are those of this report alone, never running totals. */
export const ShipmentReport = Type.Object(
  {
    schema: Type.Literal('shipment/v1'),
    /** The number the hub gave the shipment. */
    shipment: text(64),
    /** Chosen by the reporter, unique in the order: the same id again changes nothing. */
    report: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    date: DateText,
    /** `cancelled` and `rejected` give back what was not shipped; `exception` asks a person. */
    state: Type.Union([
      Type.Literal('accepted'),
      Type.Literal('part-shipped'),
      Type.Literal('shipped'),
      Type.Literal('cancelled'),
      Type.Literal('rejected'),
      Type.Literal('exception'),
    ]),
    lines: list(Type.Object({ lineNo: LineNo, product: text(64), quantity: DecimalText }, closed)),
    parcels: Type.Optional(
      list(
        Type.Object(
          {
            carrier: text(80),
            tracking: text(120),
            lines: Type.Optional(list(Type.Object({ product: text(64), quantity: DecimalText }, closed))),
          },
          closed,
        ),
      ),
    ),
    reason: Type.Optional(text(500)),
  },
  { ...closed, $id: 'shipment/v1' },
);
export type ShipmentReport = Static<typeof ShipmentReport>;

/** What a subscription system says about one subscription of ours. */
export const SubscriptionReport = Type.Object(
  {
    schema: Type.Literal('subscription/v1'),
    /** The number the hub gave the subscription. */
    subscription: text(64),
    report: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    date: DateText,
    state: Type.Union([
      Type.Literal('pending'),
      Type.Literal('active'),
      Type.Literal('suspended'),
      Type.Literal('cancelled'),
      Type.Literal('expired'),
    ]),
    /** Seats as they stand there now, by line; absent when the message tells the state alone. */
    lines: Type.Optional(list(Type.Object({ lineNo: LineNo, quantity: DecimalText }, closed))),
  },
  { ...closed, $id: 'subscription/v1' },
);
export type SubscriptionReport = Static<typeof SubscriptionReport>;

/** An invoice or a credit note that another system issued for lines of ours. */
export const InvoiceReport = Type.Object(
  {
    schema: Type.Literal('invoice/v1'),
    invoice: text(64),
    kind: Type.Union([Type.Literal('invoice'), Type.Literal('credit')]),
    date: DateText,
    dueDate: Type.Optional(DateText),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    /** Without VAT, and the VAT; positive in a credit note too. */
    lines: Type.Array(
      Type.Object(
        {
          lineNo: LineNo,
          net: DecimalText,
          tax: DecimalText,
          from: Type.Optional(DateText),
          to: Type.Optional(DateText),
        },
        closed,
      ),
      { minItems: 1, maxItems: 1000 },
    ),
  },
  { ...closed, $id: 'invoice/v1' },
);
export type InvoiceReport = Static<typeof InvoiceReport>;

/** Goods of ours that came back to a warehouse, and in which condition. Quantities are those of this report alone. */
export const ReturnReport = Type.Object(
  {
    schema: Type.Literal('return/v1'),
    /** The number the hub gave the return. */
    return: text(64),
    report: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    date: DateText,
    lines: list(
      Type.Object(
        {
          lineNo: LineNo,
          product: text(64),
          quantity: DecimalText,
          condition: Type.Union([Type.Literal('good'), Type.Literal('damaged')]),
        },
        closed,
      ),
    ),
  },
  { ...closed, $id: 'return/v1' },
);
export type ReturnReport = Static<typeof ReturnReport>;

export type Report = ShipmentReport | SubscriptionReport | InvoiceReport | ReturnReport;

const ajv = new Ajv({ allErrors: true });
addFormats.default(ajv);
const CHECKS = {
  'shipment/v1': ajv.compile<ShipmentReport>(ShipmentReport),
  'subscription/v1': ajv.compile<SubscriptionReport>(SubscriptionReport),
  'invoice/v1': ajv.compile<InvoiceReport>(InvoiceReport),
  'return/v1': ajv.compile<ReturnReport>(ReturnReport),
} as const;

const schemaOf = (body: unknown): string => String((body as { schema?: unknown } | null)?.schema ?? '');
const isKnown = (schema: string): schema is keyof typeof CHECKS => Object.hasOwn(CHECKS, schema);

/** True for what a mapping made of a message about an order that is there already. */
export const isReport = (body: unknown): boolean => isKnown(schemaOf(body));

/** @throws HubError REPORT_INVALID with the first fault's path. */
export function readReport(body: unknown): Report {
  const schema = schemaOf(body);
  if (!isKnown(schema)) throw new HubError('REPORT_INVALID', { path: '$.schema', why: `"${schema}" is not known` });
  const check = CHECKS[schema];
  if (check(body)) return body;
  const [first] = check.errors ?? [];
  const path = jsonPath(first?.instancePath ?? '');
  throw new HubError('REPORT_INVALID', { path, why: first?.message ?? 'it cannot be read' });
}
