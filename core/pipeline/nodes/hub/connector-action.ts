import Type, { type Static } from 'typebox';
import { HubError } from '../../../errors/hub-error.js';
import type { EffectDoc } from '../../../store/models/work.js';
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

const listOf = (items: Json | undefined): readonly Json[] =>
  items === undefined ? [] : Array.isArray(items) ? items : [items as Json];

const Parameters = Type.Object(
  {
    connection: text,
    operation: text,
    mapping: text,
    businessKey: JsonataSource({ description: 'Stable number of the thing in the target' }),
    input: Type.Optional(JsonataSource({ description: 'More input for the mapping, an object' })),
    each: Type.Optional(
      JsonataSource({
        description: 'A list: the action is asked once for each, which the other expressions see as input',
      }),
    ),
  },
  { additionalProperties: false },
);
type Parameters = Static<typeof Parameters>;

/** Plans the effect for one item; planning it again finds the first. */
async function plan(context: HubContext, parameters: Parameters, input: Json): Promise<EffectDoc> {
  const { run, node, order, services } = context;
  const { connection, operation, mapping, businessKey, input: source } = parameters;
  const extra = source === undefined ? undefined : await compute(context, source, input);
  const { output } = await services.mappings.run(mapping, await mappingInput(context, connection, extra));
  return services.effects.plan({
    connection,
    operation,
    businessKey: await businessKeyOf(context, businessKey, input),
    contentVersion: `e${run.event.seq}`,
    payload: output as Record<string, unknown>,
    orderId: run.orderId,
    orderNumber: order.orderNumber,
    cause: { runId: run.runId, node: node.id },
  });
}

/** What the nodes after it may ask about an effect. */
const told = ({ _id, businessKey, state, receipt, problem }: EffectDoc): Json => ({
  key: _id,
  businessKey,
  state,
  ...(receipt === undefined ? {} : { remoteId: receipt.remoteId }),
  ...(problem === undefined ? {} : { reason: { en: problem.title, zh: problem.titleZh } }),
});

export const connectorAction = defineNode({
  type: 'connector-action',
  label: { en: 'Connector action', zh: '连接器动作' },
  help: {
    en: 'Asks an outside system to make or change something, once: planned in the effect ledger, then settled.',
    zh: '请求外部系统新建或修改对象且只生效一次：先记入外部动作台账，再确认结果。',
  },
  parameters: Parameters,
  outputs: [
    { en: 'confirmed', zh: '已确认' },
    { en: 'refused', zh: '被拒绝' },
  ],
  effect: true,
  async execute(context: HubContext, parameters, input) {
    const { connection, each } = parameters;
    const items = each === undefined ? [input] : listOf(await compute(context, each, input));
    const effects: EffectDoc[] = [];
    for (const item of items) effects.push(await plan(context, parameters, item));
    const refused = effects.filter((effect) => effect.state === 'refused');
    const waiting = effects.filter((effect) => effect.state !== 'confirmed' && effect.state !== 'refused');
    if (waiting.length > 0) {
      const keys = waiting.map((effect) => effect._id);
      return { do: 'wait', keys, why: { en: `${connection} is asked`, zh: `等待 ${connection}` } };
    }
    const given = input !== null && typeof input === 'object' && !Array.isArray(input) ? input : {};
    const data = { ...given, effects: effects.map(told) };
    return { do: 'next', output: refused.length === 0 ? 0 : 1, data };
  },
});
