import Type from 'typebox';
import { defineNode } from '../../define-node.js';
import { commandOf, type HubContext } from '../../services.js';

export const orderValidated = defineNode({
  type: 'order-validated',
  label: { en: 'Order is valid', zh: '订单有效' },
  help: {
    en: 'Says that all rules passed; approval routing begins with it.',
    zh: '表示全部规则通过，审批流程由此开始。',
  },
  parameters: Type.Object({}, { additionalProperties: false }),
  outputs: [{ en: 'said', zh: '已通知' }],
  async execute(context: HubContext, _parameters, input) {
    const data = { revision: context.order.revision, run: context.run.runId };
    await context.services.orders.emit(commandOf(context), { type: 'order.validated', data });
    return { do: 'next', output: 0, data: input };
  },
});
