import Type from 'typebox';
import { beginFulfilment } from '../../../order/begin-fulfilment.js';
import { businessDate } from '../../../order/business-date.js';
import { defineNode } from '../../define-node.js';
import { commandOf, type HubContext } from '../../services.js';

export const planFulfilment = defineNode({
  type: 'plan-fulfilment',
  label: { en: 'Plan fulfilment', zh: '制定履约计划' },
  help: {
    en: 'Gives every line of an accepted order its steps, from the plans of the catalogue, and tells which are ready.',
    zh: '按目录中的履约模板为已受理订单的每一行生成步骤，并告知哪些已就绪。',
  },
  parameters: Type.Object({}, { additionalProperties: false }),
  outputs: [{ en: 'planned', zh: '已计划' }],
  async execute(context: HubContext, _, input) {
    const { orders, plans, zone } = context.services;
    const today = businessDate(context.now(), zone);
    await orders.fulfil(commandOf(context), (state) => beginFulfilment(state, plans, today));
    return { do: 'next', output: 0, data: input };
  },
});
