import type { Clock } from '../clock.js';
import { HubError } from '../errors/hub-error.js';
import { backoffMs } from '../queue/backoff.js';
import { isDuplicateKey } from '../store/connect.js';
import type { HubModels } from '../store/models/index.js';
import type { OutboxEvent } from '../store/models/order.js';
import type { RunDoc } from '../store/models/work.js';
import type { Pipeline, Run, TriggerEvent } from './contract.js';
import { advanceRun, type MakeContext, startRun } from './execute.js';
import { type LoadedPipeline, readPipeline } from './load.js';
import type { NodeRegistry } from './registry.js';

export interface RunDeps<S> {
  readonly models: HubModels;
  readonly clock: Clock;
  readonly random: () => number;
  readonly pipelines: ReadonlyMap<string, LoadedPipeline>;
  readonly registry: NodeRegistry<S>;
  readonly makeContext: MakeContext<S>;
}

const toRun = ({ _id, version: _v, attempts: _a, createdAt: _c, updatedAt: _u, dueAt: _d, ...run }: RunDoc): Run => ({
  ...run,
  runId: _id,
});

/** Runs as documents: started by events, advanced in their order's lane, kept on their revision. */
export function runBook<S>(deps: RunDeps<S>) {
  const { models, clock } = deps;
  const older = new Map<string, Pipeline>();

  /** Keeps every published revision, since a waiting run may need it after the next release. */
  async function publish(): Promise<void> {
    for (const pipeline of deps.pipelines.values()) {
      const _id = `${pipeline.name}/${pipeline.revision}`;
      await models.pipelineRevisions.updateOne(
        { _id },
        { $setOnInsert: { name: pipeline.name, definition: pipeline.definition, at: clock.now() } },
        { upsert: true },
      );
    }
  }

  async function pipelineOf(run: Pick<RunDoc, 'pipeline' | 'revision'>): Promise<Pipeline> {
    const current = deps.pipelines.get(run.pipeline);
    if (current?.revision === run.revision) return current;
    const id = `${run.pipeline}/${run.revision}`;
    const known = older.get(id);
    if (known !== undefined) return known;
    const stored = await models.pipelineRevisions.findOne({ _id: id }).lean();
    if (stored === null) throw new HubError('RESOURCE_NOT_FOUND', { what: 'pipeline revision', id });
    const pipeline = readPipeline(stored.definition, deps.registry);
    older.set(id, pipeline);
    return pipeline;
  }

  /** Starts the runs an event triggers; starting again finds them there. */
  async function start(orderId: string, event: OutboxEvent): Promise<void> {
    const trigger: TriggerEvent = { seq: event.seq, type: event.type, data: event.data, depth: event.depth };
    for (const pipeline of deps.pipelines.values()) {
      if (!pipeline.events.includes(event.type)) continue;
      const runId = `${orderId}/${event.seq}/${pipeline.name}`;
      const { runId: _id, ...run } = startRun(runId, pipeline, orderId, trigger);
      const now = clock.now();
      try {
        await models.runs.create({ ...run, _id, version: 1, attempts: 0, createdAt: now, updatedAt: now, dueAt: now });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  /** Advances one run. @returns true when it moved. A temporary failure is kept for later and does not throw. */
  async function advance(doc: RunDoc): Promise<boolean> {
    let version = doc.version;
    const save = async (run: Run): Promise<void> => {
      const { runId, ...rest } = run;
      const next: RunDoc = {
        ...rest,
        _id: runId,
        version: version + 1,
        attempts: 0,
        createdAt: doc.createdAt,
        updatedAt: clock.now(),
        ...(run.status === 'running' ? { dueAt: clock.now() } : {}),
      };
      const { matchedCount } = await models.runs.replaceOne({ _id: runId, version }, next);
      if (matchedCount !== 1) throw new HubError('VERSION_CONFLICT', { what: 'run', id: runId });
      version += 1;
    };
    try {
      await advanceRun(toRun(doc), await pipelineOf(doc), deps.registry, deps.makeContext, save, clock.now);
    } catch (error) {
      if (!(error instanceof HubError) || error.cure !== 'wait') throw error;
      const wait = backoffMs(doc.attempts + 1, deps.random, { retryAfterMs: error.retryAfterMs });
      const dueAt = new Date(clock.now().getTime() + wait);
      await models.runs.updateOne({ _id: doc._id, version }, { $set: { dueAt }, $inc: { attempts: 1 } });
    }
    return version !== doc.version;
  }

  /** Ends the unfinished runs of an order, because its content changed under them. */
  async function cancelFor(orderId: string, exceptSeq: number): Promise<void> {
    await models.runs.updateMany(
      { orderId, status: { $in: ['running', 'waiting', 'parked'] }, 'event.seq': { $lt: exceptSeq } },
      { $set: { status: 'cancelled', updatedAt: clock.now() }, $inc: { version: 1 }, $unset: { dueAt: 1 } },
    );
    await models.tasks.updateMany(
      { orderId, state: 'waiting' },
      { $set: { state: 'recalled', decidedAt: clock.now() }, $unset: { dueAt: 1 } },
    );
  }

  const open = (orderId: string) =>
    models.runs
      .find({ orderId, status: { $in: ['running', 'waiting'] } })
      .sort({ _id: 1 })
      .limit(100)
      .lean<RunDoc[]>();

  return { publish, start, advance, cancelFor, open };
}
export type RunBook = ReturnType<typeof runBook>;
