import Type from 'typebox';
import { HubError } from '../../../errors/hub-error.js';
import { applySubscriptionReport } from '../../../order/subscriptions.js';
import { defineNode } from '../../define-node.js';
import { commandOf, type HubContext } from '../../services.js';

export const activateSubscription = defineNode({
  type: 'activate-subscription',
  label: { en: 'Subscription is active', zh: '订阅已启用' },
  help: {
    en: 'The subscription system has confirmed: seats are delivered from the start of their term, not before the order.',
    zh: '订阅系统已确认：席位自期限开始日（不早于订单日期）起视为交付。',
  },
  parameters: Type.Object({}, { additionalProperties: false }),
  outputs: [{ en: 'active', zh: '已启用' }],
  async execute(context: HubContext, _, input) {
    const { run, order, node, services } = context;
    const subscription = run.event.data['subscription'];
    if (typeof subscription !== 'string') {
      throw new HubError('UNEXPECTED', { why: `${node.name} needs an event that names a subscription` });
    }
    const report = { schema: 'subscription/v1', state: 'active', report: `e${run.event.seq}` } as const;
    await services.orders.fulfil(commandOf(context), (state) =>
      applySubscriptionReport(state, { ...report, subscription, date: order.orderDate }),
    );
    return { do: 'next', output: 0, data: input };
  },
});
