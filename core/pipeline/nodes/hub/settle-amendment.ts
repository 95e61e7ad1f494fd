import Type from 'typebox';
import { businessDate } from '../../../order/business-date.js';
import { settleAmendment as settle } from '../../../order/settle.js';
import { defineNode } from '../../define-node.js';
import { commandOf, type HubContext } from '../../services.js';
import { amendmentIn, amendmentNumber, returnInstead } from './amendment.js';

export const settleAmendment = defineNode({
  type: 'settle-amendment',
  label: { en: 'Settle amendment', zh: '裁定变更' },
  help: {
    en: 'Makes an amendment effective as far as those agreed who were asked; whoever was not asked any more counts as refusing.',
    zh: '按各方答复使变更生效或部分生效；未再征询的对象视为拒绝。',
  },
  parameters: Type.Object({}, { additionalProperties: false }),
  outputs: [
    { en: 'effective', zh: '已生效' },
    { en: 'refused', zh: '被拒绝' },
  ],
  async execute(context: HubContext) {
    const { orders, effectsOf, plans, zone } = context.services;
    const today = businessDate(context.now(), zone);
    const number = amendmentNumber(context);
    const effects = await effectsOf(context.run.runId);
    const agreed = new Set(effects.filter(({ state }) => state === 'confirmed').map(({ businessKey }) => businessKey));
    const command = commandOf(context);
    const doc = await orders.fulfil(command, (state) => {
      const asks = state.amendments.find((amendment) => amendment.number === number)?.asks ?? [];
      const refusedBy = asks.map((ask) => ask.number).filter((asked) => !agreed.has(asked));
      return settle(state, number, refusedBy, plans, today);
    });
    const amendment = amendmentIn(doc, number);
    if (amendment?.state === 'effective') await orders.keepRevision(command, doc);
    if (amendment !== undefined) await returnInstead(context, amendment);
    return { do: 'next', output: amendment?.state === 'effective' ? 0 : 1, data: { amendment: number } };
  },
});
