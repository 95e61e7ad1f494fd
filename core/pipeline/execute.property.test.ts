import fc from 'fast-check';
import Type from 'typebox';
import { expect, test } from 'vitest';
import { HubError } from '../errors/hub-error.js';
import type { NodeContext, Pipeline, PipelineNode, Run } from './contract.js';
import { defineNode } from './define-node.js';
import { advanceRun, resumeParked, startRun } from './execute.js';
import { trigger } from './nodes/trigger.js';
import { NodeRegistry } from './registry.js';

/** The outside world: what was asked under which key, and how far its own time has come. */
interface World {
  readonly asked: Map<string, string>;
  round: number;
}
type Context = NodeContext<World>;

const label = { en: 'x', zh: 'x' };
const base = { label, help: label, outputs: [label] };
const until = Type.Object({ until: Type.Integer() }, { additionalProperties: false });
const ask = ({ services, node }: Context, what: string) => services.asked.set(`run/${node.id}`, what);

/** Each kind does its keyed call once the world's time has come to `until`; before, it is late in its own way. */
const registry = new NodeRegistry<World>([
  trigger,
  defineNode({
    ...base,
    type: 'call',
    parameters: until,
    effect: true,
    async execute(context: Context, _parameters, input) {
      ask(context, 'call');
      return { do: 'next', output: 0, data: input };
    },
  }),
  defineNode({
    ...base,
    type: 'quiet',
    parameters: until,
    async execute(context: Context, _parameters, input) {
      ask(context, 'quiet');
      return { do: 'next', output: 0, data: input };
    },
  }),
  defineNode({
    ...base,
    type: 'waits',
    parameters: until,
    async execute(context: Context, parameters, input) {
      ask(context, 'task');
      const over = context.services.round >= parameters.until;
      return over ? { do: 'next', output: 0, data: input } : { do: 'wait', keys: [`run/${context.node.id}`] };
    },
  }),
  defineNode({
    ...base,
    type: 'unreachable',
    parameters: until,
    effect: true,
    async execute(context: Context, parameters, input) {
      if (context.services.round < parameters.until) {
        throw new HubError('CONNECTOR_UNREACHABLE', { system: 's', why: 'w' });
      }
      ask(context, 'call');
      return { do: 'next', output: 0, data: input };
    },
  }),
  defineNode({
    ...base,
    type: 'refused',
    parameters: until,
    async execute(context: Context, parameters, input) {
      if (context.services.round < parameters.until) {
        throw new HubError('CONNECTOR_REFUSED', { system: 's', what: 'w', why: 'w' });
      }
      ask(context, 'call');
      return { do: 'next', output: 0, data: input };
    },
  }),
]);
const KINDS = ['call', 'quiet', 'waits', 'unreachable', 'refused'] as const;
const LAST_ROUND = 4;

/** Node 0 is the trigger; every node leads to later ones only, so there is no circle. */
const drawings = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      until: fc.integer({ min: 0, max: LAST_ROUND }),
      skips: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
    }),
    { minLength: 2, maxLength: 9 },
  )
  .map((rows): Pipeline => {
    const nodes = rows.map(({ kind, until, skips }, index): [string, PipelineNode] => {
      const targets = skips.map((skip) => index + skip).filter((target) => target < rows.length);
      const next = [(index === 0 && targets.length === 0 ? [1] : targets).map((target) => `n${target}`)];
      const id = `n${index}`;
      return [id, { id, name: id, type: index === 0 ? 'trigger' : kind, parameters: { until }, next }];
    });
    return { name: 'p', revision: 'r', events: ['a.b'], triggerNode: 'n0', nodes: new Map(nodes) };
  });

/** How often each node is to be passed: the number of ways from the trigger to it. */
function ways(pipeline: Pipeline): Map<string, number> {
  const counts = new Map([[pipeline.triggerNode, 1]]);
  for (const [id, node] of pipeline.nodes) {
    for (const target of node.next[0] ?? []) counts.set(target, (counts.get(target) ?? 0) + (counts.get(id) ?? 0));
  }
  return new Map([...counts].filter(([, count]) => count > 0));
}

class Crash extends Error {}

/** Plays a pipeline against a store with versions; at the given moments the process dies or somebody cancels the run. */
async function play(pipeline: Pipeline, crashes: ReadonlySet<number>, cancelAt?: number) {
  const world: World = { asked: new Map(), round: 0 };
  const begun = startRun('run', pipeline, 'o', { seq: 1, type: 'a.b', data: {}, depth: 0 });
  let stored = { run: begun, version: 0 };
  let moments = 0;
  let attempts = 0;
  const finals: Run[] = [];
  const isFinal = () => stored.run.status === 'done' || stored.run.status === 'cancelled';
  const write = (run: Run) => {
    if (isFinal()) throw new Error(`${stored.run.status} was overwritten`);
    stored = { run, version: stored.version + 1 };
    if (isFinal()) finals.push(run);
  };
  const moment = () => {
    if (moments === cancelAt && !isFinal()) write({ ...stored.run, status: 'cancelled' });
    if (crashes.has(moments++)) throw new Crash();
  };

  while (!isFinal() && attempts++ < 200) {
    let { version } = stored;
    const save = async (run: Run) => {
      moment();
      if (version !== stored.version) throw new HubError('VERSION_CONFLICT', { what: 'run', id: 'run' });
      write(run);
      version = stored.version;
      moment();
    };
    const makeContext = async (run: Run, node: PipelineNode): Promise<Context> => {
      moment();
      return { run, node, order: {} as Context['order'], facts: {}, now: () => new Date(0), services: world };
    };
    const from = resumeParked(stored.run);
    try {
      const end = await advanceRun(from, pipeline, registry, makeContext, save, () => new Date(0));
      expect(['done', 'waiting', 'parked']).toContain(end.status);
      world.round += 1;
    } catch (error) {
      if (error instanceof HubError) world.round += 1;
      else if (!(error instanceof Crash)) throw error;
    }
  }
  const after = await advanceRun(
    stored.run,
    pipeline,
    registry,
    () => Promise.reject(new Error('context')),
    () => Promise.reject(new Error('saved')),
    () => new Date(0),
  );
  return { run: stored.run, after, asked: world.asked, finals };
}

const passed = (run: Run): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { node, outcome } of run.steps) {
    if (outcome === 'next') counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
};
const sorted = <V>(map: ReadonlyMap<string, V>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
const moments = fc.uniqueArray(fc.nat(60), { maxLength: 12 }).map((list) => new Set(list));

test('whatever waits, fails or crashes, a run ends with every way taken once and the same calls made', async () => {
  await fc.assert(
    fc.asyncProperty(drawings, moments, async (pipeline, crashes) => {
      const expected = ways(pipeline);
      const calm = await play(pipeline, new Set());
      const rough = await play(pipeline, crashes);
      for (const { run, after, finals } of [calm, rough]) {
        expect(run).toMatchObject({ status: 'done', tokens: [] });
        expect(sorted(passed(run))).toEqual(sorted(expected));
        expect(after).toBe(run);
        expect(finals).toHaveLength(1);
      }
      expect(sorted(rough.asked)).toEqual(sorted(calm.asked));
      const called = [...expected.keys()].filter((id) => id !== pipeline.triggerNode).map((id) => `run/${id}`);
      expect([...calm.asked.keys()].sort()).toEqual(called.sort());
    }),
    { numRuns: 300 },
  );
});

test('a run that somebody cancels stays cancelled, whenever that happens', async () => {
  await fc.assert(
    fc.asyncProperty(drawings, moments, fc.nat(12), async (pipeline, crashes, cancelAt) => {
      const { run, after, finals } = await play(pipeline, crashes, cancelAt);
      expect(['done', 'cancelled']).toContain(run.status);
      expect(after).toBe(run);
      expect(finals).toEqual([run]);
    }),
    { numRuns: 300 },
  );
});
