import Type from 'typebox';
import { defineNode } from '../define-node.js';

export const trigger = defineNode({
  type: 'trigger',
  label: { en: 'When it happens', zh: '触发' },
  help: {
    en: 'Starts a run for each event of these types; passes the data of the event on.',
    zh: '每发生一次所列事件即启动一个流程，并传递事件数据。',
  },
  parameters: Type.Object(
    {
      events: Type.Array(Type.String({ pattern: '^[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*$', maxLength: 60 }), {
        minItems: 1,
        maxItems: 20,
        description: 'Event types, e.g. order.received',
      }),
    },
    { additionalProperties: false },
  ),
  outputs: [{ en: 'Event', zh: '事件' }],
  trigger: true,
  execute: async (_context, _parameters, input) => ({ do: 'next', output: 0, data: input }),
});
