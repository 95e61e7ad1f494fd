import Type, { type Static } from 'typebox';
import { computeAll, decide, type EvaluatingContext } from '../conditions.js';
import type { Json } from '../contract.js';
import { defineNode } from '../define-node.js';
import { JsonataSource } from '../jsonata-parameter.js';

const Sentence = Type.String({ minLength: 1, maxLength: 400 });
const Rule = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{0,59}$' }),
    when: Type.Optional(JsonataSource({ description: 'The rule applies when this holds; always when absent' })),
    expect: JsonataSource({ description: 'The order is in order when this holds' }),
    why: Sentence,
    whyZh: Sentence,
    values: Type.Optional(Type.Record(Type.String({ pattern: '^\\w{1,40}$' }), JsonataSource())),
    severity: Type.Union([Type.Literal('error'), Type.Literal('warning')], { default: 'error' }),
  },
  { additionalProperties: false },
);
type Rule = Static<typeof Rule>;

const asText = (value: Json): string => {
  if (Array.isArray(value)) return value.map(asText).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
};
const fill = (sentence: string, values: Readonly<Record<string, Json>>): string =>
  sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : asText(value);
  });

async function isBroken(context: EvaluatingContext, rule: Rule, path: string, input: Json): Promise<boolean> {
  if (rule.when !== undefined && !(await decide(context, rule.when, `${path}.when`, input))) return false;
  return !(await decide(context, rule.expect, `${path}.expect`, input));
}

export const validate = defineNode({
  type: 'validate',
  label: { en: 'Validate', zh: '校验' },
  help: {
    en: 'Asks every rule. Broken rules refuse the order with `reasons`; broken warnings only travel on as `warnings`.',
    zh: '逐条检查规则。违反规则则拒绝并给出 reasons；警告仅以 warnings 传递。',
  },
  parameters: Type.Object({ rules: Type.Array(Rule, { minItems: 1, maxItems: 200 }) }, { additionalProperties: false }),
  outputs: [
    { en: 'Valid', zh: '通过' },
    { en: 'Refused', zh: '拒绝' },
  ],
  async execute(context: EvaluatingContext, { rules }, input) {
    const reasons: { rule: string; why: string; whyZh: string }[] = [];
    const warnings: typeof reasons = [];
    for (const [index, rule] of rules.entries()) {
      if (!(await isBroken(context, rule, `$.rules[${index}]`, input))) continue;
      const values = await computeAll(context, rule.values ?? {}, input);
      const reason = { rule: rule.id, why: fill(rule.why, values), whyZh: fill(rule.whyZh, values) };
      (rule.severity === 'error' ? reasons : warnings).push(reason);
    }
    const [first, ...others] = reasons;
    if (first === undefined) {
      const why = { en: `${rules.length} rules hold`, zh: `${rules.length} 条规则均满足` };
      return {
        do: 'next',
        output: 0,
        data: { warnings },
        ...(warnings.length === 0 ? { why } : { why: sayWarned(warnings) }),
      };
    }
    const more = others.length === 0 ? ['', ''] : [` (and ${others.length} more)`, `（另有 ${others.length} 条）`];
    const why = { en: `${first.why}${more[0]}`, zh: `${first.whyZh}${more[1]}` };
    return { do: 'next', output: 1, data: { reasons, warnings }, why };
  },
});

const sayWarned = (warnings: readonly { why: string; whyZh: string }[]) => ({
  en: warnings.map(({ why }) => why).join('; '),
  zh: warnings.map(({ whyZh }) => whyZh).join('；'),
});
