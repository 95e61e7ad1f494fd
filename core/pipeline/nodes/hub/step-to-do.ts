import Type from 'typebox';
import { STEP_WORDS } from '../../../order/words.js';
import { defineNode } from '../../define-node.js';
import type { HubContext } from '../../services.js';
import { readySteps } from './ready-steps.js';

export const stepToDo = defineNode({
  type: 'step-to-do',
  label: { en: 'To-do of a step', zh: '步骤待办' },
  help: {
    en: 'Asks the role that the plan names to carry a step out, and waits. The to-do is taken back when the step is done another way.',
    zh: '请履约计划指定的角色完成步骤并等待；步骤以其他方式完成时自动收回待办。',
  },
  parameters: Type.Object(
    {
      role: Type.String({ minLength: 1, default: 'sales-operations', description: 'Asked when the plan names nobody' }),
    },
    { additionalProperties: false },
  ),
  outputs: [{ en: 'done', zh: '已完成' }],
  effect: true,
  async execute(context: HubContext, { role: otherwise }, input) {
    const { run, node, order, services } = context;
    const { action, steps } = readySteps(context);
    const waiting: string[] = [];
    for (const { stepId, lineNo, product, quantity } of steps) {
      const step = order.plan.find((candidate) => candidate.stepId === stepId);
      const key = `${run.runId}/${node.id}/${stepId}`;
      const role = step?.role ?? otherwise;
      const words = STEP_WORDS[action];
      const task = await services.tasks.ensure({
        ...{ key, kind: 'todo', orderId: run.orderId, runId: run.runId, node: node.id, role, level: 1, stepId },
        title: { en: `${words.en}: line ${lineNo}, ${product}`, zh: `${words.zh}：第 ${lineNo} 行 ${product}` },
        reason: { en: `${quantity} are ready for it`, zh: `${quantity} 已就绪` },
        path: [{ role, level: 1 }],
        ...(step?.dueDate === undefined ? {} : { dueDate: step.dueDate }),
      });
      if (task.state !== 'waiting') continue;
      if (step?.state === 'ready') waiting.push(key);
      else await services.tasks.recall(key);
    }
    if (waiting.length > 0) return { do: 'wait', keys: waiting, why: { en: 'waits for a person', zh: '等待人员完成' } };
    return { do: 'next', output: 0, data: input };
  },
});
