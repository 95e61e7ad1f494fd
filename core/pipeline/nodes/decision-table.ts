import Type from 'typebox';
import { decide, type EvaluatingContext } from '../conditions.js';
import type { Json } from '../contract.js';
import { defineNode } from '../define-node.js';
import { JsonataSource } from '../jsonata-parameter.js';

export const decisionTable = defineNode({
  type: 'decision-table',
  label: { en: 'Decision table', zh: '决策表' },
  help: {
    en: 'Collects what the rows give whose condition holds (all, or only the first) as `rows`.',
    zh: '收集条件成立的行（全部或首个）给出的内容，放入 rows。',
  },
  parameters: Type.Object(
    {
      hit: Type.Union([Type.Literal('all'), Type.Literal('first')], { default: 'all' }),
      rows: Type.Array(Type.Object({ when: JsonataSource(), give: Type.Unknown() }, { additionalProperties: false }), {
        minItems: 1,
        maxItems: 200,
      }),
    },
    { additionalProperties: false },
  ),
  outputs: [{ en: 'Next', zh: '下一步' }],
  async execute(context: EvaluatingContext, { hit, rows }, input) {
    const given: Json[] = [];
    for (const [index, { when, give }] of rows.entries()) {
      if (!(await decide(context, when, `$.rows[${index}].when`, input))) continue;
      given.push(give as Json);
      if (hit === 'first') break;
    }
    const why = { en: `${given.length} of ${rows.length} rows hold`, zh: `${rows.length} 行中 ${given.length} 行成立` };
    return { do: 'next', output: 0, data: { rows: given }, why };
  },
});
