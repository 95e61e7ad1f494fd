import Type, { type Static } from 'typebox';

const Account = Type.Object(
  {
    /** Code in the ledger, e.g. `6001.01`. */
    code: Type.String({ pattern: '^\\d{4}(\\.\\d{2}){0,3}$' }),
    name: Type.Object(
      { en: Type.String({ minLength: 1 }), zh: Type.String({ minLength: 1 }) },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

/** The accounts the hub books on, by what they mean to it; the file says what the ledger calls them. */
export const ChartOfAccounts = Type.Object(
  {
    receivable: Account,
    contractAsset: Account,
    contractLiability: Account,
    outputVat: Account,
    pendingOutputVat: Account,
    'revenue.hardware': Account,
    'revenue.licence': Account,
    'revenue.subscription': Account,
    'revenue.service': Account,
    'revenue.training': Account,
    'revenue.maintenance': Account,
    'revenue.usage': Account,
  },
  { additionalProperties: false },
);
export type ChartOfAccounts = Static<typeof ChartOfAccounts>;
export type LogicalAccount = keyof ChartOfAccounts;
