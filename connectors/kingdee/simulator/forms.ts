/** Metadata of the forms: what the vendor calls a field, where it sits in a Model, what it may hold. */

export type FieldType = 'text' | 'decimal' | 'date' | 'bool' | 'ref';

export interface Field {
  /** Name in queries. */
  readonly key: string;
  /** Name people see; mandatory errors use it. */
  readonly label: string;
  readonly type: FieldType;
  /** Kind of base data a reference points to. */
  readonly base?: string;
  /** Marked 必填 on the vendor's page. */
  readonly required?: boolean;
  /** Set by the server; ignored in a Model. */
  readonly computed?: boolean;
  /** Taken when the Model is silent. */
  readonly fallback?: string;
  /** Path in the Model, below head or entry. */
  readonly at: readonly string[];
}

export interface Form {
  readonly id: string;
  readonly name: string;
  readonly idKey: string;
  readonly numberPrefix: string;
  /** False when the number belongs to the server alone. */
  readonly takesNumber: boolean;
  readonly head: readonly Field[];
  readonly entryKey: string;
  readonly entry: readonly Field[];
}

type Extra = Partial<Pick<Field, 'required' | 'computed' | 'fallback'>>;
const R: Extra = { required: true };
const SET: Extra = { computed: true };

const text = (key: string, label: string, extra: Extra = {}): Field => ({
  key,
  label,
  type: 'text',
  at: [key],
  ...extra,
});
const decimal = (key: string, label: string, extra: Extra = {}): Field => ({
  ...text(key, label, extra),
  type: 'decimal',
});
const date = (key: string, label: string, extra: Extra = {}): Field => ({ ...text(key, label, extra), type: 'date' });
const bool = (key: string, label: string, extra: Extra = {}): Field => ({ ...text(key, label, extra), type: 'bool' });
const ref = (key: string, label: string, base: string, extra: Extra = {}): Field => ({
  ...text(key, label, extra),
  type: 'ref',
  base,
});
const inside = (parent: string, fields: readonly Field[]): Field[] =>
  fields.map((field) => ({ ...field, at: [parent, ...field.at] }));

const SALES_ORDER: Form = {
  id: 'SAL_SaleOrder',
  name: '销售订单',
  idKey: 'FID',
  numberPrefix: 'XSDD',
  takesNumber: true,
  head: [
    text('FBillNo', '单据编号'),
    ref('FBillTypeID', '单据类型', 'BOS_BillType', R),
    date('FDate', '日期', R),
    ref('FSaleOrgId', '销售组织', 'ORG_Organizations', R),
    ref('FCustId', '客户', 'BD_Customer', R),
    ref('FSalerId', '销售员', 'BD_Saler', R),
    ref('FSaleDeptId', '销售部门', 'BD_Department'),
    ref('FReceiveId', '收货方', 'BD_Customer'),
    text('FReceiveAddress', '收货方地址'),
    text('FLinkMan', '收货人姓名'),
    text('FLinkPhone', '联系电话'),
    text('FNote', '备注'),
    ...inside('FSaleOrderFinance', [
      ref('FSettleCurrId', '结算币别', 'BD_Currency', R),
      ref('FExchangeTypeId', '汇率类型', 'BD_RateType'),
      decimal('FExchangeRate', '汇率'),
      bool('FIsIncludedTax', '是否含税'),
      bool('FIsPriceExcludeTax', '价外税'),
      ref('FRecConditionId', '收款条件', 'BD_RecCondition'),
      ref('FSettleModeId', '结算方式', 'BD_SETTLETYPE'),
      ref('FPriceListId', '价目表', 'BD_SAL_PriceList'),
      decimal('FBillAllAmount', '价税合计', SET),
    ]),
  ],
  entryKey: 'FSaleOrderEntry',
  entry: [
    ref('FMaterialId', '物料编码', 'BD_MATERIAL', R),
    ref('FUnitID', '销售单位', 'BD_UNIT', R),
    ref('FPriceUnitId', '计价单位', 'BD_UNIT', R),
    ref('FStockUnitID', '库存单位', 'BD_UNIT', R),
    decimal('FQty', '销售数量'),
    decimal('FPrice', '单价'),
    decimal('FTaxPrice', '含税单价'),
    decimal('FEntryTaxRate', '税率%'),
    decimal('FDiscountRate', '折扣率%'),
    bool('FIsFree', '是否赠品'),
    text('FRowType', '产品类型'),
    date('FDeliveryDate', '要货日期', R),
    ref('FSettleOrgIds', '结算组织', 'ORG_Organizations', R),
    ref('FStockOrgId', '库存组织', 'ORG_Organizations'),
    ref('FSupplyOrgId', '供应组织', 'ORG_Organizations'),
    text('FOwnerTypeId', '货主类型'),
    ref('FOwnerId', '货主', 'ORG_Organizations'),
    text('FReserveType', '预留类型', R),
    text('FOUTLMTUNIT', '超发控制单位', R),
    text('FEntryNote', '备注'),
    decimal('FAmount', '金额', SET),
    decimal('FEntryTaxAmount', '税额', SET),
    decimal('FAllAmount', '价税合计', SET),
    decimal('FStockOutQty', '累计出库数量', SET),
    decimal('FRemainOutQty', '剩余未出数量', SET),
  ],
};

const OUT_STOCK: Form = {
  id: 'SAL_OUTSTOCK',
  name: '销售出库单',
  idKey: 'FID',
  numberPrefix: 'XSCKD',
  takesNumber: true,
  head: [
    text('FBillNo', '单据编号'),
    ref('FBillTypeID', '单据类型', 'BOS_BillType', R),
    date('FDate', '日期', R),
    ref('FSaleOrgId', '销售组织', 'ORG_Organizations', R),
    ref('FStockOrgId', '发货组织', 'ORG_Organizations', R),
    ref('FCustomerID', '客户', 'BD_Customer', R),
    text('FCarriageNO', '运输单号'),
    text('FLinkMan', '收货人姓名'),
    text('FLinkPhone', '联系电话'),
    ...inside('SubHeadEntity', [
      ref('FSettleOrgID', '结算组织', 'ORG_Organizations', R),
      ref('FSettleCurrID', '结算币别', 'BD_Currency', R),
      ref('FExchangeTypeID', '汇率类型', 'BD_RateType'),
      decimal('FExchangeRate', '汇率'),
      bool('FIsIncludedTax', '是否含税'),
    ]),
  ],
  entryKey: 'FEntity',
  entry: [
    ref('FMaterialID', '物料编码', 'BD_MATERIAL', R),
    ref('FUnitID', '库存单位', 'BD_UNIT', R),
    decimal('FMustQty', '应发数量'),
    decimal('FRealQty', '实发数量'),
    decimal('FPrice', '单价'),
    decimal('FTaxPrice', '含税单价'),
    decimal('FEntryTaxRate', '税率%'),
    ref('FStockID', '仓库', 'BD_STOCK'),
    ref('FStockStatusID', '库存状态', 'BD_StockStatus'),
    text('FOwnerTypeID', '货主类型', R),
    ref('FOwnerID', '货主', 'ORG_Organizations', R),
    text('FSrcType', '源单类型'),
    text('FSrcBillNo', '源单编号'),
    text('FSoEntryId', '销售订单明细行'),
  ],
};

const VOUCHER: Form = {
  id: 'GL_VOUCHER',
  name: '凭证',
  idKey: 'FVOUCHERID',
  numberPrefix: '',
  takesNumber: false,
  head: [
    text('FBillNo', '单据编号', SET),
    ref('FAccountBookID', '账簿', 'BD_AccountBook', R),
    date('FDate', '日期', R),
    date('FBUSDATE', '业务日期'),
    decimal('FYEAR', '会计年度', SET),
    decimal('FPERIOD', '期间', SET),
    ref('FVOUCHERGROUPID', '凭证字', 'BD_VOUCHERGROUP', R),
    decimal('FVOUCHERGROUPNO', '凭证号'),
    decimal('FATTACHMENTS', '附件数'),
    bool('FISADJUSTVOUCHER', '是否调整期凭证'),
  ],
  entryKey: 'FEntity',
  entry: [
    text('FEXPLANATION', '摘要'),
    ref('FACCOUNTID', '科目编码', 'BD_Account', R),
    ref('FCURRENCYID', '币别', 'BD_Currency', R),
    ref('FEXCHANGERATETYPE', '汇率类型', 'BD_RateType', R),
    decimal('FEXCHANGERATE', '汇率'),
    decimal('FAMOUNTFOR', '原币金额'),
    decimal('FDEBIT', '借方金额', { fallback: '0' }),
    decimal('FCREDIT', '贷方金额', { fallback: '0' }),
  ],
};

/** Adds the auxiliary dimensions of this deployment to the voucher's entries. */
function withDimensions(form: Form, dimensions: Readonly<Record<string, string>>): Form {
  const fields = Object.entries(dimensions).map(([flex, base]) => ({
    ...ref(`FDetailID.${flex}`, flex, base),
    at: ['FDetailID', `FDETAILID__${flex}`],
  }));
  return { ...form, entry: [...form.entry, ...fields] };
}

export type Forms = ReadonlyMap<string, Form>;

/** Forms by lower-cased id; form ids are told apart without regard to case. */
export const formsWith = (dimensions: Readonly<Record<string, string>>): Forms =>
  new Map([SALES_ORDER, OUT_STOCK, withDimensions(VOUCHER, dimensions)].map((form) => [form.id.toLowerCase(), form]));
