import Type from 'typebox';
import { freezeAmendment as freeze } from '../../../order/freeze.js';
import { subscriptionChanges } from '../../../order/subscription-changes.js';
import { fulfilmentState } from '../../../store/fulfilment-state.js';
import type { Json } from '../../contract.js';
import { defineNode } from '../../define-node.js';
import { commandOf, type HubContext } from '../../services.js';
import { amendmentIn, amendmentNumber, returnInstead } from './amendment.js';

export const freezeAmendment = defineNode({
  type: 'freeze-amendment',
  label: { en: 'Freeze amendment', zh: '冻结变更' },
  help: {
    en: 'Holds the open units an amendment takes away and says who has to give up others: `shipments`, `changes` and `cancels` of subscriptions.',
    zh: '冻结变更涉及的未交数量，并列出需征询的对象：发货单 shipments、订阅变更 changes 与订阅终止 cancels。',
  },
  parameters: Type.Object({}, { additionalProperties: false }),
  outputs: [
    { en: 'frozen', zh: '已冻结' },
    { en: 'refused', zh: '被拒绝' },
  ],
  async execute(context: HubContext) {
    const number = amendmentNumber(context);
    const doc = await context.services.orders.fulfil(commandOf(context), (state) => freeze(state, number));
    const amendment = amendmentIn(doc, number);
    if (amendment === undefined || amendment.state === 'refused') {
      if (amendment !== undefined) await returnInstead(context, amendment);
      return { do: 'next', output: 1, data: { amendment: number } };
    }
    const shipments = amendment.asks.filter((ask) => ask.target === 'shipment').map((ask) => ({ number: ask.number }));
    const data = { amendment: number, shipments, ...subscriptionChanges(fulfilmentState(doc), amendment) };
    return { do: 'next', output: 0, data: data as unknown as Json };
  },
});
