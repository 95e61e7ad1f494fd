import Type from 'typebox';
import { businessDate } from '../../../order/business-date.js';
import { completeStep as complete } from '../../../order/complete-step.js';
import { defineNode } from '../../define-node.js';
import { commandOf, type HubContext } from '../../services.js';
import { readySteps } from './ready-steps.js';

export const completeStep = defineNode({
  type: 'complete-step',
  label: { en: 'Complete step', zh: '完成步骤' },
  help: {
    en: 'Marks the steps that were ready as done today, all that is left of them; what waited for them becomes ready.',
    zh: '将已就绪步骤的剩余数量标记为今日完成；等待它们的步骤随之就绪。',
  },
  parameters: Type.Object({}, { additionalProperties: false }),
  outputs: [{ en: 'done', zh: '已完成' }],
  async execute(context: HubContext, _, input) {
    const { orders, zone } = context.services;
    const command = commandOf(context);
    const date = businessDate(context.now(), zone);
    for (const { stepId } of readySteps(context).steps) {
      const proof = { stepId, id: `${stepId}.${context.run.event.seq}`, date, kind: 'task' as const };
      await orders.fulfil({ ...command, key: `${command.key}/${stepId}` }, (state) => {
        const open = state.plan.some((step) => step.stepId === stepId && step.state === 'ready');
        return open ? complete(state, proof) : undefined;
      });
    }
    return { do: 'next', output: 0, data: input };
  },
});
