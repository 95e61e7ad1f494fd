import Type, { type Static } from 'typebox';
import { DateText, DecimalText, LINE_KINDS } from '../order/schema.js';

const closed = { additionalProperties: false };
const Code = Type.String({ pattern: '^[A-Z0-9][A-Z0-9-]{1,39}$' });
const Name = Type.Object(
  { en: Type.String({ minLength: 1, maxLength: 120 }), zh: Type.String({ minLength: 1, maxLength: 120 }) },
  closed,
);
const Currency = Type.String({ pattern: '^[A-Z]{3}$' });

export const UNITS = ['Pcs', 'Set', 'User', 'Day', 'Session', 'Year'] as const;

export const Product = Type.Object(
  {
    sku: Code,
    name: Name,
    kind: Type.Enum([...LINE_KINDS]),
    unit: Type.Enum([...UNITS]),
    taxCategory: Code,
    /** The usual rate as a fraction; one of the rates of its tax category. */
    taxRate: DecimalText,
    /** By currency, per unit, without VAT (IFRS 15.77: the price at which it is sold separately). */
    standAloneSellingPrice: Type.Record(Currency, DecimalText),
    /** What that price buys: a unit once and for all, or a unit for one year of the line's term. */
    pricedPer: Type.Enum(['unit', 'unit-year']),
    /** A named plan of fulfilment-plans.json; the plan of its kind when absent. */
    plan: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    /** Built to order: asks for an engineering review before it is accepted. */
    customHardware: Type.Boolean(),
    /** False: kept for old orders, refused on new ones. */
    active: Type.Boolean(),
  },
  closed,
);
export type Product = Static<typeof Product>;

export const TaxCategory = Type.Object(
  {
    code: Code,
    name: Name,
    /** Every rate an order line of this category may carry, as fractions. */
    rates: Type.Array(DecimalText, { minItems: 1 }),
  },
  closed,
);
export type TaxCategory = Static<typeof TaxCategory>;

export const ExchangeRates = Type.Object(
  {
    baseCurrency: Currency,
    /** `rate` is units of the base currency for one unit of `currency`, from `validFrom` until the next entry. */
    rates: Type.Array(Type.Object({ currency: Currency, validFrom: DateText, rate: DecimalText }, closed)),
  },
  closed,
);
export type ExchangeRates = Static<typeof ExchangeRates>;
