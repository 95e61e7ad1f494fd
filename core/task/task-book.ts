import type { Actor } from '../access/actor.js';
import { authorizeTask } from '../access/authorize.js';
import type { Clock } from '../clock.js';
import type { Label } from '../connector/contract.js';
import { HubError } from '../errors/hub-error.js';
import { sha256 } from '../inbox/payload.js';
import { isDuplicateKey } from '../store/connect.js';
import type { HubModels } from '../store/models/index.js';
import type { TaskDoc, TaskState } from '../store/models/work.js';

export type Decision = 'approve' | 'reject' | 'done';

/** What each kind of task can be decided to. */
const DECISIONS: Readonly<Record<TaskDoc['kind'], Partial<Record<Decision, TaskState>>>> = {
  approval: { approve: 'approved', reject: 'rejected' },
  todo: { done: 'done' },
};

export interface TaskSpec {
  readonly key: string;
  readonly kind: TaskDoc['kind'];
  readonly orderId: string;
  readonly runId: string;
  readonly node: string;
  readonly title: Label;
  readonly reason: Label;
  readonly role: string;
  readonly level: number;
  readonly path: readonly { role: string; level: number }[];
  /** Step of the fulfilment plan that the task is about, and the day by which it is to be done. */
  readonly stepId?: string;
  readonly dueDate?: string;
}

export type TaskBook = ReturnType<typeof taskBook>;

/** Tasks for people: made once by key, decided once by compare-and-set. */
export function taskBook(models: HubModels, clock: Clock, poke: (laneId: string) => void) {
  const { tasks, orders } = models;

  const find = async (key: string): Promise<TaskDoc | undefined> =>
    (await tasks.findOne({ _id: key }).lean<TaskDoc>()) ?? undefined;

  /** The task of this key; made when it is not there. It keeps what the decider will see. */
  async function ensure(spec: TaskSpec): Promise<TaskDoc> {
    const there = await find(spec.key);
    if (there !== undefined) return there;
    const order = await orders.findOne({ _id: spec.orderId }).lean();
    if (order === null) throw new HubError('ORDER_NOT_FOUND', { order: spec.orderId });
    const { key, path, ...rest } = spec;
    const doc: TaskDoc = {
      ...rest,
      _id: key,
      path: path.map((step) => ({ ...step })),
      state: 'waiting',
      orderNumber: order.orderNumber,
      customerName: order.content.customer.name,
      currency: order.content.currency,
      grossMinor: order.content.grossMinor,
      revision: order.revision,
      contentHash: sha256(JSON.stringify(order.content)),
      createdAt: clock.now(),
    };
    try {
      await tasks.create(doc);
      return doc;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return (await find(key)) ?? doc;
    }
  }

  async function closed(key: string): Promise<never> {
    const task = await find(key);
    if (task === undefined) throw new HubError('RESOURCE_NOT_FOUND', { what: 'task', id: key });
    throw new HubError('TASK_CLOSED', { task: key, state: task.state, by: task.decidedBy?.name ?? 'OrderHub' });
  }

  /** Nobody signs what they did not see: the order must still be at the revision the task was made for. */
  async function refuseStale(task: TaskDoc): Promise<void> {
    const order = await orders.findOne({ _id: task.orderId }, { revision: 1 }).lean();
    if (order?.revision !== task.revision) throw new HubError('TASK_ORDER_CHANGED', { task: task._id });
  }

  /**
   * Decides a task once, in the name of the actor.
   * @throws HubError RESOURCE_NOT_FOUND, ACCESS_DENIED, REQUEST_INVALID (a decision this kind does not have), TASK_CLOSED,
   *   TASK_ORDER_CHANGED
   */
  async function decide(key: string, decision: Decision, actor: Actor, comment?: string): Promise<TaskDoc> {
    const task = await find(key);
    if (task === undefined) throw new HubError('RESOURCE_NOT_FOUND', { what: 'task', id: key });
    authorizeTask(actor, { id: key, role: task.role });
    const state = DECISIONS[task.kind][decision];
    if (state === undefined) {
      throw new HubError('REQUEST_INVALID', { path: '$.decision', why: `a ${task.kind} has no decision ${decision}` });
    }
    if (task.kind === 'approval' && task.state === 'waiting') await refuseStale(task);
    if (decision === 'reject' && (comment ?? '').trim() === '') {
      throw new HubError('REQUEST_INVALID', { path: '$.comment', why: 'a rejection needs its reason' });
    }
    const now = clock.now();
    const decidedBy = { kind: actor.kind, id: actor.id, name: actor.name };
    const decided = await tasks
      .findOneAndUpdate(
        { _id: key, state: 'waiting' },
        { $set: { state, decidedAt: now, decidedBy, dueAt: now, ...(comment === undefined ? {} : { comment }) } },
        { returnDocument: 'after' },
      )
      .lean<TaskDoc>();
    if (decided === null) return closed(key);
    poke(decided.orderId);
    return decided;
  }

  /** Takes a waiting task back, because what it asks for came about another way. */
  const recall = async (key: string): Promise<void> => {
    await tasks.updateOne({ _id: key, state: 'waiting' }, { $set: { state: 'recalled', decidedAt: clock.now() } });
  };

  /** Marks decisions as told to their runs. */
  const told = async (orderId: string): Promise<void> => {
    await tasks.updateMany({ orderId, dueAt: { $lte: clock.now() } }, { $unset: { dueAt: 1 } });
  };

  return { find, ensure, decide, recall, told };
}
