import { Ajv } from 'ajv';
import Type, { type Static } from 'typebox';
import type { EffectCall, Operation, Receipt } from '../../core/connector/contract.js';
import { ajvIssues } from '../../core/errors/ajv-issues.js';
import { HubError } from '../../core/errors/hub-error.js';
import type { SalesforceClient } from './client.js';
import { longId } from './row-id.js';

const OPERATION = 'opportunity.update-status';
const THIRTY_DAYS_MS = 30 * 86_400_000;
const closed = { additionalProperties: false };

const Payload = Type.Object(
  {
    id: Type.String({ pattern: '^006[0-9A-Za-z]{12}([0-9A-Za-z]{3})?$' }),
    fields: Type.Object(
      {
        Hub_Order_Number__c: Type.String({ minLength: 1, maxLength: 80 }),
        Hub_Status__c: Type.String({ minLength: 1, maxLength: 255 }),
        StageName: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
      },
      closed,
    ),
  },
  closed,
);
type Payload = Static<typeof Payload>;

/** What the operation writes and Salesforce moves because of it: no news when it comes back with an order. */
export const WRITTEN_BACK = ['Hub_Status__c', 'Hub_Order_Number__c', 'SystemModstamp', 'LastModifiedDate'] as const;

const check = new Ajv({ allErrors: true }).compile<Payload>(Payload);

/** @throws HubError MAPPING_OUTPUT_INVALID */
function readPayload(payload: unknown): Payload {
  if (check(payload)) return payload;
  const issues = ajvIssues(check.errors);
  const { path = '$', why = 'is wrong', whyZh = '有误' } = issues[0] ?? {};
  throw new HubError('MAPPING_OUTPUT_INVALID', { mapping: OPERATION, path, why, whyZh }, { issues });
}

/**
 * Tells an Opportunity the order number and how far the order is. Settled by `sameKey`: a PATCH names the row by its id
 * and sets fixed values, so sending it again ends in the same state, however late; the window is 30 days because
 * nothing on the other side expires. Salesforce answers 204 without a body, so the id is the receipt.
 */
export const opportunityUpdateStatus = (client: SalesforceClient): Operation => ({
  name: OPERATION,
  label: { en: 'Write the order status to the opportunity', zh: '将订单状态写回商机' },
  objectType: 'Opportunity',
  intent: 'change',
  input: Payload,
  settlement: { kind: 'sameKey', windowMs: THIRTY_DAYS_MS },
  send: async (call) => {
    const { id, fields } = readPayload(call.payload);
    await client.update(`/sobjects/Opportunity/${id}`, fields, `Opportunity ${id}`, call.signal);
    return receipt(id, fields, false);
  },
  find: (call) => find(client, call),
});

/** Reads the written fields back; `undefined` when the Opportunity is gone or holds other values. */
async function find(client: SalesforceClient, call: EffectCall) {
  const { id, fields } = readPayload(call.payload);
  const names = Object.keys(fields).join(',');
  const row = await client.read(`/sobjects/Opportunity/${id}?fields=${names}`, `Opportunity ${id}`, call.signal);
  const held = (row ?? {}) as Readonly<Record<string, unknown>>;
  const same = Object.entries(fields).every(([name, value]) => held[name] === value);
  return same ? { receipt: receipt(id, fields, true), complete: true } : undefined;
}

const receipt = (id: string, fields: Payload['fields'], alreadyThere: boolean): Receipt => ({
  remoteId: longId(id),
  alreadyThere,
  detail: { ...fields },
});
