import Type from 'typebox';
import { HubError } from '../../../errors/hub-error.js';
import { compute } from '../../conditions.js';
import type { Json } from '../../contract.js';
import { defineNode } from '../../define-node.js';
import { JsonataSource } from '../../jsonata-parameter.js';
import type { HubContext } from '../../services.js';
import { journalForMapping } from './journal-for-mapping.js';

const text = Type.String({ minLength: 1, maxLength: 100 });

/** What the mapping is given beside the node's own `input`: the order, its number and state, and the connection. */
async function mappingInput(context: HubContext, connection: string, extra: Json | undefined) {
  const { order, services } = context;
  const settings = await services.settingsOf(connection);
  const journal = await journalForMapping(context, extra);
  const base = { order, orderNumber: order.orderNumber, status: order.states.commercial, connection: settings };
  return {
    ...base,
    ...(order.opportunity === undefined ? {} : { opportunity: order.opportunity }),
    ...(extra !== null && typeof extra === 'object' && !Array.isArray(extra) ? extra : {}),
    ...(journal === undefined ? {} : { journal }),
  };
}

async function businessKeyOf(context: HubContext, source: string, input: Json): Promise<string> {
  const key = await compute(context, source, input);
  if (typeof key === 'string' && key !== '') return key;
  throw new HubError('PIPELINE_CONDITION_WRONG', { node: context.node.name, path: '$.businessKey', got: typeof key });
}

export const connectorAction = defineNode({
  type: 'connector-action',
  label: { en: 'Connector action', zh: '连接器动作' },
  help: {
    en: 'Asks an outside system to make or change something, once: planned in the effect ledger, then settled.',
    zh: '请求外部系统新建或修改对象且只生效一次：先记入外部动作台账，再确认结果。',
  },
  parameters: Type.Object(
    {
      connection: text,
      operation: text,
      mapping: text,
      businessKey: JsonataSource({ description: 'Stable number of the thing in the target' }),
      input: Type.Optional(JsonataSource({ description: 'More input for the mapping, an object' })),
    },
    { additionalProperties: false },
  ),
  outputs: [
    { en: 'confirmed', zh: '已确认' },
    { en: 'refused', zh: '被拒绝' },
  ],
  effect: true,
  async execute(context: HubContext, { connection, operation, mapping, businessKey, input: extraSource }, input) {
    const { run, node, order, services } = context;
    const extra = extraSource === undefined ? undefined : await compute(context, extraSource, input);
    const { output, revision } = await services.mappings.run(mapping, await mappingInput(context, connection, extra));
    const payload = output as Record<string, unknown>;
    const effect = await services.effects.plan({
      connection,
      operation,
      businessKey: await businessKeyOf(context, businessKey, input),
      contentVersion: `e${run.event.seq}`,
      payload,
      orderId: run.orderId,
      orderNumber: order.orderNumber,
      cause: { runId: run.runId, node: node.id },
    });
    if (effect.state === 'confirmed') {
      return { do: 'next', output: 0, data: { effect: effect._id, mappingRevision: revision } };
    }
    if (effect.state === 'refused') return { do: 'next', output: 1, data: { effect: effect._id } };
    return { do: 'wait', keys: [effect._id], why: { en: `${connection} is asked`, zh: `等待 ${connection}` } };
  },
});
