import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import Type, { type Static, type TSchema } from 'typebox';
import { ajvIssues } from '../../core/errors/ajv-issues.js';
import { HubError } from '../../core/errors/hub-error.js';

const closed = { additionalProperties: false };
const date = Type.String({ format: 'date' });
/** Zuora refuses `#`, `?` and `/` in these. */
const name = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[^#?/]+$' });
const open = Type.Object({}, { additionalProperties: true });
const literals = <const T extends string>(...values: T[]) => Type.Union(values.map((value) => Type.Literal(value)));

const triggerDates = Type.Array(
  Type.Object(
    { name: literals('ContractEffective', 'ServiceActivation', 'CustomerAcceptance'), triggerDate: date },
    closed,
  ),
  { minItems: 1, maxItems: 3 },
);

const CreateAction = Type.Object(
  {
    type: Type.Literal('CreateSubscription'),
    triggerDates,
    createSubscription: Type.Object(
      {
        subscriptionNumber: name(100),
        terms: open,
        subscribeToRatePlans: Type.Array(open, { minItems: 1, maxItems: 300 }),
      },
      { additionalProperties: true },
    ),
  },
  closed,
);

const charge = { chargeNumber: name(50) };
/** Rate plans are named by a charge number of ours; the connector looks up the id they have in Zuora. */
const ChangeAction = Type.Object(
  {
    type: literals('AddProduct', 'UpdateProduct', 'RemoveProduct', 'TermsAndConditions', 'RenewSubscription'),
    triggerDates,
    addProduct: Type.Optional(open),
    updateProduct: Type.Optional(
      Type.Object(
        {
          chargeUpdates: Type.Array(Type.Object(charge, { additionalProperties: true }), { minItems: 1, maxItems: 50 }),
        },
        closed,
      ),
    ),
    removeProduct: Type.Optional(Type.Object(charge, closed)),
    termsAndConditions: Type.Optional(open),
    renewSubscription: Type.Optional(open),
  },
  closed,
);

const CancelAction = Type.Object(
  {
    type: Type.Literal('CancelSubscription'),
    triggerDates,
    cancelSubscription: Type.Object(
      { cancellationPolicy: Type.Literal('SpecificDate'), cancellationEffectiveDate: date },
      closed,
    ),
  },
  closed,
);

const head = {
  orderNumber: name(100),
  orderDate: date,
  existingAccountNumber: Type.String({ minLength: 1, maxLength: 70 }),
  description: Type.Optional(Type.String({ maxLength: 500 })),
  processingOptions: Type.Optional(open),
};
const one = <T extends TSchema>(item: T) => Type.Array(item, { minItems: 1, maxItems: 1 });
const orderOf = <T extends TSchema>(action: T) =>
  Type.Object(
    {
      ...head,
      subscriptions: one(
        Type.Object(
          { subscriptionNumber: name(100), orderActions: Type.Array(action, { minItems: 1, maxItems: 50 }) },
          closed,
        ),
      ),
    },
    closed,
  );

export const CreatePayload = Type.Object(
  {
    account: Type.Object(
      {
        accountNumber: Type.String({ minLength: 1, maxLength: 70 }),
        name: Type.String({ minLength: 1, maxLength: 255 }),
      },
      { additionalProperties: true },
    ),
    order: Type.Object(
      { ...head, subscriptions: one(Type.Object({ orderActions: one(CreateAction) }, closed)) },
      closed,
    ),
  },
  closed,
);
export const ChangePayload = Type.Object({ order: orderOf(ChangeAction) }, closed);
export const CancelPayload = Type.Object({ order: orderOf(CancelAction) }, closed);
export type CreatePayload = Static<typeof CreatePayload>;
export type ChangePayload = Static<typeof ChangePayload>;
export type ChangeAction = Static<typeof ChangeAction>;

const ajv = new Ajv({ allErrors: true });
addFormats.default(ajv);

/** Makes the reader of an operation's payload, which throws HubError MAPPING_OUTPUT_INVALID with the path of the fault. */
export function payloadReader<T extends TSchema>(schema: T, operation: string) {
  const check = ajv.compile<Static<T>>(schema);
  return (payload: unknown): Static<T> => {
    if (check(payload)) return payload;
    const issues = ajvIssues(check.errors);
    const { path = '$', why = 'is wrong', whyZh = '有误' } = issues[0] ?? {};
    throw new HubError('MAPPING_OUTPUT_INVALID', { mapping: operation, path, why, whyZh }, { issues });
  };
}
