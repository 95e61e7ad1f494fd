import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import Type, { type Static, type TSchema } from 'typebox';
import { jsonPath } from '../errors/ajv-issues.js';
import { HubError } from '../errors/hub-error.js';
import { completeStep } from '../order/complete-step.js';
import { applyDelivery, readDelivery } from '../order/deliver.js';
import type { FulfilmentState, Outcome } from '../order/fulfilment.js';
import type { NormaliseContext } from '../order/normalise.js';
import { AmendmentInput, propose } from '../order/propose.js';
import { announceReturn, ReturnInput, ReturnReceipt, receiveReturn } from '../order/returns.js';
import { DateText, DecimalText } from '../order/schema.js';
import type { ActorStamp } from '../store/models/order.js';

/** Chosen by the reporter, unique in the order: the same id again changes nothing. */
const evidenceId = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' });

/** A step of the plan that was carried out, as it is reported. */
export const StepReport = Type.Object(
  {
    evidenceId,
    stepId: Type.String({ pattern: '^\\d{1,4}-[a-z-]{1,20}$' }),
    date: DateText,
    /** All that is left when absent; part of it is a milestone. */
    quantity: Type.Optional(DecimalText),
    /** Ids of attachments that prove it. */
    attachments: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 20 })),
  },
  { additionalProperties: false },
);
export type StepReport = Static<typeof StepReport>;

const ajv = new Ajv({ allErrors: true });
addFormats.default(ajv);

/** @throws HubError REPORT_INVALID with the first fault's path. */
function reader<S extends TSchema>(schema: S): (body: unknown) => Static<S> {
  const check = ajv.compile<Static<S>>(schema);
  return (body) => {
    if (check(body)) return body;
    const [first] = check.errors ?? [];
    const path = jsonPath(first?.instancePath ?? '');
    throw new HubError('REPORT_INVALID', { path, why: first?.message ?? 'it cannot be read' });
  };
}
const readStep = reader(StepReport);
const readReturn = reader(ReturnInput);
const readAmendment = reader(AmendmentInput);

/** What checking the added lines of an amendment needs. */
export type AddingLines = Pick<NormaliseContext, 'catalogue' | 'newLineId'>;

/** Goods of a return that came back without a warehouse's report. */
export const ReceiptReport = Type.Object(
  { ...ReturnReceipt.properties, receiptId: evidenceId, return: Type.String({ minLength: 1, maxLength: 64 }) },
  { additionalProperties: false },
);
const readReceipt = reader(ReceiptReport);

/** What the hub's own API takes about an order that is there, by the kind of message that carries it. */
export const OWN_REPORTS: Readonly<
  Record<string, (state: FulfilmentState, body: unknown, by: ActorStamp, catalogue: AddingLines) => Outcome | undefined>
> = {
  'hub.delivery': (state, body) => applyDelivery(state, readDelivery(body)),
  'hub.step': (state, body, by) => {
    const { evidenceId, ...step } = readStep(body);
    return completeStep(state, { ...step, id: evidenceId, by: by.name });
  },
  'hub.return-receipt': (state, body) => {
    const { return: number, receiptId: _, ...receipt } = readReceipt(body);
    return receiveReturn(state, number, receipt);
  },
  'hub.amendment': (state, body, by, catalogue) => propose(state, readAmendment(body), by.name, catalogue),
  'hub.return': (state, body) => announceReturn(state, readReturn(body)),
};
