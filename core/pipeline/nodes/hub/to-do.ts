import Type from 'typebox';
import { defineNode } from '../../define-node.js';
import type { HubContext } from '../../services.js';

const LabelText = Type.Object(
  { en: Type.String({ minLength: 1 }), zh: Type.String({ minLength: 1 }) },
  { additionalProperties: false },
);

export const toDo = defineNode({
  type: 'to-do',
  label: { en: 'To-do', zh: '待办' },
  help: {
    en: 'Asks a role to do something that is not an approval, and goes on at once or when it is done.',
    zh: '请某个角色完成非审批事项，可立即继续或等待完成。',
  },
  parameters: Type.Object(
    {
      role: Type.String({ minLength: 1 }),
      title: LabelText,
      reason: LabelText,
      waits: Type.Boolean({ default: true }),
    },
    { additionalProperties: false },
  ),
  outputs: [{ en: 'done', zh: '已完成' }],
  effect: true,
  async execute(context: HubContext, { role, title, reason, waits }, input) {
    const { run, node, services } = context;
    const key = `${run.runId}/${node.id}/1`;
    const where = { orderId: run.orderId, runId: run.runId, node: node.id };
    const task = await services.tasks.ensure({
      key,
      kind: 'todo',
      ...where,
      title,
      reason,
      role,
      level: 1,
      path: [{ role, level: 1 }],
    });
    if (waits && task.state === 'waiting') {
      return { do: 'wait', keys: [key], why: { en: `waits for ${role}`, zh: `等待 ${role}` } };
    }
    return { do: 'next', output: 0, data: input };
  },
});
