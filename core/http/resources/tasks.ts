import Type from 'typebox';
import { HubError } from '../../errors/hub-error.js';
import { presentContract } from '../../revenue/present-contract.js';
import type { TaskDoc } from '../../store/models/work.js';
import { presentDoc } from '../../store/present-doc.js';
import { type Route, route } from '../route.js';
import type { ResourceDeps } from './deps.js';
import { presentTask } from './present-task.js';
import { beforeCursor, Open, PageOf, page, pageQuery, timeCursor } from './schemas.js';

const CLOSED = ['approved', 'rejected', 'done', 'recalled'];

/** The revenue effect of what is signed; absent when it cannot be computed, which is no reason not to show the task. */
function revenueOf(deps: ResourceDeps, doc: Parameters<ResourceDeps['previewContract']>[0]) {
  try {
    return { revenue: presentContract(deps.previewContract(doc)) };
  } catch (error) {
    if (error instanceof HubError) return {};
    throw error;
  }
}

export const taskRoutes = (deps: ResourceDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/tasks',
    tag: 'tasks',
    summary: { en: 'Tasks for people, newest first', zh: '待办列表，最新在前' },
    action: 'task:read',
    query: Type.Object({
      state: Type.Optional(Type.Union([Type.Literal('waiting'), Type.Literal('closed')])),
      mine: Type.Optional(Type.Boolean()),
      ...pageQuery,
    }),
    responses: { 200: PageOf(Open) },
    handler: async ({ query, actor }) => {
      const limit = query.limit ?? 50;
      const state = query.state === 'closed' ? { $in: CLOSED } : 'waiting';
      const all = actor.permissions.includes('*');
      const mine = query.mine === true && !all ? { role: { $in: [...actor.roles] } } : {};
      const filter: Record<string, unknown> = { state, ...mine, ...beforeCursor(query.cursor, 'createdAt') };
      const docs = await deps.models.tasks
        .find(filter)
        .sort({ createdAt: -1, _id: -1 })
        .limit(limit + 1)
        .lean<TaskDoc[]>();
      const runs = [...new Set(docs.map((doc) => doc.orderId))];
      const siblings = await deps.models.tasks
        .find({ orderId: { $in: runs } })
        .limit(1000)
        .lean<TaskDoc[]>();
      const cursor = (doc: TaskDoc): string => timeCursor(doc.createdAt, doc._id);
      return { status: 200, body: page(docs, limit, cursor, (doc) => presentTask(doc, actor, siblings)) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/tasks/:task',
    tag: 'tasks',
    summary: { en: 'One task with what its decider sees', zh: '单个待办及其决策依据' },
    action: 'task:read',
    responses: { 200: Open },
    errors: ['RESOURCE_NOT_FOUND'],
    handler: async ({ params, actor }) => {
      const task = await deps.tasks.find(params.task);
      if (task === undefined)
        throw new HubError('RESOURCE_NOT_FOUND', { what: 'task', whatZh: '待办', id: params.task });
      const doc = await deps.orders.get(task.orderId);
      const siblings = await deps.models.tasks.find({ orderId: task.orderId }).limit(200).lean<TaskDoc[]>();
      const shown = presentTask(task, actor, siblings);
      return {
        status: 200,
        body: { ...shown, revision: task.revision, order: presentDoc(doc), ...revenueOf(deps, doc) },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/tasks/:task/decision',
    tag: 'tasks',
    summary: { en: 'Decide a task', zh: '处理待办' },
    action: 'task:decide',
    resource: (params) => `task ${params['task']}`,
    body: Type.Object(
      {
        decision: Type.Union([Type.Literal('approve'), Type.Literal('reject'), Type.Literal('done')]),
        comment: Type.Optional(Type.String({ maxLength: 2000 })),
      },
      { additionalProperties: false },
    ),
    responses: { 200: Open },
    errors: ['RESOURCE_NOT_FOUND', 'TASK_CLOSED', 'TASK_ORDER_CHANGED', 'ACCESS_DENIED'],
    handler: async ({ params, body, actor }) => {
      const task = await deps.tasks.decide(params.task, body.decision, actor, body.comment);
      await deps.audit(actor, `task:${body.decision}`, `task ${task._id}`, { order: task.orderNumber });
      return { status: 200, body: presentTask(task, actor) };
    },
  }),
];
