import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { evaluateExpression } from '../../core/mapping/expression.js';
import { PresentedOrder } from '../../core/order/present.js';
import { computeAll, type EvaluatingContext } from '../../core/pipeline/conditions.js';
import type { Json, NodeOutcome, NodeType, Run } from '../../core/pipeline/contract.js';
import { advanceRun, resumeParked, startRun } from '../../core/pipeline/execute.js';
import { isJsonata } from '../../core/pipeline/jsonata-parameter.js';
import { type LoadedPipeline, loadPipelines } from '../../core/pipeline/load.js';
import { hubNodes } from '../../core/pipeline/nodes/hub/index.js';
import { structuralNodes } from '../../core/pipeline/nodes/structural.js';
import { NodeRegistry } from '../../core/pipeline/registry.js';

/** What the world answers at a node, by the node's name; the first output when nothing is said. */
type Answers = Readonly<Record<string, { readonly output: number; readonly data?: Json } | 'wait'>>;

/** A case: an order and its numbers go in; names of the nodes taken, the end and what was asked outside come out. */
interface Case {
  readonly why: string;
  readonly event: { readonly type: string; readonly data?: Record<string, unknown> };
  readonly order: Record<string, Json>;
  readonly facts: Record<string, Json>;
  readonly answers?: Answers;
  readonly expect: {
    readonly path: readonly string[];
    readonly end: Run['status'];
    /** Ids of the rules that refused. */
    readonly reasons?: readonly string[];
    readonly warnings?: readonly string[];
    /** What nodes with services were asked to do: parameters as written, expressions as evaluated. */
    readonly asked?: Readonly<Record<string, Json>>;
  };
}
interface Recorder {
  readonly answers: Answers;
  readonly asked: Record<string, Json>;
  evaluate: EvaluatingContext['services']['evaluate'];
}

/** A node with services as it is, but for what it does: it records what it was asked and answers what the case says. */
const recording = (type: NodeType<never>): NodeType<Recorder> => ({
  ...type,
  async execute(context, parameters, input): Promise<NodeOutcome> {
    const { properties = {} } = type.parameters as { properties?: Record<string, object> };
    const expressions = Object.entries(parameters).flatMap(([name, value]) =>
      isJsonata(properties[name] ?? {}) ? [[name, String(value)]] : [],
    );
    const computed = await computeAll(context, Object.fromEntries(expressions), input);
    context.services.asked[context.node.name] = { ...(parameters as Record<string, Json>), ...computed, got: input };
    const answer = context.services.answers[context.node.name] ?? { output: 0 };
    return answer === 'wait' ? { do: 'wait', keys: [context.node.id] } : { do: 'next', data: input, ...answer };
  },
});

const registry = new NodeRegistry<Recorder>([...structuralNodes, ...hubNodes.map(recording)]);

const PIPELINES = fileURLToPath(new URL('../../pipelines', import.meta.url));
const casesOf = (pipeline: string): { file: string; given: Case }[] =>
  readdirSync(`${PIPELINES}/${pipeline}/cases`).map((file) => ({
    file,
    given: JSON.parse(readFileSync(`${PIPELINES}/${pipeline}/cases/${file}`, 'utf8')),
  }));

const ruleIds = (parameters: Readonly<Record<string, unknown>>): string[] =>
  Array.isArray(parameters['rules']) ? parameters['rules'].map(({ id }: { id: string }) => id) : [];
const ids = (list: unknown): string[] | undefined =>
  Array.isArray(list) && list.length > 0 ? list.map(({ rule }: { rule: string }) => rule) : undefined;

async function play(pipeline: LoadedPipeline, { event, order, facts, answers = {} }: Case) {
  const asked: Record<string, Json> = {};
  let findings: Json = null;
  const services: Recorder = { answers, asked, evaluate: evaluateExpression };
  const now = () => new Date(0);
  const begin = startRun('run', pipeline, 'order', { seq: 1, depth: 0, type: event.type, data: event.data ?? {} });
  const run = await advanceRun(
    begin,
    pipeline,
    registry,
    async (state, node) => {
      const input = state.tokens.find((token) => token.node === node.id)?.input;
      if (input instanceof Object && !Array.isArray(input) && 'warnings' in input) findings = input;
      return { run: state, node, order: order as never, facts, now, services };
    },
    async () => {},
    now,
  );
  const found = (findings ?? {}) as { reasons?: Json; warnings?: Json };
  return { run, asked, reasons: ids(found.reasons), warnings: ids(found.warnings) };
}

/** Members of a case's order that no presented order has: a case that asks about them proves nothing. */
function unknownMembers(order: Record<string, Json>): string[] {
  const { properties } = PresentedOrder;
  const lines = Array.isArray(order['lines']) ? order['lines'] : [];
  return [
    ...Object.keys(order).filter((name) => !(name in properties)),
    ...lines.flatMap((line) =>
      Object.keys(line as object).filter((name) => !(name in properties.lines.items.properties)),
    ),
  ];
}

const pipelines = await loadPipelines(PIPELINES, registry);

describe.each([...pipelines.values()])('pipeline $name', (pipeline) => {
  const cases = casesOf(pipeline.name);

  test.each(cases)('$file: $given.why', async ({ given }) => {
    const { run, asked, reasons, warnings } = await play(pipeline, given);
    expect(run.problem).toBeUndefined();
    const path = run.steps.map((step) => pipeline.nodes.get(step.node)?.name);
    const { expect: wanted } = given;
    expect({ path, end: run.status, reasons, warnings }).toEqual({
      path: wanted.path,
      end: wanted.end,
      reasons: wanted.reasons,
      warnings: wanted.warnings,
    });
    for (const [node, what] of Object.entries(wanted.asked ?? {})) expect(asked[node]).toMatchObject(what as object);
    expect(resumeParked(run)).toBe(run);
  });

  test('its cases speak of orders as they are presented', () => {
    expect(cases.flatMap(({ given }) => unknownMembers(given.order))).toEqual([]);
  });

  test('the mappings it names are there', () => {
    const named = [...pipeline.nodes.values()].flatMap(({ parameters }) => parameters['mapping'] ?? []);
    const there = readdirSync(`${PIPELINES}/../mappings`);
    expect(named.filter((mapping) => !there.includes(String(mapping)))).toEqual([]);
  });

  test('its cases take every arrow', async () => {
    const taken = new Set<string>();
    for (const { given } of cases) {
      const { run } = await play(pipeline, given);
      for (const step of run.steps) if (step.outcome === 'next') taken.add(`${step.node}/${step.output}`);
    }
    const drawn = [...pipeline.nodes.values()].flatMap((node) =>
      node.next.flatMap((targets, output) => (targets.length === 0 ? [] : [`${node.id}/${output}`])),
    );
    expect(drawn.filter((arrow) => !taken.has(arrow))).toEqual([]);
  });

  test('its rules each refuse or warn in some case', () => {
    const rules = [...pipeline.nodes.values()].flatMap(({ parameters }) => ruleIds(parameters));
    const named = new Set(
      cases.flatMap(({ given }) => [...(given.expect.reasons ?? []), ...(given.expect.warnings ?? [])]),
    );
    expect(rules.filter((rule) => !named.has(rule))).toEqual([]);
  });
});
