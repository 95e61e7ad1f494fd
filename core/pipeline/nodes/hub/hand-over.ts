import Type from 'typebox';
import type { Action, FulfilmentState, Outcome } from '../../../order/fulfilment.js';
import { planShipment } from '../../../order/shipments.js';
import { planSubscription } from '../../../order/subscriptions.js';
import { defineNode } from '../../define-node.js';
import { commandOf, type HubContext } from '../../services.js';

type Plan = (state: FulfilmentState, stepIds: readonly string[]) => Outcome | undefined;
const PLANS: Readonly<Record<'shipment' | 'subscription', readonly [Action, Plan]>> = {
  shipment: ['ship', planShipment],
  subscription: ['tenant', planSubscription],
};

export const handOver = defineNode({
  type: 'hand-over',
  label: { en: 'Hand over', zh: '移交履约' },
  help: {
    en: 'Makes one shipment or subscription of everything that is ready for it; its event lets another system be asked.',
    zh: '将全部就绪数量合为一张发货单或一个订阅，并以其事件通知外部系统。',
  },
  parameters: Type.Object(
    { as: Type.Union([Type.Literal('shipment'), Type.Literal('subscription')]) },
    { additionalProperties: false },
  ),
  outputs: [{ en: 'planned', zh: '已计划' }],
  async execute(context: HubContext, { as }, input) {
    const [action, plan] = PLANS[as];
    await context.services.orders.fulfil(commandOf(context), (state) => {
      const ready = state.plan.filter((step) => step.action === action && step.state === 'ready');
      return plan(
        state,
        ready.map(({ stepId }) => stepId),
      );
    });
    return { do: 'next', output: 0, data: input };
  },
});
