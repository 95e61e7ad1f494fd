import Type from 'typebox';
import { decide, type EvaluatingContext } from '../conditions.js';
import { defineNode } from '../define-node.js';
import { JsonataSource } from '../jsonata-parameter.js';

export const ifNode = defineNode({
  type: 'if',
  label: { en: 'If', zh: '条件' },
  help: { en: 'Leaves by yes or no; passes its input on.', zh: '按条件走“是”或“否”，并原样传递输入。' },
  parameters: Type.Object(
    { condition: JsonataSource({ description: 'JSONata that gives true or false' }) },
    { additionalProperties: false },
  ),
  outputs: [
    { en: 'Yes', zh: '是' },
    { en: 'No', zh: '否' },
  ],
  async execute(context: EvaluatingContext, { condition }, input) {
    const yes = await decide(context, condition, '$.condition', input);
    const why = { en: `${condition} is ${yes}`, zh: `${condition} 为${yes ? '真' : '假'}` };
    return { do: 'next', output: yes ? 0 : 1, data: input, why };
  },
});
