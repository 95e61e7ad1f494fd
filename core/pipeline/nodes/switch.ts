import Type from 'typebox';
import { decide, type EvaluatingContext } from '../conditions.js';
import { defineNode } from '../define-node.js';
import { JsonataSource } from '../jsonata-parameter.js';

const MAX_CASES = 8;
const CASES = Array.from({ length: MAX_CASES }, (_, index) => index + 1);

export const switchNode = defineNode({
  type: 'switch',
  label: { en: 'Switch', zh: '分支' },
  help: {
    en: 'Leaves by the output of the first case that holds, or by the last output when none does; passes its input on.',
    zh: '走第一个成立的分支；都不成立时走最后一个输出；原样传递输入。',
  },
  parameters: Type.Object(
    {
      cases: Type.Array(
        Type.Object(
          { when: JsonataSource(), name: Type.String({ minLength: 1, maxLength: 80 }) },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: MAX_CASES },
      ),
    },
    { additionalProperties: false },
  ),
  outputs: [...CASES.map((n) => ({ en: `Case ${n}`, zh: `分支 ${n}` })), { en: 'Otherwise', zh: '其他' }],
  async execute(context: EvaluatingContext, { cases }, input) {
    for (const [index, { when, name }] of cases.entries()) {
      if (await decide(context, when, `$.cases[${index}].when`, input)) {
        return { do: 'next', output: index, data: input, why: { en: `case ${name}`, zh: `分支：${name}` } };
      }
    }
    return { do: 'next', output: MAX_CASES, data: input, why: { en: 'no case holds', zh: '没有分支成立' } };
  },
});
