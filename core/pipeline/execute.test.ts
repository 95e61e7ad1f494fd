import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { HubError } from '../errors/hub-error.js';
import type { Json, NodeContext, Pipeline, PipelineNode, Run } from './contract.js';
import { defineNode } from './define-node.js';
import { advanceRun, MAX_EXECUTIONS, MAX_STEPS, resumeParked, startRun } from './execute.js';
import { stop } from './nodes/stop.js';
import { trigger } from './nodes/trigger.js';
import { NodeRegistry } from './registry.js';

interface Desk {
  /** What each key was asked to do; a keyed service keeps the first answer. */
  readonly calls: Map<string, Json>;
  readonly closed: Set<string>;
  readonly down: Set<string>;
  readonly broken: Set<string>;
}
type Context = NodeContext<Desk>;
const nothing = Type.Object({}, { additionalProperties: false });
const label = { en: 'x', zh: 'x' };
const base = { label, help: label, parameters: nothing, outputs: [label] };

const step = defineNode({
  ...base,
  type: 'step',
  execute: async (_context: Context, _parameters, input) => ({ do: 'next', output: 0, data: input }),
});
const call = defineNode({
  ...base,
  type: 'call',
  effect: true,
  async execute({ services, run, node }: Context, _parameters, input) {
    const key = `${run.runId}/${node.id}`;
    if (services.down.has(node.id)) throw new HubError('CONNECTOR_UNREACHABLE', { system: 'erp', why: 'refused' });
    if (services.broken.has(node.id)) throw new HubError('CONNECTOR_REFUSED', { system: 'erp', what: 'it', why: 'no' });
    services.calls.set(key, input);
    return { do: 'next', output: 0, data: input };
  },
});
const task = defineNode({
  ...base,
  type: 'task',
  async execute({ services, node }: Context) {
    return services.closed.has(node.id) ? { do: 'next', output: 0 } : { do: 'wait', keys: [node.id] };
  },
});
const bug = defineNode({
  ...base,
  type: 'bug',
  async execute(): Promise<never> {
    throw new TypeError('not a function');
  },
});
const lost = defineNode({ ...base, type: 'lost', execute: async () => ({ do: 'next', output: 7 }) });
const registry = new NodeRegistry([trigger, stop, step, call, task, bug, lost]);

/** `{ t: 'trigger > a b', a: 'task > c', … }`: a node's type and what its only output leads to. */
function draw(source: Record<string, string>): Pipeline {
  const nodes = Object.entries(source).map(([id, text]): [string, PipelineNode] => {
    const [type = '', targets = ''] = text.split('>').map((part) => part.trim());
    return [id, { id, name: id, type, parameters: {}, next: [targets.split(' ').filter((target) => target !== '')] }];
  });
  return { name: 'p', revision: 'r1', events: ['order.received'], triggerNode: 't', nodes: new Map(nodes) };
}

function rig(source: Record<string, string>) {
  const pipeline = draw(source);
  const services: Desk = { calls: new Map(), closed: new Set(), down: new Set(), broken: new Set() };
  const saved: Run[] = [];
  let tick = 0;
  const now = () => new Date(1_700_000_000_000 + tick++);
  const makeContext = async (run: Run, node: PipelineNode): Promise<Context> => ({
    run,
    node,
    order: {} as Context['order'],
    facts: {},
    now,
    services,
  });
  const save = async (run: Run) => void saved.push(run);
  const advance = (run: Run) => advanceRun(run, pipeline, registry, makeContext, save, now);
  const begin = () => startRun('run-1', pipeline, 'o-1', { seq: 1, type: 'order.received', data: { a: 1 }, depth: 0 });
  return { pipeline, services, saved, advance, begin };
}
const path = (run: Run) => run.steps.map(({ node, outcome }) => (outcome === 'next' ? node : `${node}:${outcome}`));

describe('a run', () => {
  test('goes from the trigger to the end and is saved once when nothing reaches outside', async () => {
    const { advance, begin, saved } = rig({ t: 'trigger > a', a: 'step > b', b: 'stop' });
    const end = await advance(begin());
    expect(path(end)).toEqual(['t', 'a', 'b:end']);
    expect(end).toMatchObject({ status: 'done', tokens: [] });
    expect(saved).toEqual([end]);
  });

  test('is saved before a node that reaches outside, and hands data along', async () => {
    const { advance, begin, saved, services } = rig({ t: 'trigger > a', a: 'call > b', b: 'call' });
    await advance(begin());
    expect(saved.map((run) => [run.status, run.tokens.map((token) => token.node)])).toEqual([
      ['running', ['a']],
      ['running', ['b']],
      ['done', []],
    ]);
    expect([...services.calls]).toEqual([
      ['run-1/a', { a: 1 }],
      ['run-1/b', { a: 1 }],
    ]);
  });

  test('follows every arrow of an output, branch by branch', async () => {
    const { advance, begin } = rig({ t: 'trigger > a x', a: 'step > b', b: 'step', x: 'step > y', y: 'step' });
    expect(path(await advance(begin()))).toEqual(['t', 'a', 'b', 'x', 'y']);
  });

  test('waits, keeps quiet while nothing moves, and goes on when its key moves', async () => {
    const { advance, begin, saved, services } = rig({ t: 'trigger > w', w: 'task > b', b: 'step' });
    const waiting = await advance(begin());
    expect(waiting).toMatchObject({ status: 'waiting', tokens: [{ node: 'w', waitsFor: ['w'] }] });
    const still = await advance(waiting);
    expect(still).toEqual(waiting);
    expect(saved).toHaveLength(1);
    services.closed.add('w');
    const end = await advance(still);
    expect(path(end)).toEqual(['t', 'w:wait', 'w', 'b']);
    expect(end.status).toBe('done');
  });

  test.each(['done', 'cancelled', 'parked'] as const)('that is %s is not touched', async (status) => {
    const { advance, begin, saved, services } = rig({ t: 'trigger > a', a: 'call' });
    const run = { ...begin(), status };
    expect(await advance(run)).toBe(run);
    expect([saved.length, services.calls.size]).toEqual([0, 0]);
  });

  test('of another revision is refused', async () => {
    const { advance, begin } = rig({ t: 'trigger' });
    await expect(advance({ ...begin(), revision: 'r0' })).rejects.toMatchObject({ code: 'UNEXPECTED' });
  });
});

describe('a failing node', () => {
  test('parks the run with the problem, lets the other branch finish and can be resumed', async () => {
    const { advance, begin, saved, services } = rig({ t: 'trigger > a x', a: 'call > b', b: 'step', x: 'call' });
    services.broken.add('a');
    const parked = await advance(begin());
    expect(parked).toMatchObject({
      status: 'parked',
      tokens: [{ node: 'a', input: { a: 1 } }],
      problem: { code: 'CONNECTOR_REFUSED' },
    });
    expect(path(parked)).toEqual(['t', 'a:failed', 'x']);
    expect(saved.at(-1)).toEqual(parked);
    services.broken.clear();
    const end = await advance(resumeParked(parked));
    expect(end.status).toBe('done');
    expect(end.problem).toBeUndefined();
    expect(path(end)).toEqual(['t', 'a:failed', 'x', 'a', 'b']);
  });

  test('whose system is away is left for later: saved, thrown, tried again', async () => {
    const { advance, begin, saved, services } = rig({ t: 'trigger > a x', a: 'call', x: 'call' });
    services.down.add('a');
    await expect(advance(begin())).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
    const stored = saved.at(-1);
    expect(stored).toMatchObject({ status: 'running', tokens: [{ node: 'a' }] });
    expect([...services.calls.keys()]).toEqual(['run-1/x']);
    if (stored === undefined) return;
    await expect(advance(stored)).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
    expect(saved.at(-1)).toBe(stored);
    services.down.clear();
    expect((await advance(stored)).status).toBe('done');
  });

  test('that waited before no longer counts as waiting while its system is away', async () => {
    const { advance, begin, saved, services } = rig({ t: 'trigger > w a', w: 'task', a: 'task > b', b: 'call' });
    const waiting = await advance(begin());
    services.closed.add('a');
    services.down.add('b');
    await expect(advance(waiting)).rejects.toMatchObject({ cure: 'wait' });
    const away = saved.at(-1);
    expect(away).toMatchObject({ status: 'running', tokens: [{ node: 'w' }, { node: 'b' }] });
    await expect(advance({ ...waiting, tokens: [{ node: 'b', input: null, waitsFor: ['x'] }] })).rejects.toThrow();
    expect(saved.at(-1), 'a change of status alone is saved too').toMatchObject({
      status: 'running',
      steps: waiting.steps,
    });
  });

  test('with a bug parks as unexpected, and the error reaches the caller', async () => {
    const { advance, begin, saved } = rig({ t: 'trigger > a', a: 'bug' });
    await expect(advance(begin())).rejects.toThrow('not a function');
    expect(saved.at(-1)).toMatchObject({ status: 'parked', problem: { code: 'UNEXPECTED' } });
  });

  test('that leaves by an output it does not have parks the run', async () => {
    const { advance, begin } = rig({ t: 'trigger > a', a: 'lost' });
    expect(await advance(begin())).toMatchObject({ status: 'parked', problem: { code: 'UNEXPECTED' } });
  });
});

test('branches that split and join without end are stopped, and steps are bounded', async () => {
  const layers = Array.from({ length: 12 }, (_, n): [string, string][] => [
    [`s${n}`, `step > a${n} b${n}`],
    [`a${n}`, `step > s${n + 1}`],
    [`b${n}`, `step > s${n + 1}`],
  ]).flat();
  const { advance, begin } = rig({ t: 'trigger > s0', ...Object.fromEntries(layers), s12: 'step' });
  const parked = await advance(begin());
  expect(parked).toMatchObject({ status: 'parked', problem: { code: 'PIPELINE_RUNAWAY' } });
  expect(parked.steps).toHaveLength(MAX_STEPS);
  expect(MAX_EXECUTIONS).toBeGreaterThan(MAX_STEPS);
});
