import { type Row, rowId, type Value, vendorStamp } from './row.js';
import { SCHEMA } from './schema.js';
import type { Change } from './store.js';

const STAMP = vendorStamp(Date.UTC(2025, 0, 2, 1));
export const ORGANISATION_ID = '00D5g000004XyZEEA0';
export const INTEGRATION_USER = rowId('005', 1);
export const INTEGRATION_USERNAME = 'orderhub@acme.example.com';
export const STANDARD_PRICEBOOK = rowId('01s', 1);

function seeded(type: string, number: number, fields: Readonly<Record<string, Value>>): Change {
  const { prefix = '000', fields: known = {} } = SCHEMA[type] ?? {};
  const row: Row = {
    ...Object.fromEntries(Object.entries(known).map(([name, field]) => [name, field.default ?? null])),
    ...fields,
    Id: rowId(prefix, number),
    CreatedDate: STAMP,
    CreatedById: INTEGRATION_USER,
    LastModifiedDate: STAMP,
    LastModifiedById: INTEGRATION_USER,
    SystemModstamp: STAMP,
  };
  return { type, row };
}

/** Employee number, name. */
const SALES_PEOPLE = [
  ['S001', '李伟'],
  ['S002', '王芳'],
  ['S003', '陈静'],
] as const;

/** Number, name, region, tier, city, country code. */
const ACCOUNTS = [
  ['C001', '杭州云帆智能制造有限公司', 'East', 'Gold', '杭州', 'CN'],
  ['C002', '上海申合医疗器械股份有限公司', 'East', 'Strategic', '上海', 'CN'],
  ['C003', '苏州恒远精密机械有限公司', 'East', 'Silver', '苏州', 'CN'],
  ['C004', '北京中科数据技术有限公司', 'North', 'Gold', '北京', 'CN'],
  ['C005', '天津滨海物流集团有限公司', 'North', 'Standard', '天津', 'CN'],
  ['C006', '青岛海澜食品有限公司', 'North', 'Silver', '青岛', 'CN'],
  ['C007', '深圳前海跨境电商有限公司', 'South', 'Strategic', '深圳', 'CN'],
  ['C008', '广州越秀地产服务有限公司', 'South', 'Standard', '广州', 'CN'],
  ['C009', '厦门鹭岛新能源有限公司', 'South', 'Gold', '厦门', 'CN'],
  ['C010', '成都锦江软件有限公司', 'West', 'Silver', '成都', 'CN'],
  ['C011', '西安秦岭航空材料有限公司', 'West', 'Gold', '西安', 'CN'],
  ['C012', '新加坡狮城贸易私人有限公司', 'Overseas', 'Standard', 'Singapore', 'SG'],
] as const;

const COUNTRY_NAMES: Readonly<Record<string, string>> = { CN: 'China', SG: 'Singapore' };

/** Code, name, family, unit, then list prices in CNY, USD, EUR, JPY. */
const PRODUCTS = [
  ['HW-GATEWAY', '边缘网关', 'Hardware', 'Pcs', 12_000, 1700, 1560, 255_000],
  ['HW-SERVER', '应用服务器', 'Hardware', 'Pcs', 68_000, 9600, 8850, 1_440_000],
  ['HW-CUSTOM-RACK', '定制机柜', 'Hardware', 'Set', 150_000, 21_200, 19_500, 3_180_000],
  ['LIC-PLATFORM', '平台软件永久许可', 'Licence', 'Set', 200_000, 28_200, 26_000, 4_230_000],
  ['LIC-ANALYTICS', '分析模块永久许可', 'Licence', 'Set', 80_000, 11_300, 10_400, 1_690_000],
  ['SAAS-PRO', '云订阅专业版', 'Subscription', 'User', 3600, 510, 470, 76_500],
  ['SAAS-BASIC', '云订阅基础版', 'Subscription', 'User', 1200, 170, 156, 25_500],
  ['SVC-IMPL', '实施服务', 'Service', 'Day', 3000, 425, 390, 63_500],
  ['SVC-INTEGRATION', '集成开发服务', 'Service', 'Day', 3500, 495, 455, 74_000],
  ['TRN-ADMIN', '管理员培训', 'Training', 'Session', 8000, 1130, 1040, 169_000],
  ['MNT-GOLD', '金牌维保', 'Maintenance', 'Year', 30_000, 4250, 3900, 635_000],
] as const;

const CURRENCIES = ['CNY', 'USD', 'EUR', 'JPY'] as const;

const people: readonly Change[] = [
  seeded('User', 1, { Name: 'OrderHub Integration', Username: INTEGRATION_USERNAME, IsActive: true }),
  ...SALES_PEOPLE.map(([code, name], i) => {
    const mail = `${code.toLowerCase()}@acme.example.com`;
    return seeded('User', 11 + i, { Name: name, EmployeeNumber: code, Username: mail, Email: mail });
  }),
];

const accounts: readonly Change[] = ACCOUNTS.map(([number, name, region, tier, city, country], i) =>
  seeded('Account', 1 + i, {
    AccountNumber: number,
    Name: name,
    Region__c: region,
    Tier__c: tier,
    Type: 'Customer',
    TaxNumber__c: country === 'CN' ? `91330100MA2${String(10_001 + i)}${'KXLRG'[i % 5]}` : null,
    OwnerId: rowId('005', 11 + (i % SALES_PEOPLE.length)),
    BillingStreet: `示例路 ${i + 1} 号`,
    BillingCity: city,
    BillingCountry: COUNTRY_NAMES[country] ?? country,
    BillingCountryCode: country,
  }),
);

const products: readonly Change[] = PRODUCTS.flatMap(([code, name, family, unit, ...prices], i) => {
  const productId = rowId('01t', 1 + i);
  return [
    seeded('Product2', 1 + i, {
      Name: name,
      ProductCode: code,
      StockKeepingUnit: code,
      Family: family,
      QuantityUnitOfMeasure: unit,
    }),
    ...CURRENCIES.map((currency, c) =>
      seeded('PricebookEntry', 1 + i * CURRENCIES.length + c, {
        Pricebook2Id: STANDARD_PRICEBOOK,
        Product2Id: productId,
        UnitPrice: prices[c] ?? null,
        CurrencyIsoCode: currency,
      }),
    ),
  ];
});

/** What the organisation holds before anybody works in it. */
export const SEED: readonly Change[] = [
  ...people,
  ...accounts,
  seeded('Pricebook2', 1, { Name: 'Standard Price Book', IsStandard: true }),
  ...products,
];
