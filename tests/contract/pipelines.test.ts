import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { evaluateExpression } from '../../core/mapping/expression.js';
import { computeAll, type EvaluatingContext } from '../../core/pipeline/conditions.js';
import type { Json, NodeContext, NodeOutcome, Run } from '../../core/pipeline/contract.js';
import { defineNode } from '../../core/pipeline/define-node.js';
import { advanceRun, resumeParked, startRun } from '../../core/pipeline/execute.js';
import { JsonataSource } from '../../core/pipeline/jsonata-parameter.js';
import { type LoadedPipeline, loadPipelines } from '../../core/pipeline/load.js';
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

const label = { en: 'x', zh: 'x' };
const Words = Type.Object({ en: Type.String(), zh: Type.String() }, { additionalProperties: false });

/** Stands where a node with services will: records what it was asked, answers what the case says. */
function recording(
  type: string,
  outputs: number,
  properties: Record<string, Type.TSchema>,
  expressions: string[] = [],
) {
  return defineNode({
    type,
    label,
    help: label,
    parameters: Type.Object(properties, { additionalProperties: false }),
    outputs: Array.from({ length: outputs }, () => label),
    effect: true,
    async execute(context: NodeContext<Recorder>, parameters, input): Promise<NodeOutcome> {
      const given = parameters as Readonly<Record<string, string>>;
      const sources = Object.fromEntries(
        expressions.flatMap((name) => (name in given ? [[name, String(given[name])]] : [])),
      );
      const computed = await computeAll(context, sources, input);
      context.services.asked[context.node.name] = { ...(given as Record<string, Json>), ...computed, got: input };
      const answer = context.services.answers[context.node.name] ?? { output: 0 };
      return answer === 'wait' ? { do: 'wait', keys: [context.node.id] } : { do: 'next', data: input, ...answer };
    },
  });
}

const registry = new NodeRegistry<Recorder>([
  ...structuralNodes,
  recording('order-validated', 1, {}),
  recording('order-move', 1, { to: Type.String() }),
  recording('approval', 2, { mode: Type.Literal('sequence'), autoPassWhenEmpty: Type.Boolean() }),
  recording('to-do', 1, { role: Type.String(), title: Words, reason: Words, waits: Type.Boolean() }),
  recording(
    'connector-action',
    2,
    {
      connection: Type.String(),
      operation: Type.String(),
      mapping: Type.String(),
      businessKey: JsonataSource(),
      input: Type.Optional(JsonataSource()),
    },
    ['businessKey', 'input'],
  ),
  recording('revenue', 2, {}),
]);

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
