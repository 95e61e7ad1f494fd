import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import { type Category, RESOURCE, Refusal } from './refusal.js';
import type { Json } from './store.js';

type Schema = Readonly<Record<string, unknown>>;

const text = (maxLength: number): Schema => ({ type: 'string', minLength: 1, maxLength });
/** `#`, `?` and `/` are refused in order fields. */
const name = (maxLength: number): Schema => ({ ...text(maxLength), pattern: '^[^#?/]*$' });
const date: Schema = { type: 'string', format: 'date' };
const flag: Schema = { type: 'boolean' };
const number: Schema = { type: 'number' };
const oneOf = (...values: string[]): Schema => ({ enum: values });
const list = (items: Schema, maxItems: number, minItems = 0): Schema => ({ type: 'array', items, maxItems, minItems });
const object = (properties: Readonly<Record<string, Schema>>, ...required: string[]): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const custom: Schema = { type: 'object', propertyNames: { pattern: '__c$' } };

const periodType = oneOf('Month', 'Year', 'Day', 'Week');
const renewal = {
  autoRenew: flag,
  renewalSetting: oneOf('RENEW_WITH_SPECIFIC_TERM', 'RENEW_TO_EVERGREEN'),
  renewalTerms: list(object({ period: { type: 'integer', minimum: 1 }, periodType }, 'period', 'periodType'), 10),
};
const initialTerm = object(
  { period: { type: 'integer', minimum: 1 }, periodType, startDate: date, termType: oneOf('TERMED', 'EVERGREEN') },
  'termType',
);
const PERIODS = ['Month', 'Quarter', 'Semi_Annual', 'Annual', 'Subscription_Term'];
const billing = object({
  billCycleDay: { type: 'integer', minimum: 0, maximum: 31 },
  billCycleType: text(40),
  billingPeriod: oneOf(...PERIODS),
  billingTiming: oneOf('IN_ADVANCE', 'IN_ARREARS'),
});
const perUnit = (...required: string[]): Schema =>
  object(
    { recurringPerUnit: object({ quantity: { type: 'number', minimum: 0 }, listPrice: number }, ...required) },
    'recurringPerUnit',
  );
const chargeOverride = object(
  {
    productRatePlanChargeId: text(32),
    chargeNumber: name(50),
    description: text(500),
    pricing: perUnit('quantity'),
    billing,
    startDate: object(
      {
        triggerEvent: oneOf('ContractEffective', 'ServiceActivation', 'CustomerAcceptance', 'SpecificDate'),
        specificTriggerDate: date,
      },
      'triggerEvent',
    ),
    endDate: object(
      { endDateCondition: oneOf('Subscription_End', 'Specific_End_Date'), specificEndDate: date },
      'endDateCondition',
    ),
    customFields: custom,
  },
  'productRatePlanChargeId',
);
const ratePlan = object({
  productRatePlanId: text(32),
  productRatePlanNumber: text(100),
  chargeOverrides: list(chargeOverride, 50),
  uniqueToken: text(50),
  customFields: custom,
});
const ratePlanName = {
  ratePlanId: text(32),
  subscriptionRatePlanNumber: text(50),
  productRatePlanNumber: text(100),
  uniqueToken: text(50),
};

/** Detail objects by the name they have in an action. */
const DETAILS: Readonly<Record<string, Schema>> = {
  createSubscription: object(
    {
      subscriptionNumber: name(100),
      subscriptionOwnerAccountNumber: text(70),
      currency: text(3),
      invoiceSeparately: flag,
      notes: text(500),
      paymentTerm: text(100),
      billToContactId: text(32),
      soldToContactId: text(32),
      terms: object({ initialTerm, ...renewal }, 'initialTerm'),
      subscribeToRatePlans: list(ratePlan, 300),
    },
    'terms',
  ),
  termsAndConditions: object({ lastTerm: initialTerm, ...renewal }),
  addProduct: ratePlan,
  updateProduct: object({
    ...ratePlanName,
    specificUpdateDate: date,
    chargeUpdates: list(
      object(
        { chargeNumber: name(50), pricing: perUnit(), billing, effectiveDate: date, description: text(500) },
        'chargeNumber',
      ),
      50,
    ),
  }),
  removeProduct: object(ratePlanName),
  renewSubscription: object({}),
  cancelSubscription: object(
    {
      cancellationPolicy: oneOf('EndOfCurrentTerm', 'EndOfLastInvoicePeriod', 'SpecificDate'),
      cancellationEffectiveDate: date,
    },
    'cancellationPolicy',
  ),
  ownerTransfer: object({ destinationAccountNumber: text(70), destinationInvoiceAccountNumber: text(70) }),
  suspend: object({ suspendPolicy: oneOf('Today', 'SpecificDate'), suspendSpecificDate: date }, 'suspendPolicy'),
  resume: object(
    { resumePolicy: oneOf('Today', 'SpecificDate'), resumeSpecificDate: date, extendsTerm: flag },
    'resumePolicy',
  ),
  changePlan: object(
    { newProductRatePlan: { type: 'object' }, ratePlanId: text(32), effectivePolicy: text(40), subType: text(40) },
    'newProductRatePlan',
  ),
};

/** The only action that may leave its detail object out. */
const NEEDS_NO_DETAIL = 'RenewSubscription';

export const detailName = (type: string): string => type.charAt(0).toLowerCase() + type.slice(1);

const action = object(
  {
    type: oneOf(...Object.keys(DETAILS).map((detail) => detail.charAt(0).toUpperCase() + detail.slice(1))),
    triggerDates: list(
      object(
        { name: oneOf('ContractEffective', 'ServiceActivation', 'CustomerAcceptance'), triggerDate: date },
        'name',
        'triggerDate',
      ),
      3,
    ),
    changeReason: text(255),
    customFields: custom,
    ...DETAILS,
  },
  'type',
);

const lineItem = object(
  {
    itemName: text(255), itemType: oneOf('Product', 'Fee', 'Services'),
    itemState: oneOf('Executing', 'Booked', 'SentToBilling', 'Complete', 'Cancelled'),
    quantity: number, amountPerUnit: number, listPricePerUnit: number, productCode: text(100), UOM: text(30),
    transactionStartDate: date, purchaseOrderNumber: text(100), relatedSubscriptionNumber: text(100),
    itemNumber: text(100), taxCode: text(70), taxMode: text(30), description: text(500),
  },
  'itemName', 'itemType', 'itemState', 'amountPerUnit',
); // biome-ignore format: a list of names reads better in rows

const order = (maxSubscriptions: number): Schema =>
  object(
    {
      orderDate: date,
      existingAccountNumber: text(70),
      existingAccountId: text(32),
      newAccount: { type: 'object' },
      orderNumber: name(100),
      description: text(500),
      status: oneOf('Draft', 'Pending', 'Completed', 'Scheduled', 'Executing', 'Failed'),
      category: oneOf('NewSales', 'Return'),
      reasonCode: text(255),
      externallyManagedBy: text(100),
      customFields: custom,
      subscriptions: list(
        object(
          {
            subscriptionNumber: name(100),
            orderActions: list(action, 50, 1),
            customFields: custom,
            quote: { type: 'object' },
          },
          'orderActions',
        ),
        maxSubscriptions,
      ),
      orderLineItems: list(lineItem, 100),
      processingOptions: object({
        runBilling: flag,
        collectPayment: flag,
        billingOptions: object({ targetDate: date, documentDate: date, generateDraftInvoice: flag }),
      }),
    },
    'orderDate',
  );

const ajv = new Ajv({ allErrors: false, strictTypes: false });
addFormats.default(ajv);
const CHECKS = { sync: ajv.compile(order(50)), async: ajv.compile(order(300)) };

const CATEGORY: Readonly<Record<string, Category>> = { additionalProperties: 21, required: 22, maxItems: 30 };

function refusalOf(error: ErrorObject | undefined): Refusal {
  const { keyword = '', instancePath = '', message = 'is invalid', params = {} } = error ?? {};
  const resource = instancePath.endsWith('/termType') ? RESOURCE.termType : RESOURCE.order;
  const field = String((params as Json)['additionalProperty'] ?? (params as Json)['missingProperty'] ?? '');
  return new Refusal(resource, CATEGORY[keyword] ?? 20, `${instancePath || '/'} ${message} ${field}`.trim());
}

interface Action extends Json {
  readonly type: string;
}

/** An order body whose fields, values and sizes are allowed. @throws Refusal of category 20, 21, 22 or 30. */
export function checkOrder(body: unknown, mode: 'sync' | 'async'): Json {
  const check = CHECKS[mode];
  if (!check(body)) throw refusalOf(check.errors?.[0]);
  const asked = body as Json;
  const accounts = ['existingAccountNumber', 'existingAccountId', 'newAccount'].filter(
    (key) => asked[key] !== undefined,
  );
  if (accounts.length === 0) throw new Refusal(RESOURCE.order, 22, 'existingAccountNumber or newAccount is required');
  if (accounts.length > 1) throw new Refusal(RESOURCE.order, 30, `only one of ${accounts.join(', ')} may be given`);
  const actions = ((asked['subscriptions'] ?? []) as { orderActions: Action[] }[]).flatMap((s) => s.orderActions);
  if (mode === 'sync' && actions.length > 50) throw new Refusal(RESOURCE.order, 30, 'more than 50 order actions');
  for (const action of actions) checkDetail(action);
  checkProcessing((asked['processingOptions'] ?? {}) as Json, asked['status']);
  return asked;
}

function checkDetail(action: Action): void {
  const wanted = detailName(action.type);
  if (action[wanted] === undefined && action.type !== NEEDS_NO_DETAIL) {
    throw new Refusal(RESOURCE.order, 22, `${wanted} is required for ${action.type}`);
  }
  const stray = Object.keys(DETAILS).find((detail) => detail !== wanted && action[detail] !== undefined);
  if (stray !== undefined) throw new Refusal(RESOURCE.order, 30, `${stray} does not belong to ${action.type}`);
}

function checkProcessing(options: Json, status: unknown): void {
  if (status === 'Draft' && Object.keys(options).length > 0) {
    throw new Refusal(RESOURCE.order, 30, 'processingOptions cannot be used with a draft order');
  }
  if (options['collectPayment'] === true && options['runBilling'] !== true) {
    throw new Refusal(RESOURCE.order, 30, 'collectPayment needs runBilling');
  }
}
