import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { INodeType, INodeTypes } from 'n8n-workflow/dist/cjs/index.js';
import Type from 'typebox';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { defineNode } from '../define-node.js';
import type { PipelineDefinition } from '../definition.js';
import { JsonataSource } from '../jsonata-parameter.js';
import { structuralNodes } from '../nodes/structural.js';
import { NodeRegistry, TYPE_PREFIX } from '../registry.js';
import { checksum, diff } from './compare.js';
import { exportWorkflow, importWorkflow } from './exchange.js';
import { n8nLibrary } from './library.js';
import { asNodeTypes, describeNode } from './node-types.js';

const registry = new NodeRegistry(structuralNodes);
const at = (id: string, type: string, parameters: Record<string, unknown>) => ({
  id,
  name: `The ${id}`,
  type: `${TYPE_PREFIX}${type}`,
  typeVersion: 1 as const,
  position: [0, 0] as [number, number],
  parameters,
});
const to = (id: string) => ({ node: `The ${id}`, type: 'main' as const, index: 0 as const });
const sample = (): PipelineDefinition => ({
  name: 'sample',
  nodes: [
    at('start', 'trigger', { events: ['order.received'] }),
    at('table', 'decision-table', { hit: 'first', rows: [{ when: 'facts.amountBase > 1', give: { role: 'a' } }] }),
    at('choice', 'if', { condition: '$count(input.rows) > 0' }),
    at('end', 'stop', {}),
  ],
  connections: {
    'The start': { main: [[to('table')]] },
    'The table': { main: [[to('choice')]] },
    'The choice': { main: [[to('end')], []] },
  },
  settings: { executionOrder: 'v1' },
  meta: { orderhub: { schema: 'pipeline/v1', label: { en: 'S', zh: '样' }, about: { en: 'A', zh: '述' } } },
});
const node = (definition: PipelineDefinition, index: number) => {
  const found = definition.nodes[index];
  if (found === undefined) throw new Error(`no node ${index}`);
  return found;
};

/** n8n's evaluator, replaced by one that notices every call; none may come from anything below. */
let evaluator: ReturnType<typeof vi.spyOn>;
beforeEach(async () => {
  const { Expression } = await n8nLibrary();
  evaluator = vi.spyOn(Expression.prototype, 'resolveSimpleParameterValue').mockImplementation(() => {
    throw new Error('n8n evaluated an expression');
  });
});
afterEach(() => {
  expect(evaluator).not.toHaveBeenCalled();
  evaluator.mockRestore();
});

describe('node types for n8n', () => {
  test('are classes n8n accepts', () => {
    expectTypeOf(asNodeTypes).returns.items.toExtend<new () => INodeType>();
    const descriptions = asNodeTypes(registry).map((NodeClass) => new NodeClass().description);
    expect(descriptions.map(({ name }) => name)).toEqual(registry.all().map(({ type }) => type));
    for (const { inputs, outputs, outputNames, properties } of descriptions) {
      expect([Array.isArray(inputs), Array.isArray(outputs)], 'text here would be evaluated').toEqual([true, true]);
      expect(outputNames).toHaveLength(outputs.length);
      for (const property of properties) expect(property.noDataExpression).toBe(true);
    }
  });

  test('offer an editor for each kind of parameter', () => {
    const parameters = Type.Object({
      businessKey: JsonataSource({ description: 'Stable number' }),
      mode: Type.Union([Type.Literal('all'), Type.Literal('first')], { default: 'first' }),
      kind: Type.Enum(['a', 'b']),
      level: Type.Integer({ minimum: 1, maximum: 9 }),
      waits: Type.Boolean({ default: true }),
      events: Type.Array(Type.String()),
      note: Type.Optional(Type.String()),
      title: Type.Object({ en: Type.String() }),
      rows: Type.Array(Type.Object({ when: Type.String() })),
    });
    const label = { en: 'X', zh: 'X' };
    const type = defineNode({
      type: 'x',
      label,
      help: label,
      outputs: [],
      parameters,
      execute: async () => ({ do: 'end' }),
    });
    const shown = describeNode(type).properties.map(({ name, displayName, type: kind, required, default: preset }) => [
      name,
      displayName,
      kind,
      required,
      preset, // biome-ignore format: a table reads better in rows
    ]);
    expect(shown).toEqual([
      ['businessKey', 'Business Key', 'string', true, ''],
      ['mode', 'Mode', 'options', false, 'first'],
      ['kind', 'Kind', 'options', true, 'a'],
      ['level', 'Level', 'number', true, 0],
      ['waits', 'Waits', 'boolean', false, true],
      ['events', 'Events', 'string', true, []],
      ['note', 'Note', 'string', false, ''],
      ['title', 'Title', 'json', true, 'null'],
      ['rows', 'Rows', 'json', true, 'null'],
    ]);
  });

  test("let n8n's own Workflow walk our pipeline and find nothing missing", async () => {
    const { Workflow, NodeHelpers } = await n8nLibrary();
    const classes = new Map<string, INodeType>(
      asNodeTypes(registry).map((NodeClass) => {
        const instance = new NodeClass();
        return [`${TYPE_PREFIX}${instance.description.name}`, instance] as const;
      }),
    );
    const find = (type: string): INodeType => {
      const found = classes.get(type);
      if (found === undefined) throw new Error(`no type ${type}`);
      return found;
    };
    const nodeTypes: INodeTypes = {
      getByName: find,
      getByNameAndVersion: find,
      getKnownTypes: () => ({}),
    };
    const { nodes, connections, settings } = exportWorkflow(sample(), registry);
    const workflow = new Workflow({ nodes, connections, settings, active: false, nodeTypes });
    expect(workflow.getChildNodes('The start')).toEqual(expect.arrayContaining(['The table', 'The choice', 'The end']));
    for (const each of nodes) {
      const { description } = find(each.type);
      expect(NodeHelpers.getNodeParametersIssues(description.properties, each, description), each.name).toBeNull();
    }
    const [, , choice] = nodes;
    if (choice === undefined) throw new Error('no choice');
    const { description } = find(choice.type);
    expect(
      NodeHelpers.getNodeParametersIssues(description.properties, { ...choice, parameters: {} }, description),
      'n8n itself asks for the condition',
    ).toMatchObject({ parameters: { condition: expect.anything() } });
  });
});

describe('import and export', () => {
  test('an exported pipeline comes back equal, and JSON parameters travel as text', () => {
    const exported = exportWorkflow(sample(), registry);
    expect(typeof exported.nodes[1]?.parameters['rows']).toBe('string');
    expect(importWorkflow(exported, registry)).toEqual(sample());
    expect(importWorkflow(sample(), registry)).toEqual(sample());
  });

  test('what n8n keeps for itself is dropped, and a drawing of its own gets a name', () => {
    const { meta: _, ...drawn } = sample();
    const raw = {
      ...drawn,
      name: '2 My Pipeline!',
      id: 'Zx1',
      active: true,
      versionId: 'v',
      pinData: { 'The start': [{ json: {} }] },
      staticData: null,
      tags: [],
      meta: { instanceId: 'abc' },
      settings: { executionOrder: 'v1', timezone: 'Asia/Shanghai' },
      nodes: drawn.nodes.map((each) => ({ ...each, notesInFlow: true })),
    };
    const imported = importWorkflow(raw, registry);
    const label = { en: '2 My Pipeline!', zh: '2 My Pipeline!' };
    expect(imported).toEqual({
      ...sample(),
      name: 'my-pipeline',
      meta: { orderhub: { schema: 'pipeline/v1', label, about: label } },
    });
  });

  test.each([
    ['an expression', { parameters: { condition: '={{ $json.amount > 1 }}' } }, '$.nodes[2].parameters.condition'],
    [
      'an expression in JSON text',
      { type: `${TYPE_PREFIX}decision-table`, parameters: { rows: '[{"when":"true","give":"={{ 1 }}"}]' } },
      '$.nodes[2].parameters.rows[0].give',
    ],
    [
      'broken JSON text',
      { type: `${TYPE_PREFIX}decision-table`, parameters: { rows: '[' } },
      '$.nodes[2].parameters.rows',
    ],
    ['a retry rule', { retryOnFail: true }, '$.nodes[2].retryOnFail'],
    ['credentials', { credentials: {} }, '$.nodes[2].credentials'],
    ['a node of another package', { type: 'n8n-nodes-base.if' }, '$.nodes[2].type'],
  ])('%s is refused', (_what, change, path) => {
    const definition = sample();
    Object.assign(node(definition, 2), change);
    expect(() => importWorkflow(definition, registry)).toThrow(
      expect.objectContaining({
        code: 'PIPELINE_INVALID',
        issues: expect.arrayContaining([expect.objectContaining({ path })]),
      }),
    );
  });

  test.each([[undefined], [null], ['text'], [[]], [{}]])('%j is no workflow', (raw) => {
    expect(() => importWorkflow(raw, registry)).toThrow(expect.objectContaining({ code: 'PIPELINE_INVALID' }));
  });
});

describe('checksum and diff', () => {
  test('the checksum is stable and follows the content', async () => {
    const { meta, nodes, ...rest } = sample();
    const one = await checksum(sample());
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(await checksum({ meta, nodes, ...rest }), 'the order of members does not matter').toBe(one);
    const other = sample();
    node(other, 2).parameters = { condition: 'true' };
    expect(await checksum(other)).not.toBe(one);
  });

  test('the diff names changed, new and removed nodes and arrows', async () => {
    const after = sample();
    node(after, 1).position = [400, 0];
    node(after, 2).parameters = { condition: 'true' };
    after.nodes[3] = at('halt', 'stop', {});
    after.connections['The choice'] = { main: [[], [to('halt')]] };
    expect(await diff(sample(), after)).toEqual({
      nodes: [
        { id: 'choice', name: 'The choice', status: 'modified' },
        { id: 'end', name: 'The end', status: 'deleted' },
        { id: 'halt', name: 'The halt', status: 'added' },
      ],
      arrows: {
        added: [{ from: 'The choice', output: 1, to: 'The halt' }],
        removed: [{ from: 'The choice', output: 0, to: 'The end' }],
      },
    });
    expect(await diff(sample(), sample())).toEqual({ nodes: [], arrows: { added: [], removed: [] } });
  });
});

test('the spy would notice an evaluation', async () => {
  const { Workflow } = await n8nLibrary();
  const empty = { getByName: () => ({}), getByNameAndVersion: () => ({}), getKnownTypes: () => ({}) };
  const workflow = new Workflow({
    nodes: [],
    connections: {},
    active: false,
    nodeTypes: empty as unknown as INodeTypes,
  });
  expect(() =>
    workflow.expression.resolveSimpleParameterValue('={{ 1 }}', {}, null, 0, 0, 'n', [], 'manual', {}),
  ).toThrow('n8n evaluated an expression');
  evaluator.mockClear();
});

test('only this folder knows n8n', () => {
  const core = fileURLToPath(new URL('../../', import.meta.url));
  const sources = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const users = sources.filter((file) => /(from|import\() *'n8n-workflow/.test(readFileSync(join(core, file), 'utf8')));
  expect(users).toContain(join('pipeline', 'n8n', 'library.ts'));
  expect(users.filter((file) => !file.startsWith(join('pipeline', 'n8n')))).toEqual([]);
});
