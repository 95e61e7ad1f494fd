import Type from 'typebox';
import { HubError } from '../../../errors/hub-error.js';
import { compareQuantity, readQuantity } from '../../../order/quantity.js';
import { compute } from '../../conditions.js';
import type { Json } from '../../contract.js';
import { defineNode } from '../../define-node.js';
import { JsonataSource } from '../../jsonata-parameter.js';
import { commandOf, type HubContext } from '../../services.js';
import { readySteps } from './ready-steps.js';

const text = Type.String({ minLength: 1, maxLength: 100 });

/** Units by product; a product that is not named has none. @throws HubError PIPELINE_CONDITION_WRONG */
function stockIn(given: Json | undefined, node: string): (product: string) => string {
  const isPlain = given !== undefined && given !== null && typeof given === 'object' && !Array.isArray(given);
  const units = new Map(isPlain ? Object.entries(given).map(([product, quantity]) => [product, String(quantity)]) : []);
  if (
    (given !== undefined && !isPlain) ||
    [...units.values()].some((quantity) => readQuantity(quantity) === undefined)
  ) {
    throw new HubError('PIPELINE_CONDITION_WRONG', { node, path: '$.available', got: typeof given });
  }
  return (product) => units.get(product) ?? '0';
}

export const checkStock = defineNode({
  type: 'check-stock',
  label: { en: 'Check stock', zh: '检查库存' },
  help: {
    en: 'Asks a warehouse what it has of the products that are to be reserved. Too little: the order is back-ordered and it asks again later.',
    zh: '向仓库查询待预留产品的可用库存；不足时订单转为缺货待补，稍后再次查询。',
  },
  parameters: Type.Object(
    {
      connection: text,
      read: text,
      input: JsonataSource({ description: 'What the warehouse is asked' }),
      available: JsonataSource({ description: 'Units by product, from the answer as input' }),
    },
    { additionalProperties: false },
  ),
  outputs: [{ en: 'enough', zh: '库存充足' }],
  effect: true,
  async execute(context: HubContext, { connection, read, input: asks, available }, input) {
    const { order, services, node } = context;
    const question = await compute(context, asks, input);
    const answer = await services.read(connection, read, (question ?? {}) as Record<string, unknown>);
    const stockOf = stockIn(await compute(context, available, answer as Json), node.name);
    for (const { product, quantity } of readySteps(context).steps) {
      if (compareQuantity(stockOf(product), quantity) >= 0) continue;
      const facts = { product, wanted: quantity, available: stockOf(product) };
      if (order.states.fulfilment === 'not-started' || order.states.fulfilment === 'reserved') {
        const event = { type: 'order.back-ordered', data: facts };
        await services.orders.move(commandOf(context), 'fulfilment', 'back-ordered', event);
      }
      throw new HubError('STOCK_SHORT', { ...facts, connection });
    }
    return { do: 'next', output: 0, data: input };
  },
});
