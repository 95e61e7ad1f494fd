import Type, { type Static } from 'typebox';

/** Decimal text, at most 15 digits before and 8 after the point. Money and quantities never travel as floats. */
export const DecimalText = Type.String({ pattern: '^-?\\d{1,15}(\\.\\d{1,8})?$', examples: ['1234.50'] });
/** A business date in the seller's zone, without time. */
export const DateText = Type.String({ format: 'date', examples: ['2026-11-18'] });
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const closed = { additionalProperties: false };

export const LINE_KINDS = [
  'hardware',
  'licence',
  'subscription',
  'service',
  'training',
  'maintenance',
  'usage',
] as const;
export type LineKind = (typeof LINE_KINDS)[number];

const Address = Type.Object(
  {
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    region: Type.Optional(Text(80)),
    city: Type.Optional(Text(80)),
    street: Type.Optional(Text(255)),
    postalCode: Type.Optional(Text(20)),
    contact: Type.Optional(Text(80)),
    phone: Type.Optional(Text(40)),
  },
  closed,
);

const Party = Type.Object(
  {
    code: Text(64),
    name: Text(255),
    taxNumber: Type.Optional(Text(40)),
    level: Type.Optional(Text(20)),
    email: Type.Optional(Type.String({ format: 'email' })),
    phone: Type.Optional(Text(40)),
  },
  closed,
);

const Discount = Type.Object(
  {
    name: Text(80),
    /** Percent of the list price, 0 to 100. */
    percent: DecimalText,
    approvedBy: Type.Optional(Text(80)),
  },
  closed,
);

export const OrderLineInput = Type.Object(
  {
    /** The source's own id of the line; unique in the order. The hub's `lineId` is bound to it for good. */
    ref: Text(64),
    /** SKU of the catalogue. */
    product: Text(64),
    description: Type.Optional(Text(255)),
    quantity: DecimalText,
    /** Per unit, before discount; without VAT unless `taxIncluded`. */
    listPrice: Type.Optional(DecimalText),
    /** Per unit, after discount; without VAT unless `taxIncluded`. */
    unitPrice: DecimalText,
    discounts: Type.Optional(Type.Array(Discount, { maxItems: 20 })),
    /** A fraction: `"0.13"` is 13 %. */
    taxRate: DecimalText,
    taxIncluded: Type.Optional(Type.Boolean()),
    /** What the source says; checked against the hub's own computation, never trusted. */
    netAmount: Type.Optional(DecimalText),
    taxAmount: Type.Optional(DecimalText),
    grossAmount: Type.Optional(DecimalText),
    /** First and last day of a term (both inclusive). */
    termStart: Type.Optional(DateText),
    termEnd: Type.Optional(DateText),
    deliveryDate: Type.Optional(DateText),
    /** `ref` of the bundle line this one belongs to. */
    parent: Type.Optional(Text(64)),
    options: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 255 }))),
  },
  closed,
);
export type OrderLineInput = Static<typeof OrderLineInput>;

/** The canonical order as it enters the hub: what every inbound mapping yields and what `POST /api/v1/orders` takes. */
export const OrderInput = Type.Object(
  {
    schema: Type.Literal('order/v1'),
    orderDate: DateText,
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    customer: Party,
    endCustomer: Type.Optional(Party),
    billTo: Type.Optional(Address),
    shipTo: Type.Optional(Address),
    /** Selling organisation; the default of the installation when absent. */
    seller: Type.Optional(Text(40)),
    region: Type.Optional(Text(40)),
    channel: Type.Optional(Text(40)),
    salesTeam: Type.Optional(Text(40)),
    /** The sales person: employee code and name. */
    owner: Type.Optional(Type.Object({ code: Text(40), name: Text(80) }, closed)),
    opportunity: Type.Optional(Text(64)),
    contractNumber: Type.Optional(Text(64)),
    poNumber: Type.Optional(Text(64)),
    paymentTermsDays: Type.Optional(Type.Integer({ minimum: 0, maximum: 365 })),
    requestedDate: Type.Optional(DateText),
    note: Type.Optional(Text(2000)),
    lines: Type.Array(OrderLineInput, { minItems: 1, maxItems: 1000 }),
    /** What the source says the sums are; checked, never trusted. */
    totals: Type.Optional(
      Type.Object(
        { net: Type.Optional(DecimalText), tax: Type.Optional(DecimalText), gross: Type.Optional(DecimalText) },
        closed,
      ),
    ),
    custom: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 1000 }))),
  },
  { ...closed, $id: 'order/v1' },
);
export type OrderInput = Static<typeof OrderInput>;
