import { Ajv } from 'ajv';
import Type, { type Static } from 'typebox';
import { sum } from '../../../order/money.js';
import { defineNode } from '../../define-node.js';
import { commandOf, type HubContext } from '../../services.js';

/** What an `order.delivered` event tells. */
export const DeliveredData = Type.Object({
  deliveryId: Type.String(),
  date: Type.String(),
  lines: Type.Array(Type.Object({ lineId: Type.String(), quantity: Type.String() })),
});
export type DeliveredData = Static<typeof DeliveredData>;
const isDelivered = new Ajv().compile<DeliveredData>(DeliveredData);

export const revenue = defineNode({
  type: 'revenue',
  label: { en: 'Revenue', zh: '收入' },
  help: {
    en: 'Opens the revenue contract of an accepted order and recognises what a delivery satisfied (IFRS 15.31, 15.38).',
    zh: '为已接受的订单建立收入合同，并在交付时确认收入（企业会计准则第 14 号）。',
  },
  parameters: Type.Object({}, { additionalProperties: false }),
  outputs: [
    { en: 'journal', zh: '有分录' },
    { en: 'nothing to post', zh: '无分录' },
  ],
  async execute(context: HubContext) {
    const { run, order, services } = context;
    if (!isDelivered(run.event.data)) {
      const { contract } = await services.books.contractOf(run.orderId);
      return { do: 'next', output: 1, data: { contract: contract.contractId } };
    }
    const { deliveryId, date, lines } = run.event.data;
    const delivery = { deliveryId: `${order.orderNumber}-${deliveryId}`, date, lines };
    const { doc, journalKey } = await services.books.recognise(run.orderId, delivery);
    const { contract } = doc;
    if (journalKey === undefined) return { do: 'next', output: 1, data: { contract: contract.contractId } };
    const recognisedMinor = sum(contract.obligations.map((o) => o.recognisedMinor));
    if (recognisedMinor > 0) {
      const allocatedMinor = contract.transactionPriceMinor;
      const to = recognisedMinor === allocatedMinor ? 'recognised' : 'part-recognised';
      const event = { type: 'revenue.recognised', data: { journalKey, deliveryId } };
      await services.orders.move(commandOf(context), 'revenue', to, event, {
        loaded: { recognisedMinor, allocatedMinor },
      });
    }
    return { do: 'next', output: 0, data: { journalKey } };
  },
});
