import Type from 'typebox';
import type { Actor } from '../../access/actor.js';
import type { InboundOutcome } from '../../connector/contract.js';
import { reportChange } from '../../inbox/apply-report.js';
import { ReceiptReport, StepReport } from '../../inbox/own-reports.js';
import { DeliveryReport } from '../../order/deliver.js';
import { AmendmentInput } from '../../order/propose.js';
import { ReturnInput } from '../../order/returns.js';
import { type Route, route } from '../route.js';
import type { ResourceDeps } from './deps.js';

/**
 * Takes a report of the hub's own API about an order through the inbox, so that it is durable and applied in the order's
 * lane, after everything that came before. What the order as it stands cannot take is refused at once.
 * @param id unique in the order: the same again is a duplicate.
 */
async function take(
  deps: ResourceDeps,
  actor: Actor,
  order: string,
  report: { readonly kind: string; readonly id: string; readonly body: unknown },
): Promise<InboundOutcome> {
  const doc = await deps.orders.get(order);
  const stamp = { kind: actor.kind, id: actor.id, name: actor.name };
  const { kind, id, body } = report;
  const dedupeKey = `${doc._id}/${id}`;
  const known = await deps.models.messages.findOne({ connection: 'hub', kind, dedupeKey }, { _id: 1 }).lean();
  if (known === null) reportChange(doc, { kind, body, actor: stamp }, deps.adding);
  const ref = { type: 'order', id: doc._id };
  await deps.refs.claim('hub', ref, doc._id);
  return deps.inbox.accept(
    { connection: 'hub', headers: {}, actor: stamp },
    { kind, body, correlation: { ref, creates: true, dedupeKey } },
  );
}

const Taken = Type.Object({ id: Type.String(), duplicate: Type.Boolean() });
const key = Type.Object({ 'idempotency-key': Type.String({ minLength: 1, maxLength: 200 }) });

/** What people and systems report about an order: answered once it is durable, then applied in the order's lane. */
export const reportRoutes = (deps: ResourceDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/orders/:order/deliveries',
    tag: 'orders',
    summary: { en: 'Report what was delivered', zh: '登记交付' },
    action: 'order:deliver',
    body: DeliveryReport,
    responses: { 202: Type.Object({ deliveryId: Type.String(), duplicate: Type.Boolean() }) },
    errors: ['ORDER_NOT_FOUND', 'DELIVERY_INVALID', 'ORDER_MOVE_REFUSED'],
    handler: async ({ params, body, actor }) => {
      const { deliveryId } = body;
      const { state } = await take(deps, actor, params.order, { kind: 'hub.delivery', id: deliveryId, body });
      return { status: 202, body: { deliveryId, duplicate: state === 'duplicate' } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/orders/:order/steps',
    tag: 'orders',
    summary: { en: 'Report that a step of the plan was carried out', zh: '登记履约步骤完成' },
    action: 'order:deliver',
    body: StepReport,
    responses: { 202: Taken },
    errors: ['ORDER_NOT_FOUND', 'PLAN_STEP_REFUSED', 'ORDER_MOVE_REFUSED'],
    handler: async ({ params, body, actor }) => {
      const id = body.evidenceId;
      const { state } = await take(deps, actor, params.order, { kind: 'hub.step', id, body });
      return { status: 202, body: { id, duplicate: state === 'duplicate' } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/orders/:order/returns',
    tag: 'orders',
    summary: { en: 'Announce that delivered units come back', zh: '登记退货申请' },
    action: 'order:return',
    headers: key,
    body: ReturnInput,
    responses: { 202: Taken },
    errors: ['ORDER_NOT_FOUND', 'RETURN_REFUSED'],
    handler: async ({ params, body, headers, actor }) => {
      const id = headers['idempotency-key'] ?? '';
      const { state } = await take(deps, actor, params.order, { kind: 'hub.return', id, body });
      return { status: 202, body: { id, duplicate: state === 'duplicate' } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/orders/:order/amendments',
    tag: 'orders',
    summary: { en: 'Propose an amendment of an accepted order', zh: '对已受理订单提出变更' },
    action: 'order:amend',
    headers: key,
    body: AmendmentInput,
    responses: { 202: Taken },
    errors: ['ORDER_NOT_FOUND', 'AMENDMENT_REFUSED'],
    handler: async ({ params, body, headers, actor }) => {
      const id = headers['idempotency-key'] ?? '';
      const { state } = await take(deps, actor, params.order, { kind: 'hub.amendment', id, body });
      return { status: 202, body: { id, duplicate: state === 'duplicate' } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/orders/:order/return-receipts',
    tag: 'orders',
    summary: { en: 'Report that returned units are back', zh: '登记退货收货' },
    action: 'order:return',
    body: ReceiptReport,
    responses: { 202: Taken },
    errors: ['ORDER_NOT_FOUND', 'RETURN_REFUSED'],
    handler: async ({ params, body, actor }) => {
      const id = body.receiptId;
      const { state } = await take(deps, actor, params.order, { kind: 'hub.return-receipt', id, body });
      return { status: 202, body: { id, duplicate: state === 'duplicate' } };
    },
  }),
];
