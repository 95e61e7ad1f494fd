import { describe, expect, test } from 'vitest';
import { checkDefinition } from './check.js';
import type { PipelineDefinition } from './definition.js';
import { readPipeline } from './load.js';
import { structuralNodes } from './nodes/structural.js';
import { NodeRegistry } from './registry.js';

const registry = new NodeRegistry(structuralNodes);
const node = (id: string, type: string, parameters: Record<string, unknown> = {}, y = 0) => ({
  id,
  name: `The ${id}`,
  type: `n8n-nodes-orderhub.${type}`,
  typeVersion: 1 as const,
  position: [0, y] as [number, number],
  parameters,
});
const to = (...ids: string[]) => ids.map((id) => ({ node: `The ${id}`, type: 'main' as const, index: 0 as const }));

function sound(): PipelineDefinition {
  return {
    name: 'sound',
    nodes: [
      node('start', 'trigger', { events: ['order.received'] }),
      node('choice', 'if', { condition: 'facts.amountBase > 10' }),
      node('low', 'stop', {}, 100),
      node('high', 'stop', {}, -100),
    ],
    connections: {
      'The start': { main: [to('choice')] },
      'The choice': { main: [to('low', 'high'), null] },
    },
    settings: { executionOrder: 'v1' },
    meta: { orderhub: { schema: 'pipeline/v1', label: { en: 'S', zh: '稳' }, about: { en: 'A', zh: '述' } } },
  };
}
const issuesOf = (change: (definition: PipelineDefinition) => unknown) => {
  const definition = sound();
  change(definition);
  return checkDefinition(definition, registry);
};
const part = (definition: PipelineDefinition, index: number) => {
  const found = definition.nodes[index];
  if (found === undefined) throw new Error(`no node ${index}`);
  return found;
};

test('a sound pipeline has no faults and becomes ready to run', () => {
  expect(checkDefinition(sound(), registry)).toEqual([]);
  const pipeline = readPipeline(sound(), registry);
  expect(pipeline).toMatchObject({ name: 'sound', events: ['order.received'], triggerNode: 'start' });
  expect(pipeline.nodes.get('choice')?.type).toBe('if');
  expect(pipeline.nodes.get('choice')?.next, 'upper branch first').toEqual([['high', 'low'], []]);
});

type Row = [fault: string, change: (d: PipelineDefinition) => unknown, path: string, why: RegExp, node?: string];
test.each<Row>([
  ['no object', (d) => Object.assign(d, { nodes: 5 }), '$.nodes', /must be array/],
  ['a member the hub would ignore', (d) => Object.assign(d, { pinData: {} }), '$.pinData', /not known/],
  [
    'a retry rule of n8n',
    (d) => Object.assign(part(d, 1), { retryOnFail: true }),
    '$.nodes[1].retryOnFail',
    /not known/,
  ],
  [
    'another order of execution',
    (d) => Object.assign(d.settings, { executionOrder: 'v0' }),
    '$.settings.executionOrder',
    /v1/,
  ],
  ['an unknown type', (d) => (part(d, 2).type = 'n8n-nodes-base.code'), '$.nodes[2].type', /no node type/, 'The low'],
  [
    'an unknown type of ours',
    (d) => (part(d, 2).type = 'n8n-nodes-orderhub.nope'),
    '$.nodes[2].type',
    /no node type/,
    'The low',
  ],
  ['a type without its package', (d) => (part(d, 2).type = 'stop'), '$.nodes[2].type', /begin with/, 'The low'],
  ['two nodes of one id', (d) => (part(d, 3).id = 'low'), '$.nodes[3].id', /has the id low/, 'The high'],
  ['two nodes of one name', (d) => (part(d, 3).name = 'The low'), '$.nodes[3].name', /has the name/, 'The low'],
  [
    'an arrow to nowhere',
    (d) => d.connections['The choice']?.main.push(to('gone')),
    '$.connections["The choice"].main[2][0]',
    /no node/,
    'The choice',
  ],
  [
    'an arrow from nowhere',
    (d) => (d.connections['Gone'] = { main: [to('low')] }),
    '$.connections["Gone"]',
    /no node/,
    'Gone',
  ],
  [
    'an output the type lacks',
    (d) => d.connections['The choice']?.main.push(to('low')),
    '$.connections["The choice"].main[2][0]',
    /output 2, but if has 2/,
    'The choice',
  ],
  [
    'an output of an end',
    (d) => (d.connections['The low'] = { main: [to('high')] }),
    '$.connections["The low"].main[0][0]',
    /stop has 0/,
    'The low',
  ],
  ['an unreachable node', (d) => d.nodes.push(node('alone', 'stop')), '$.nodes[4]', /cannot be reached/, 'The alone'],
  [
    'a circle',
    (d) => d.connections['The choice']?.main.splice(1, 1, to('choice')),
    '$.nodes[1]',
    /circle/,
    'The choice',
  ],
  [
    'no trigger',
    (d) => {
      d.nodes.shift();
      delete d.connections['The start'];
    },
    '$.nodes',
    /no trigger/,
  ],
  [
    'two triggers',
    (d) => d.nodes.push(node('second', 'trigger', { events: ['order.changed'] })),
    '$.nodes[4]',
    /second trigger/,
    'The second',
  ],
  [
    'a missing parameter',
    (d) => (part(d, 1).parameters = {}),
    '$.nodes[1].parameters.condition',
    /missing/,
    'The choice',
  ],
  [
    'an unknown parameter',
    (d) => (part(d, 2).parameters = { x: 1 }),
    '$.nodes[2].parameters.x',
    /not known/,
    'The low',
  ],
  [
    'a condition that is no JSONata',
    (d) => (part(d, 1).parameters = { condition: 'a >' }),
    '$.nodes[1].parameters.condition',
    /./,
    'The choice',
  ],
  [
    'a condition that evaluates texts',
    (d) => (part(d, 1).parameters = { condition: '$eval("1") = 1' }),
    '$.nodes[1].parameters.condition',
    /eval/,
    'The choice',
  ],
  [
    'an n8n expression',
    (d) => (part(d, 1).parameters = { condition: '={{ $json.x }}' }),
    '$.nodes[1].parameters.condition',
    /n8n expression/,
    'The choice',
  ],
  ['a name n8n would evaluate', (d) => (part(d, 2).name = '=x'), '$.nodes[2].name', /match/],
  ['a disabled node', (d) => (part(d, 2).disabled = true), '$.nodes[2].disabled', /disabled/, 'The low'],
])('%s is named', (_fault, change, path, why, name) => {
  const found = issuesOf(change).find((issue) => issue.path === path && why.test(issue.why));
  expect(found, JSON.stringify(issuesOf(change))).toBeDefined();
  expect(found?.whyZh).not.toBe('');
  expect(found?.node).toBe(name);
});

test('an expression is found however deep it hides', () => {
  const rows = [{ when: 'true', give: { list: ['a', { b: '={{ 1 }}' }] } }];
  const definition = sound();
  definition.nodes[1] = node('choice', 'decision-table', { rows });
  expect(checkDefinition(definition, registry).map((issue) => issue.path)).toContain(
    '$.nodes[1].parameters.rows[0].give.list[1].b',
  );
});

test('a circle nobody can enter is both a circle and out of reach', () => {
  const issues = issuesOf((d) => {
    d.nodes.push(node('a', 'if', { condition: 'true' }), node('b', 'if', { condition: 'true' }), node('c', 'stop'));
    d.connections['The a'] = { main: [to('b')] };
    d.connections['The b'] = { main: [to('a'), to('c')] };
  });
  const circle = issues.filter((issue) => issue.why.includes('circle')).map((issue) => issue.node);
  expect(circle, 'what hangs behind a circle is not part of it').toEqual(['The a', 'The b']);
  expect(issues.filter((issue) => issue.why.includes('reached')).map((issue) => issue.node)).toEqual([
    'The a',
    'The b',
    'The c',
  ]);
});

describe('reading', () => {
  test('refuses with all faults at once', () => {
    const definition = sound();
    part(definition, 1).parameters = {};
    part(definition, 2).disabled = true;
    expect(() => readPipeline(definition, registry)).toThrow(
      expect.objectContaining({
        code: 'PIPELINE_INVALID',
        facts: expect.objectContaining({ pipeline: 'sound' }),
        issues: expect.arrayContaining([
          expect.objectContaining({ node: 'The choice' }),
          expect.objectContaining({ node: 'The low' }),
        ]),
      }),
    );
  });

  test('fills defaults for the engine and leaves the file alone', () => {
    const definition = sound();
    definition.nodes[1] = node('choice', 'decision-table', { rows: [{ when: 'true', give: 1 }] });
    definition.connections['The choice'] = { main: [to('low', 'high')] };
    const pipeline = readPipeline(definition, registry);
    expect(pipeline.nodes.get('choice')?.parameters['hit']).toBe('all');
    expect(part(pipeline.definition, 1).parameters).not.toHaveProperty('hit');
  });

  test('the revision follows the content, not the order of members', () => {
    const { meta, ...rest } = sound();
    const one = readPipeline(sound(), registry).revision;
    expect(readPipeline({ meta, ...rest }, registry).revision).toBe(one);
    const other = sound();
    part(other, 1).parameters = { condition: 'facts.amountBase > 11' };
    expect(readPipeline(other, registry).revision).not.toBe(one);
    expect(one).toMatch(/^[0-9a-f]{64}$/);
  });
});
