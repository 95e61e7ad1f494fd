import { Ajv } from 'ajv';
import { isCurrency } from '../../../core/order/money.js';
import { type Answer, notFound, RESOURCE, Refusal } from './refusal.js';
import { type Account, type Change, idOf, type Json, type Store } from './store.js';

const FIELDS = [
  'accountNumber', 'additionalEmailAddresses', 'autoPay', 'batch', 'billCycleDay', 'billToContact', 'crmId', 'currency',
  'invoiceDeliveryPrefsEmail', 'name', 'notes', 'parentId', 'paymentTerm', 'purchaseOrderNumber', 'salesRep',
  'soldToContact', 'soldToSameAsBillTo', 'taxInfo',
]; // biome-ignore format: a list of names reads better in rows

const CONTACT = [
  'firstName', 'lastName', 'country', 'state', 'city', 'address1', 'address2', 'zipCode', 'workEmail', 'workPhone',
  'mobilePhone', 'nickname', 'county', 'fax', 'taxRegion',
]; // biome-ignore format: a list of names reads better in rows

const any = (names: readonly string[]): Record<string, object> => Object.fromEntries(names.map((name) => [name, {}]));
const contact = {
  type: 'object',
  properties: {
    ...any(CONTACT),
    firstName: { type: 'string', minLength: 1, maxLength: 100 },
    lastName: { type: 'string', minLength: 1, maxLength: 100 },
  },
  required: ['firstName', 'lastName', 'country'],
  additionalProperties: false,
};
const check = new Ajv().compile<Json>({
  type: 'object',
  properties: {
    ...any(FIELDS),
    name: { type: 'string', minLength: 1, maxLength: 255 },
    accountNumber: { type: 'string', minLength: 1, maxLength: 70 },
    currency: { type: 'string', minLength: 3, maxLength: 3 },
    billCycleDay: { type: 'integer', minimum: 0, maximum: 31 },
    billToContact: contact,
    soldToContact: contact,
  },
  required: ['name', 'currency', 'billToContact'],
  additionalProperties: false,
});

/** @throws Refusal when a field is unknown, missing or wrong, or the number is in use. */
export function newAccount(body: unknown, store: Store): Account {
  if (!check(body)) {
    const { keyword = '', instancePath = '', message = '', params = {} } = check.errors?.[0] ?? {};
    const category = keyword === 'additionalProperties' ? 21 : keyword === 'required' ? 22 : 20;
    throw new Refusal(RESOURCE.account, category, `${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
  }
  const asked: Json = body;
  if (!isCurrency(String(asked['currency']))) throw new Refusal(RESOURCE.account, 20, 'currency is not known');
  if (asked['soldToContact'] === undefined && asked['soldToSameAsBillTo'] !== true) {
    throw new Refusal(RESOURCE.account, 22, 'soldToContact or soldToSameAsBillTo is required');
  }
  const accountNumber = String(asked['accountNumber'] ?? store.nextNumber('account'));
  if (store.get('account', accountNumber) !== undefined) {
    throw new Refusal(RESOURCE.account, 30, `the account number ${accountNumber} is in use`);
  }
  return { accountNumber, id: idOf('account', accountNumber), currency: String(asked['currency']), body: asked };
}

export function createAccount(body: unknown, store: Store): { answer: Answer; changes: readonly Change[] } {
  const account = newAccount(body, store);
  const said = {
    success: true,
    accountId: account.id,
    accountNumber: account.accountNumber,
    billToContactId: idOf('bill-to', account.accountNumber),
    soldToContactId: idOf('sold-to', account.accountNumber),
  };
  return { answer: { status: 200, body: said }, changes: [{ table: 'account', row: account }] };
}

/** An account by its number or its id. */
export const findAccount = (key: string, store: Store): Account | undefined =>
  store.get('account', key) ?? store.all('account').find((account) => account.id === key);

/** @throws Refusal 50000040 */
export function readAccount(key: string, store: Store): Answer {
  const account = findAccount(key, store);
  if (account === undefined) throw notFound(`Cannot find entity by key: '${key}'.`);
  const { name, billCycleDay, billToContact, soldToContact, crmId, paymentTerm, batch, autoPay } = account.body;
  const body = {
    success: true,
    basicInfo: {
      id: account.id,
      accountNumber: account.accountNumber,
      name,
      crmId: crmId ?? null,
      status: 'Active',
      batch: batch ?? 'Batch1',
    },
    billingAndPayment: {
      billCycleDay: billCycleDay ?? 0,
      currency: account.currency,
      paymentTerm: paymentTerm ?? 'Due Upon Receipt',
      autoPay: autoPay === true,
    },
    metrics: { currency: account.currency },
    metricsData: [{ currency: account.currency }],
    billToContact,
    soldToContact: soldToContact ?? billToContact,
  };
  return { status: 200, body };
}
