import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };
const text = (maxLength = 50) => Type.String({ minLength: 1, maxLength });
const Time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$' });
const Amount = Type.String({ pattern: '^\\d{1,16}(\\.\\d{1,2})?$' });
/** The warehouse counts whole pieces. */
const Count = Type.String({ pattern: '^[1-9]\\d{0,8}$' });

const Address = Type.Object(
  {
    company: Type.Optional(text(200)),
    name: text(200),
    zipCode: Type.Optional(text(20)),
    tel: Type.Optional(text(40)),
    mobile: text(40),
    email: Type.Optional(text(100)),
    countryCode: Type.Optional(text(10)),
    province: text(100),
    city: text(100),
    area: Type.Optional(text(100)),
    town: Type.Optional(text(100)),
    detailAddress: text(200),
  },
  closed,
);

/** Kinds of stock: good, damaged, damaged by machine, box damaged. */
const InventoryType = Type.Enum(['ZP', 'CC', 'JS', 'XS']);

const line = {
  orderLineNo: text(),
  sourceOrderCode: Type.Optional(text()),
  ownerCode: text(),
  itemCode: text(),
  inventoryType: Type.Optional(InventoryType),
};
const lines = <T extends Parameters<typeof Type.Object>[0]>(more: T) =>
  Type.Object(
    { orderLine: Type.Array(Type.Object({ ...line, ...more }, closed), { minItems: 1, maxItems: 1000 }) },
    closed,
  );

/** Body of `deliveryorder.create` under `request`, all values as text. */
export const DeliveryOrderPayload = Type.Object(
  {
    deliveryOrder: Type.Object(
      {
        deliveryOrderCode: text(),
        orderType: Type.Enum(['JYCK', 'HHCK', 'BFCK', 'QTCK']),
        warehouseCode: text(),
        sourcePlatformCode: Type.Optional(text()),
        createTime: Time,
        placeOrderTime: Time,
        operateTime: Time,
        shopNick: text(200),
        buyerNick: Type.Optional(text(200)),
        logisticsCode: text(),
        senderInfo: Address,
        receiverInfo: Address,
        isUrgency: Type.Optional(Type.Enum(['Y', 'N'])),
        remark: Type.Optional(text(500)),
      },
      closed,
    ),
    orderLines: lines({
      itemName: Type.Optional(text(200)),
      planQty: Count,
      retailPrice: Type.Optional(Amount),
      actualPrice: Amount,
    }),
  },
  closed,
);
export type DeliveryOrderPayload = Static<typeof DeliveryOrderPayload>;

/** Body of `returnorder.create` under `request`, all values as text. */
export const ReturnOrderPayload = Type.Object(
  {
    returnOrder: Type.Object(
      {
        returnOrderCode: text(),
        warehouseCode: text(),
        orderType: Type.Enum(['THRK', 'HHRK']),
        preDeliveryOrderCode: text(),
        logisticsCode: text(),
        expressCode: Type.Optional(text()),
        returnReason: Type.Optional(text(200)),
        buyerNick: Type.Optional(text(200)),
        senderInfo: Address,
        remark: Type.Optional(text(500)),
      },
      closed,
    ),
    orderLines: lines({ planQty: Count }),
  },
  closed,
);
export type ReturnOrderPayload = Static<typeof ReturnOrderPayload>;

/** Why a delivery order is to be cancelled; its code is the effect's business key. */
export const CancelPayload = Type.Object(
  {
    orderType: Type.Optional(Type.Enum(['JYCK', 'HHCK', 'BFCK', 'QTCK'])),
    cancelReason: Type.Optional(text(500)),
  },
  closed,
);

/** Which items to count: all kinds of stock unless one is named. */
export const StockQuestion = Type.Object(
  {
    items: Type.Array(text(), { minItems: 1, maxItems: 100, uniqueItems: true }),
    inventoryType: Type.Optional(InventoryType),
  },
  closed,
);
export type StockQuestion = Static<typeof StockQuestion>;

const Pieces = Type.String({ pattern: '^-?\\d{1,15}(\\.\\d{1,4})?$' });
/** `quantity` may still be promised; `locked` is promised and not yet shipped. An item nobody knows is not listed. */
export const StockAnswer = Type.Object(
  {
    items: Type.Array(
      Type.Object({ itemCode: text(), inventoryType: InventoryType, quantity: Pieces, locked: Pieces }, closed),
    ),
  },
  closed,
);
export type StockAnswer = Static<typeof StockAnswer>;
