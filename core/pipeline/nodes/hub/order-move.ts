import Type from 'typebox';
import type { RuleReason } from '../../../store/models/order.js';
import type { Json } from '../../contract.js';
import { defineNode } from '../../define-node.js';
import { commandOf, type HubContext } from '../../services.js';

/** The event each move tells the other pipelines. */
const EVENTS = {
  'in-approval': 'order.approval-begun',
  accepted: 'order.accepted',
  rejected: 'order.rejected',
} as const;

function reasonsIn(input: Json): RuleReason[] | undefined {
  if (input === null || typeof input !== 'object' || Array.isArray(input) || !('reasons' in input)) return undefined;
  const reasons = input['reasons'];
  if (!Array.isArray(reasons)) return undefined;
  return reasons.map((reason: { rule?: unknown; why?: unknown; whyZh?: unknown }) => ({
    rule: String(reason.rule ?? ''),
    why: String(reason.why ?? ''),
    whyZh: String(reason.whyZh ?? reason.why ?? ''),
  }));
}

export const orderMove = defineNode({
  type: 'order-move',
  label: { en: 'Move order', zh: '订单状态' },
  help: {
    en: 'Moves the order on its commercial axis and tells the other pipelines. Reasons from before are kept with a rejection.',
    zh: '变更订单的商务状态并通知其他流程；驳回时保留前面给出的原因。',
  },
  parameters: Type.Object(
    { to: Type.Union([Type.Literal('in-approval'), Type.Literal('accepted'), Type.Literal('rejected')]) },
    { additionalProperties: false },
  ),
  outputs: [{ en: 'moved', zh: '已变更' }],
  async execute(context: HubContext, { to }, input) {
    const reasons = to === 'rejected' ? (reasonsIn(input) ?? []) : undefined;
    const data = { ...(reasons === undefined ? {} : { reasons }), run: context.run.runId };
    const more = reasons === undefined ? {} : { reasons };
    await context.services.orders.move(commandOf(context), 'commercial', to, { type: EVENTS[to], data }, more);
    return { do: 'next', output: 0, data: input };
  },
});
