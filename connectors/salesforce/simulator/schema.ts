/** What a field holds and who may set it. */
export interface Field {
  readonly type:
    | 'id'
    | 'string'
    | 'double'
    | 'currency'
    | 'percent'
    | 'date'
    | 'datetime'
    | 'boolean'
    | 'picklist'
    | 'reference'
    | 'address';
  /** Must be given on create and must not be emptied. */
  readonly required?: true;
  /** Set by the server alone. */
  readonly readOnly?: true;
  /** May be given on create and never changed. */
  readonly createOnly?: true;
  /** The allowed values of a restricted picklist. */
  readonly values?: readonly string[];
  readonly maxLength?: number;
  /** The object a reference points to. */
  readonly to?: string;
  /** The name under which SOQL follows the reference. */
  readonly relation?: string;
  /** The reference may point to several kinds of object, so SOQL offers only the fields all of them have. */
  readonly polymorphic?: true;
  readonly externalId?: true;
  readonly default?: string | number | boolean;
}

export interface ObjectType {
  readonly prefix: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Child relationships by name: the child object and its reference field. */
  readonly children?: Readonly<Record<string, readonly [type: string, field: string]>>;
}

const text = (maxLength = 255): Field => ({ type: 'string', maxLength });
const needed = <T extends Field>(field: T): T & { required: true } => ({ ...field, required: true });
const server = <T extends Field>(field: T): T & { readOnly: true } => ({ ...field, readOnly: true });
const createOnly = <T extends Field>(field: T): T & { createOnly: true } => ({ ...field, createOnly: true });
const ref = (to: string, relation: string): Field => ({ type: 'reference', to, relation });
const picklist = (...values: string[]): Field => ({ type: 'picklist', values, maxLength: 255 });
const CURRENCY = { ...picklist('CNY', 'USD', 'EUR', 'JPY'), default: 'CNY' } as const;

const SYSTEM: Readonly<Record<string, Field>> = {
  Id: server({ type: 'id' }),
  IsDeleted: server({ type: 'boolean', default: false }),
  CreatedDate: server({ type: 'datetime' }),
  CreatedById: server(ref('User', 'CreatedBy')),
  LastModifiedDate: server({ type: 'datetime' }),
  LastModifiedById: server(ref('User', 'LastModifiedBy')),
  SystemModstamp: server({ type: 'datetime' }),
};

const address = (name: string): Readonly<Record<string, Field>> => ({
  [`${name}Street`]: text(),
  [`${name}City`]: text(40),
  [`${name}State`]: text(80),
  [`${name}PostalCode`]: text(20),
  [`${name}Country`]: text(80),
  [`${name}CountryCode`]: text(2),
  [`${name}Address`]: server({ type: 'address' }),
});

const OWNER: Field = ref('User', 'Owner');

/** The objects of this organisation; names ending in `__c` are its custom fields. */
export const SCHEMA: Readonly<Record<string, ObjectType>> = {
  User: {
    prefix: '005',
    fields: {
      ...SYSTEM,
      Name: needed(text(121)),
      Username: needed(text(80)),
      Email: text(128),
      EmployeeNumber: text(20),
      IsActive: { type: 'boolean', default: true },
    },
  },
  Account: {
    prefix: '001',
    fields: {
      ...SYSTEM,
      ...address('Billing'),
      ...address('Shipping'),
      Name: needed(text()),
      AccountNumber: text(40),
      Type: text(),
      Industry: text(),
      Phone: text(40),
      Website: text(),
      OwnerId: OWNER,
      ParentId: ref('Account', 'Parent'),
      CurrencyIsoCode: CURRENCY,
      TaxNumber__c: text(40),
      Region__c: picklist('East', 'North', 'South', 'West', 'Overseas'),
      Tier__c: picklist('Strategic', 'Gold', 'Silver', 'Standard'),
    },
    children: { Opportunities: ['Opportunity', 'AccountId'], Orders: ['Order', 'AccountId'] },
  },
  Contact: {
    prefix: '003',
    fields: {
      ...SYSTEM,
      AccountId: ref('Account', 'Account'),
      FirstName: text(40),
      LastName: needed(text(80)),
      Email: text(80),
      Phone: text(40),
    },
  },
  Opportunity: {
    prefix: '006',
    fields: {
      ...SYSTEM,
      Name: needed(text(120)),
      AccountId: ref('Account', 'Account'),
      StageName: needed({
        ...picklist('Prospecting', 'Qualification', 'Proposal', 'Negotiation', 'Closed Won', 'Closed Lost'),
      }),
      CloseDate: needed<Field>({ type: 'date' }),
      Amount: { type: 'currency' },
      Type: text(),
      LeadSource: text(),
      NextStep: text(),
      Pricebook2Id: ref('Pricebook2', 'Pricebook2'),
      OwnerId: OWNER,
      CurrencyIsoCode: CURRENCY,
      Hub_Order_Number__c: text(80),
      Hub_Status__c: text(255),
    },
    children: { Orders: ['Order', 'OpportunityId'] },
  },
  Order: {
    prefix: '801',
    fields: {
      ...SYSTEM,
      ...address('Billing'),
      ...address('Shipping'),
      OrderNumber: server(text(30)),
      AccountId: needed(ref('Account', 'Account')),
      OpportunityId: ref('Opportunity', 'Opportunity'),
      Pricebook2Id: ref('Pricebook2', 'Pricebook2'),
      EffectiveDate: needed<Field>({ type: 'date' }),
      EndDate: { type: 'date' },
      Status: needed(picklist('Draft', 'Activated', 'In Fulfilment')),
      StatusCode: server(text(40)),
      Type: picklist('New', 'Renewal', 'Expansion'),
      TotalAmount: server({ type: 'currency' }),
      PoNumber: text(80),
      PoDate: { type: 'date' },
      OrderReferenceNumber: text(80),
      ActivatedDate: server({ type: 'datetime' }),
      ActivatedById: server(ref('User', 'ActivatedBy')),
      BillToContactId: ref('Contact', 'BillToContact'),
      ShipToContactId: ref('Contact', 'ShipToContact'),
      Description: text(32_000),
      OwnerId: { ...OWNER, polymorphic: true },
      CurrencyIsoCode: createOnly(CURRENCY),
      PaymentTerms__c: text(80),
      Hub_Key__c: { ...text(80), externalId: true },
    },
    children: { OrderItems: ['OrderItem', 'OrderId'] },
  },
  OrderItem: {
    prefix: '802',
    fields: {
      ...SYSTEM,
      OrderId: createOnly(needed(ref('Order', 'Order'))),
      OrderItemNumber: server(text(30)),
      PricebookEntryId: createOnly(needed(ref('PricebookEntry', 'PricebookEntry'))),
      Product2Id: server(ref('Product2', 'Product2')),
      Quantity: needed<Field>({ type: 'double' }),
      AvailableQuantity: server({ type: 'double' }),
      UnitPrice: needed<Field>({ type: 'currency' }),
      ListPrice: server({ type: 'currency' }),
      TotalPrice: server({ type: 'currency' }),
      ServiceDate: { type: 'date' },
      EndDate: { type: 'date' },
      Description: text(),
      CurrencyIsoCode: server(CURRENCY),
      DiscountPercent__c: { type: 'percent' },
      TaxRate__c: { type: 'percent' },
      BillingFrequency__c: picklist('Monthly', 'Quarterly', 'Annual', 'One-time'),
      SubscriptionTerm__c: { type: 'double' },
    },
  },
  Product2: {
    prefix: '01t',
    fields: {
      ...SYSTEM,
      Name: needed(text()),
      ProductCode: text(),
      StockKeepingUnit: text(180),
      Family: picklist('Hardware', 'Licence', 'Subscription', 'Service', 'Training', 'Maintenance'),
      QuantityUnitOfMeasure: text(),
      Description: text(4000),
      IsActive: { type: 'boolean', default: true },
    },
  },
  Pricebook2: {
    prefix: '01s',
    fields: {
      ...SYSTEM,
      Name: needed(text()),
      IsActive: { type: 'boolean', default: true },
      IsStandard: server({ type: 'boolean', default: false }),
    },
  },
  PricebookEntry: {
    prefix: '01u',
    fields: {
      ...SYSTEM,
      Pricebook2Id: createOnly(needed(ref('Pricebook2', 'Pricebook2'))),
      Product2Id: createOnly(needed(ref('Product2', 'Product2'))),
      UnitPrice: needed<Field>({ type: 'currency' }),
      IsActive: { type: 'boolean', default: true },
      CurrencyIsoCode: createOnly(CURRENCY),
    },
  },
};

/** What every owner has, a person as well as a queue: all that SOQL offers through a polymorphic reference. */
export const POLYMORPHIC_FIELDS: ReadonlySet<string> = new Set(['Id', 'Name', 'Email', 'Username', 'IsActive']);

/** The names are compared without regard to case, as the vendor does. */
export function findType(name: string): string | undefined {
  return Object.keys(SCHEMA).find((type) => type.toLowerCase() === name.toLowerCase());
}

export function findField(type: string, name: string): string | undefined {
  return Object.keys(SCHEMA[type]?.fields ?? {}).find((field) => field.toLowerCase() === name.toLowerCase());
}
