import Type from 'typebox';
import { computeAll, type EvaluatingContext } from '../conditions.js';
import { defineNode } from '../define-node.js';
import { JsonataSource } from '../jsonata-parameter.js';

export const setNode = defineNode({
  type: 'set',
  label: { en: 'Set values', zh: '设置值' },
  help: {
    en: 'Adds computed values to its input; an expression that gives nothing adds nothing.',
    zh: '在输入中加入计算所得的值；表达式无结果时不加入。',
  },
  parameters: Type.Object(
    { values: Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,39}$' }), JsonataSource()) },
    { additionalProperties: false },
  ),
  outputs: [{ en: 'Next', zh: '下一步' }],
  async execute(context: EvaluatingContext, { values }, input) {
    const kept = input instanceof Object && !Array.isArray(input) ? input : {};
    return { do: 'next', output: 0, data: { ...kept, ...(await computeAll(context, values, input)) } };
  },
});
