import { describe, expect, test } from 'vitest';
import { evaluateExpression } from '../../mapping/expression.js';
import { readParameters } from '../check.js';
import type { EvaluatingContext } from '../conditions.js';
import type { Json } from '../contract.js';
import { NodeRegistry } from '../registry.js';
import { structuralNodes } from './structural.js';

const registry = new NodeRegistry(structuralNodes);
const context: EvaluatingContext = {
  run: {
    runId: 'r',
    pipeline: 'p',
    revision: 'v',
    orderId: 'o',
    event: { seq: 3, type: 'order.received', data: { from: 'shop' }, depth: 0 },
  },
  node: { id: 'n', name: 'The node' },
  order: { currency: 'CNY', lines: [{ name: 'A' }, { name: 'B' }] } as never,
  facts: { amountBase: 200 },
  now: () => new Date(0),
  services: { evaluate: evaluateExpression },
};

async function run(type: string, given: Record<string, unknown>, input: Json = { was: 'here' }) {
  const found = registry.find(type);
  if (found === undefined) throw new Error(`no type ${type}`);
  const { values, issues } = readParameters(found.parameters, given);
  expect(issues).toEqual([]);
  return found.execute(context, values, input);
}

describe('if', () => {
  test.each([
    ['facts.amountBase > 100', 0],
    ['facts.amountBase > 300', 1],
    ['event.data.from = "shop" and event.seq = 3', 0],
    ['input.was = "here"', 0],
  ])('%s leaves by %i', async (condition, output) => {
    expect(await run('if', { condition })).toMatchObject({ do: 'next', output, data: { was: 'here' } });
  });

  test.each([
    ['facts.unheard > 1', 'nothing'],
    ['facts.amountBase', 'number'],
    ['order.currency', 'string'],
    ['order.lines', 'array'],
    ['null', 'null'],
  ])('%s is no condition: it gives %s', async (condition, got) => {
    await expect(run('if', { condition })).rejects.toMatchObject({
      code: 'PIPELINE_CONDITION_WRONG',
      facts: { node: 'The node', path: '$.condition', got },
    });
  });
});

describe('switch', () => {
  const cases = [
    { when: 'facts.amountBase > 1000', name: 'large' },
    { when: 'facts.amountBase > 100', name: 'medium' },
    { when: 'facts.amountBase > 10', name: 'small' },
  ];
  test('the first case that holds decides', async () => {
    expect(await run('switch', { cases })).toMatchObject({ output: 1, why: { en: 'case medium' } });
  });
  test('without one the last output is taken', async () => {
    const outcome = await run('switch', { cases: cases.slice(0, 1) });
    expect(outcome).toMatchObject({ output: (registry.find('switch')?.outputs.length ?? 0) - 1 });
  });
});

describe('decision table', () => {
  const rows = [
    { when: 'facts.amountBase > 1000', give: 'a' },
    { when: 'facts.amountBase > 100', give: { role: 'b' } },
    { when: 'true', give: 3 },
  ];
  test.each([
    ['all', [{ role: 'b' }, 3]],
    ['first', [{ role: 'b' }]],
  ])('hit %s', async (hit, given) => {
    expect(await run('decision-table', { hit, rows })).toMatchObject({ output: 0, data: { rows: given } });
  });
  test('a row that cannot decide is named', async () => {
    const broken = [...rows, { when: 'facts.unheard > 1', give: 4 }];
    await expect(run('decision-table', { rows: broken })).rejects.toMatchObject({ facts: { path: '$.rows[3].when' } });
  });
});

test('set adds what gives something to the input', async () => {
  const values = { twice: 'facts.amountBase * 2', names: 'order.lines.name', nothing: 'order.unheard' };
  expect(await run('set', { values })).toMatchObject({ data: { was: 'here', twice: 400, names: ['A', 'B'] } });
  expect(await run('set', { values: { nothing: 'order.unheard' } }, [1])).toMatchObject({ data: {} });
});

describe('validate', () => {
  const broken = { id: 'broken', expect: 'false', why: 'bad {names}, {n}, {gone}', whyZh: '错 {names}' };
  const values = { names: 'order.lines.name', n: 'facts.amountBase', gone: 'order.unheard' };

  test('refuses with every broken rule and filled sentences', async () => {
    const rules = [
      { ...broken, values },
      { ...broken, id: 'fine', expect: 'true' },
      { ...broken, id: 'also' },
    ];
    expect(await run('validate', { rules })).toMatchObject({
      output: 1,
      data: {
        reasons: [
          { rule: 'broken', why: 'bad A, B, 200, {gone}', whyZh: '错 A, B' },
          { rule: 'also', why: broken.why, whyZh: broken.whyZh },
        ],
        warnings: [],
      },
      why: { en: 'bad A, B, 200, {gone} (and 1 more)' },
    });
  });
  test('a warning travels on', async () => {
    expect(await run('validate', { rules: [{ ...broken, severity: 'warning' }] })).toMatchObject({
      output: 0,
      data: { warnings: [{ rule: 'broken' }] },
      why: { en: broken.why },
    });
  });
  test('a rule that does not apply is not asked', async () => {
    expect(await run('validate', { rules: [{ ...broken, when: 'false', expect: 'facts.unheard > 1' }] })).toMatchObject(
      {
        output: 0,
      },
    );
  });
  test.each(['when', 'expect'])('a %s that cannot decide is named', async (which) => {
    const rules = [{ ...broken, when: 'true', [which]: 'order.unheard' }];
    await expect(run('validate', { rules })).rejects.toMatchObject({ facts: { path: `$.rules[0].${which}` } });
  });
});

test('stop ends, the trigger passes on', async () => {
  expect(await run('stop', {})).toEqual({ do: 'end' });
  expect(await run('trigger', { events: ['order.received'] })).toMatchObject({ output: 0, data: { was: 'here' } });
});
