import { Ajv } from 'ajv';
import Type, { type Static } from 'typebox';
import { HubError } from '../../../errors/hub-error.js';
import type { Json } from '../../contract.js';
import { defineNode } from '../../define-node.js';
import { commandOf, type HubContext } from '../../services.js';

const LabelText = Type.Object({ en: Type.String(), zh: Type.String() });
/** One rung of the ladder, as the decision table before gives it. */
const Level = Type.Object({
  role: Type.String({ minLength: 1 }),
  level: Type.Integer({ minimum: 1, maximum: 30 }),
  reason: LabelText,
});
type Level = Static<typeof Level>;
const isLadder = new Ajv().compile<{ rows: Level[] }>(Type.Object({ rows: Type.Array(Level, { maxItems: 30 }) }));

/** @throws HubError UNEXPECTED when the node before gives no ladder. */
function ladderIn(input: Json, node: string): Level[] {
  const copy: unknown = structuredClone(input);
  if (!isLadder(copy))
    throw new HubError('UNEXPECTED', { why: `approval ${node} got no rows of role, level and reason` });
  return copy.rows.sort((a, b) => a.level - b.level);
}

export const approval = defineNode({
  type: 'approval',
  label: { en: 'Approval', zh: '审批' },
  help: {
    en: 'Asks the roles of the ladder one after the other. The first rejection ends it; an empty ladder passes by rule.',
    zh: '按审批阶梯依次请求各角色审批；任一驳回即结束；阶梯为空时自动通过。',
  },
  parameters: Type.Object(
    { mode: Type.Literal('sequence'), autoPassWhenEmpty: Type.Boolean({ default: true }) },
    { additionalProperties: false },
  ),
  outputs: [
    { en: 'approved', zh: '同意' },
    { en: 'rejected', zh: '驳回' },
  ],
  effect: true,
  async execute(context: HubContext, { autoPassWhenEmpty }, input) {
    const { run, node, services, order } = context;
    const ladder = ladderIn(input, node.name);
    if (ladder.length === 0 && !autoPassWhenEmpty) {
      throw new HubError('UNEXPECTED', { why: `approval ${node.name} found nobody to ask` });
    }
    if (ladder.length === 0) {
      const why = { en: 'no approval needed, passed by rule', zh: '无需审批，自动通过' };
      return { do: 'next', output: 0, data: { approvals: [] }, why };
    }
    const path = ladder.map(({ role, level }) => ({ role, level }));
    for (const { role, level, reason } of ladder) {
      const key = `${run.runId}/${node.id}/${level}`;
      const title = { en: `Approve order ${order.orderNumber}`, zh: `审批订单 ${order.orderNumber}` };
      const spec = { kind: 'approval' as const, orderId: run.orderId, runId: run.runId, node: node.id, title, reason };
      const task = await services.tasks.ensure({ ...spec, key, role, level, path });
      if (task.state === 'waiting')
        return { do: 'wait', keys: [key], why: { en: `waits for ${role}`, zh: `等待 ${role}` } };
      const by = task.decidedBy?.name ?? 'OrderHub';
      if (task.state !== 'approved') {
        const why = `rejected by ${by}: ${task.comment ?? ''}`;
        const reasons = [{ rule: `approval-${level}`, why, whyZh: `${by} 驳回：${task.comment ?? ''}` }];
        return { do: 'next', output: 1, data: { reasons } };
      }
      const command = { ...commandOf(context), key, actor: task.decidedBy ?? commandOf(context).actor };
      await services.orders.emit(command, { type: 'order.approved', data: { level, role, task: key } });
    }
    return { do: 'next', output: 0, data: { approvals: path } };
  },
});
