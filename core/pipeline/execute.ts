import { HubError, toProblem } from '../errors/hub-error.js';
import type {
  Json,
  NodeContext,
  NodeOutcome,
  NodeType,
  Pipeline,
  PipelineNode,
  Run,
  StepRecord,
  Token,
  TriggerEvent,
} from './contract.js';
import type { NodeRegistry } from './registry.js';

/** The newest steps a run keeps. */
export const MAX_STEPS = 500;
/** More node executions than this in one call park the run. */
export const MAX_EXECUTIONS = 1_000;

/** A run at the beginning; nothing is stored until `advanceRun` saves it. */
export const startRun = (runId: string, pipeline: Pipeline, orderId: string, event: TriggerEvent): Run => ({
  runId,
  pipeline: pipeline.name,
  revision: pipeline.revision,
  orderId,
  event,
  status: 'running',
  tokens: [{ node: pipeline.triggerNode, input: event.data as Json }],
  steps: [],
});

/**
 * A parked run made ready for `advanceRun`, with the tokens it stopped at; any other run is returned as it is. Store it
 * before advancing: when its system is away at that moment nothing else is written, and it must not look parked.
 */
export function resumeParked(run: Run): Run {
  if (run.status !== 'parked') return run;
  const { problem: _, ...rest } = run;
  return { ...rest, status: 'running' };
}

export type MakeContext<Services> = (run: Run, node: PipelineNode) => Promise<NodeContext<Services>>;

/** What one execution of a token leaves behind. */
interface Executed {
  readonly step: StepRecord;
  /** Tokens to execute next, in order. */
  readonly ready: readonly Token[];
  /** The token itself when it stays: it waits or it failed. */
  readonly kept?: Token;
  readonly error?: unknown;
}

function outcomeTokens(token: Token, node: PipelineNode, outcome: NodeOutcome): Pick<Executed, 'ready' | 'kept'> {
  if (outcome.do === 'end') return { ready: [] };
  if (outcome.do === 'wait')
    return { ready: [], kept: { node: token.node, input: token.input, waitsFor: outcome.keys } };
  const targets = node.next[outcome.output];
  if (targets === undefined) {
    throw new HubError('UNEXPECTED', { why: `${node.type} took output ${outcome.output}, which it does not have` });
  }
  return { ready: targets.map((next) => ({ node: next, input: outcome.data ?? null })) };
}

async function execute<S>(
  token: Token,
  node: PipelineNode,
  type: NodeType<S>,
  context: NodeContext<S>,
  now: () => Date,
): Promise<Executed> {
  const begunAt = now();
  const record = (rest: Omit<StepRecord, 'node' | 'begunAt' | 'endedAt'>): StepRecord => ({
    node: node.id,
    begunAt,
    endedAt: now(),
    ...rest,
  });
  try {
    const outcome = await type.execute(context, node.parameters, token.input);
    const tokens = outcomeTokens(token, node, outcome);
    const why = outcome.why === undefined ? {} : { why: outcome.why };
    const output = outcome.do === 'next' ? { output: outcome.output } : {};
    return { step: record({ outcome: outcome.do, ...output, ...why }), ...tokens };
  } catch (error) {
    const { title: en, titleZh: zh } = toProblem(error);
    return { step: record({ outcome: 'failed', why: { en, zh } }), ready: [], kept: token, error };
  }
}

const waitCure = (error: unknown): boolean => error instanceof HubError && error.cure === 'wait';

/** A node that still waits for the same keys, or for its system to come back, is no news. */
const isNews = (before: Token, { kept, error }: Executed): boolean =>
  error === undefined ? kept === undefined || String(kept.waitsFor) !== String(before.waitsFor) : !waitCure(error);

function settle(run: Run, failures: readonly unknown[]): Run {
  const forGood = failures.find((error) => !waitCure(error));
  if (forGood !== undefined) return { ...run, status: 'parked', problem: toProblem(forGood) };
  if (failures.length > 0) return { ...run, status: 'running' };
  return { ...run, status: run.tokens.length === 0 ? 'done' : 'waiting' };
}

/**
 * Executes a run as far as it goes: every token once, those that wait included, then whatever they lead to, branch by
 * branch. One branch that fails does not hold back the others.
 *
 * The run is saved before a node that reaches outside when something is unsaved, and at the end when something changed.
 * `save` must be conditional on the version the run was read at and throw when it is not met; what it throws, and what
 * `makeContext` throws, goes to the caller and leaves the stored run as the last save made it. Executing again from
 * there is safe because nodes are idempotent.
 *
 * @returns the run: `done` when no token is left, `waiting` when all that are left wait, `parked` when a node failed
 *   for a reason that time does not cure, or when it ran away. Done, cancelled and parked runs are returned untouched.
 * @throws the first error with cure `wait` after all was saved, the token kept: call again later. An error that is no
 *   HubError is thrown after the run was saved as parked, so that the caller can log it.
 */
export async function advanceRun<S>(
  run: Run,
  pipeline: Pipeline,
  registry: NodeRegistry<S>,
  makeContext: MakeContext<S>,
  save: (run: Run) => Promise<void>,
  now: () => Date,
): Promise<Run> {
  if (run.status === 'done' || run.status === 'cancelled' || run.status === 'parked') return run;
  if (run.revision !== pipeline.revision) {
    throw new HubError('UNEXPECTED', { why: `run ${run.runId} is on another revision of ${pipeline.name}` });
  }
  let ready: readonly Token[] = run.tokens;
  let kept: readonly Token[] = [];
  let steps = run.steps;
  let unsaved = false;
  const failures: unknown[] = [];
  const state = (): Run => ({ ...run, status: 'running', tokens: [...kept, ...ready], steps });

  for (let executions = 0; ready.length > 0; executions += 1) {
    const [token, ...others] = ready;
    if (token === undefined) break;
    if (executions === MAX_EXECUTIONS) {
      failures.unshift(new HubError('PIPELINE_RUNAWAY', { pipeline: pipeline.name, limit: MAX_EXECUTIONS }));
      break;
    }
    const { node, type } = find(pipeline, registry, token);
    if (type.effect === true && unsaved) {
      await save(state());
      unsaved = false;
    }
    const done = await execute(token, node, type, await makeContext(state(), node), now);
    ready = [...done.ready, ...others];
    if (done.kept !== undefined) kept = [...kept, done.kept];
    if (done.error !== undefined) failures.push(done.error);
    if (isNews(token, done)) {
      steps = [...steps, done.step].slice(-MAX_STEPS);
      unsaved = true;
    }
  }
  const end = settle(state(), failures);
  if (unsaved || end.status !== run.status) await save(end);
  const passOn = failures.find((error) => (end.status === 'running' ? waitCure(error) : !(error instanceof HubError)));
  if (passOn !== undefined) throw passOn;
  return end;
}

function find<S>(pipeline: Pipeline, registry: NodeRegistry<S>, token: Token) {
  const node = pipeline.nodes.get(token.node);
  const type = node === undefined ? undefined : registry.find(node.type);
  if (node !== undefined && type !== undefined) return { node, type };
  throw new HubError('UNEXPECTED', { why: `no node ${token.node} of ${pipeline.name} can be executed` });
}
