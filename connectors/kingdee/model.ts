import Type, { type Static } from 'typebox';

/** Fields a customer added to a form carry this prefix; they pass unchecked. Everything else must be listed. */
const withCustomFields = { additionalProperties: false, patternProperties: { '^F_[A-Za-z0-9_]+$': {} } };

/** A decimal as text keeps its digits; it is sent as a JSON number with the same digits. */
const Decimal = Type.Union([Type.Number(), Type.String({ pattern: '^-?\\d{1,15}(\\.\\d{1,8})?$' })]);
const DateText = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}( \\d{2}:\\d{2}:\\d{2})?$' });
const Text = (maxLength: number) => Type.String({ maxLength });
/** Base data is named by its number. */
const Ref = Type.Object({ FNumber: Type.String({ minLength: 1, maxLength: 80 }) }, { additionalProperties: false });

const SalesOrderEntry = Type.Object(
  {
    FMaterialId: Ref,
    FUnitID: Ref,
    FPriceUnitId: Ref,
    FStockUnitID: Ref,
    FQty: Decimal,
    FPrice: Type.Optional(Decimal),
    FTaxPrice: Type.Optional(Decimal),
    FEntryTaxRate: Type.Optional(Decimal),
    FDiscountRate: Type.Optional(Decimal),
    FIsFree: Type.Optional(Type.Boolean()),
    FRowType: Type.Optional(Text(40)),
    FDeliveryDate: DateText,
    FSettleOrgIds: Ref,
    FStockOrgId: Type.Optional(Ref),
    FSupplyOrgId: Type.Optional(Ref),
    FOwnerTypeId: Type.Optional(Text(40)),
    FOwnerId: Type.Optional(Ref),
    FReserveType: Text(10),
    FOUTLMTUNIT: Text(20),
    FEntryNote: Type.Optional(Text(500)),
  },
  withCustomFields,
);

const SalesOrderFinance = Type.Object(
  {
    FSettleCurrId: Ref,
    FExchangeTypeId: Type.Optional(Ref),
    FExchangeRate: Type.Optional(Decimal),
    FIsIncludedTax: Type.Optional(Type.Boolean()),
    FIsPriceExcludeTax: Type.Optional(Type.Boolean()),
    FRecConditionId: Type.Optional(Ref),
    FSettleModeId: Type.Optional(Ref),
    FPriceListId: Type.Optional(Ref),
  },
  withCustomFields,
);

export const SalesOrderModel = Type.Object(
  {
    FID: Type.Optional(Type.Literal(0)),
    FBillTypeID: Ref,
    /** The hub's order number; filled with the business key when absent. */
    FBillNo: Type.Optional(Text(80)),
    FDate: DateText,
    FSaleOrgId: Ref,
    FCustId: Ref,
    FSalerId: Ref,
    FSaleDeptId: Type.Optional(Ref),
    FReceiveId: Type.Optional(Ref),
    FReceiveAddress: Type.Optional(Text(500)),
    FLinkMan: Type.Optional(Text(80)),
    FLinkPhone: Type.Optional(Text(80)),
    FNote: Type.Optional(Text(500)),
    FSaleOrderFinance: SalesOrderFinance,
    FSaleOrderEntry: Type.Array(SalesOrderEntry, { minItems: 1, maxItems: 1000 }),
  },
  withCustomFields,
);
export type SalesOrderModel = Static<typeof SalesOrderModel>;

/** Which dimension is which depends on the deployment, so only the shape of the key is checked. */
const Dimensions = Type.Record(Type.String({ pattern: '^FDETAILID__FF[A-Z0-9]+$' }), Ref);

const VoucherEntry = Type.Object(
  {
    /** Begins with `[business key]`: that is how a voucher is found again. */
    FEXPLANATION: Type.String({ minLength: 1, maxLength: 250 }),
    FACCOUNTID: Ref,
    FDetailID: Type.Optional(Dimensions),
    FCURRENCYID: Ref,
    FEXCHANGERATETYPE: Ref,
    FEXCHANGERATE: Type.Optional(Decimal),
    FAMOUNTFOR: Type.Optional(Decimal),
    FDEBIT: Decimal,
    FCREDIT: Decimal,
  },
  withCustomFields,
);

export const VoucherModel = Type.Object(
  {
    FVOUCHERID: Type.Optional(Type.Literal(0)),
    /** The connection's account book when absent. */
    FAccountBookID: Type.Optional(Ref),
    FDate: DateText,
    FBUSDATE: Type.Optional(DateText),
    /** Year and period of `FDate` when absent. */
    FYEAR: Type.Optional(Type.Integer({ minimum: 2000, maximum: 2100 })),
    FPERIOD: Type.Optional(Type.Integer({ minimum: 1, maximum: 13 })),
    /** The connection's voucher group when absent. */
    FVOUCHERGROUPID: Type.Optional(Ref),
    FVOUCHERGROUPNO: Type.Optional(Text(20)),
    FDocumentStatus: Type.Optional(Type.Literal('Z')),
    FATTACHMENTS: Type.Optional(Type.Integer({ minimum: 0 })),
    FISADJUSTVOUCHER: Type.Optional(Type.Boolean()),
    FEntity: Type.Array(VoucherEntry, { minItems: 2, maxItems: 1000 }),
  },
  withCustomFields,
);
export type VoucherModel = Static<typeof VoucherModel>;

const payload = <T extends typeof SalesOrderModel | typeof VoucherModel>(model: T) =>
  Type.Object({ Model: model }, { additionalProperties: false });

export const SalesOrderPayload = payload(SalesOrderModel);
export const VoucherPayload = payload(VoucherModel);
