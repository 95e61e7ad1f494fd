import Type, { type Static } from 'typebox';
import { writeMoney } from './money.js';
import type { AxisStates, OrderContent, OrderLine } from './order.js';
import { type Carried, presentedFulfilment, presentFulfilment } from './present-fulfilment.js';
import { effectiveQuantity } from './quantity.js';
import { DateText, DecimalText, LINE_KINDS, OrderInput, OrderLineInput } from './schema.js';
import { STATE_WORDS } from './words.js';

const states = (axis: keyof AxisStates) => Type.Enum(Object.keys(STATE_WORDS[axis]));
const Quantity = DecimalText;

const PresentedLine = Type.Object({
  lineId: Type.String(),
  lineNo: Type.Integer({ minimum: 1 }),
  ref: Type.String(),
  product: Type.String(),
  name: Type.String(),
  nameZh: Type.String(),
  description: OrderLineInput.properties.description,
  kind: Type.Enum([...LINE_KINDS]),
  unit: Type.String(),
  /** All that was ordered, cancelled units too. */
  quantity: Quantity,
  /** What is still to be had: less what was cancelled. Seats that ended early count as returned. */
  effectiveQuantity: Quantity,
  listPrice: OrderLineInput.properties.listPrice,
  unitPrice: DecimalText,
  taxRate: DecimalText,
  taxIncluded: OrderLineInput.properties.taxIncluded,
  discounts: OrderLineInput.properties.discounts,
  list: DecimalText,
  net: DecimalText,
  tax: DecimalText,
  gross: DecimalText,
  termStart: Type.Optional(DateText),
  termEnd: Type.Optional(DateText),
  deliveryDate: Type.Optional(DateText),
  parent: OrderLineInput.properties.parent,
  options: OrderLineInput.properties.options,
  customHardware: Type.Boolean(),
  quantities: Type.Object({
    open: Quantity,
    frozen: Quantity,
    inFulfilment: Quantity,
    delivered: Quantity,
    cancelled: Quantity,
    returned: Quantity,
  }),
});

const { lines: _lines, totals: _totals, seller: _seller, ...header } = OrderInput.properties;

/** An order as the API, mappings and rules see it: plain JSON, money as decimal text in the order's currency. */
export const PresentedOrder = Type.Object(
  {
    orderId: Type.String(),
    orderNumber: Type.String(),
    revision: Type.Integer({ minimum: 1 }),
    ...header,
    seller: Type.String(),
    states: Type.Object({
      commercial: states('commercial'),
      fulfilment: states('fulfilment'),
      billing: states('billing'),
      payment: states('payment'),
      revenue: states('revenue'),
    }),
    net: DecimalText,
    tax: DecimalText,
    gross: DecimalText,
    /** In the base currency at the order date's rate; absent without a rate. */
    baseGross: Type.Optional(DecimalText),
    baseCurrency: Type.String(),
    rate: Type.Optional(DecimalText),
    lines: Type.Array(PresentedLine),
    ...presentedFulfilment,
  },
  { $id: 'presented-order/v1' },
);
export type PresentedOrder = Static<typeof PresentedOrder>;
export type PresentedLine = Static<typeof PresentedLine>;

export interface PresentableOrder {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly revision: number;
  readonly states: AxisStates;
  readonly content: OrderContent;
  /** Absent before there is a plan. */
  readonly carried?: Carried;
}

const NOTHING_YET: Carried = { plan: [], shipments: [], subscriptions: [], returns: [], amendments: [] };

function presentLine(line: OrderLine, currency: string): PresentedLine {
  const { listMinor, netMinor, taxMinor, grossMinor, ...plain } = line;
  return {
    ...plain,
    effectiveQuantity: effectiveQuantity(line),
    quantities: { ...line.quantities },
    list: writeMoney(listMinor, currency),
    net: writeMoney(netMinor, currency),
    tax: writeMoney(taxMinor, currency),
    gross: writeMoney(grossMinor, currency),
  };
}

export function presentOrder(order: PresentableOrder): PresentedOrder {
  const { orderId, orderNumber, revision, states, content, carried = NOTHING_YET } = order;
  const { lines, netMinor, taxMinor, grossMinor, baseGrossMinor, ...plain } = content;
  const { currency, baseCurrency } = content;
  return {
    ...plain,
    orderId,
    orderNumber,
    revision,
    states: { ...states },
    net: writeMoney(netMinor, currency),
    tax: writeMoney(taxMinor, currency),
    gross: writeMoney(grossMinor, currency),
    ...(baseGrossMinor === undefined ? {} : { baseGross: writeMoney(baseGrossMinor, baseCurrency) }),
    lines: lines.map((line) => presentLine(line, currency)),
    ...presentFulfilment(carried),
  };
}
