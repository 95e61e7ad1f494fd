import Type from 'typebox';
import { PresentedOrder } from '../../order/present.js';
import { OrderInput } from '../../order/schema.js';
import { presentContract } from '../../revenue/present-contract.js';
import type { OrderDoc } from '../../store/models/order.js';
import type { TaskDoc } from '../../store/models/work.js';
import { presentDoc } from '../../store/present-doc.js';
import { type Route, route } from '../route.js';
import type { ResourceDeps } from './deps.js';
import { presentSummary } from './present-summary.js';
import { presentTask } from './present-task.js';
import { iso, Open, PageOf, page, pageQuery } from './schemas.js';
import { timelineOf } from './timeline.js';

/** Lists people open by name; each has an index. */
const VIEWS = {
  all: {},
  waiting: { 'states.commercial': 'in-approval' },
  held: { held: true },
  rejected: { 'states.commercial': 'rejected' },
} as const;

const searchFilter = (search: string | undefined): Record<string, unknown> => {
  const text = search?.trim().toLowerCase() ?? '';
  return text === '' ? {} : { searchKeys: { $elemMatch: { $gte: text, $lt: `${text}\uffff` } } };
};

export const orderRoutes = (deps: ResourceDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/orders',
    tag: 'orders',
    summary: { en: 'Orders, newest first', zh: '订单列表，最新在前' },
    action: 'order:read',
    query: Type.Object({
      search: Type.Optional(Type.String({ maxLength: 100 })),
      view: Type.Optional(Type.Union(Object.keys(VIEWS).map((view) => Type.Literal(view)))),
      ...pageQuery,
    }),
    responses: { 200: PageOf(Open) },
    handler: async ({ query }) => {
      const limit = query.limit ?? 50;
      const view = VIEWS[(query.view ?? 'all') as keyof typeof VIEWS];
      const before = query.cursor === undefined ? {} : { _id: { $lt: query.cursor } };
      const docs = await deps.models.orders
        .find({ ...view, ...searchFilter(query.search), ...before })
        .sort({ _id: -1 })
        .limit(limit + 1)
        .lean<OrderDoc[]>();
      return { status: 200, body: page(docs, limit, (doc) => doc._id, presentSummary) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/orders',
    tag: 'orders',
    summary: { en: 'Create an order in canonical form', zh: '以统一格式创建订单' },
    action: 'order:create',
    headers: Type.Object({ 'idempotency-key': Type.String({ minLength: 1, maxLength: 200 }) }),
    body: OrderInput,
    responses: { 201: PresentedOrder, 200: PresentedOrder },
    errors: ['ORDER_INVALID', 'ORDER_KEY_REUSED', 'ORDER_KEY_BUSY'],
    handler: async ({ body, headers, actor }) => {
      const { doc, created } = await deps.createOrder(body, headers['idempotency-key'] ?? '', actor);
      return {
        status: created ? 201 : 200,
        body: presentDoc(doc),
        headers: { location: `/api/v1/orders/${doc._id}` },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/orders/:order',
    tag: 'orders',
    summary: { en: 'One order, by id or number', zh: '单个订单（编号或单号）' },
    action: 'order:read',
    responses: { 200: Open },
    errors: ['ORDER_NOT_FOUND'],
    handler: async ({ params, actor }) => {
      const doc = await deps.orders.get(params.order);
      const [refs, tasks, contract] = await Promise.all([
        deps.refs.ofOrder(doc._id),
        deps.models.tasks.find({ orderId: doc._id }).sort({ createdAt: 1 }).limit(200).lean<TaskDoc[]>(),
        deps.models.contracts.findOne({ _id: doc._id }).lean(),
      ]);
      const isCurrent = (task: TaskDoc): boolean => task.kind !== 'approval' || task.revision === doc.revision;
      const open = tasks.filter((task) => task.state === 'waiting' && isCurrent(task));
      return {
        status: 200,
        headers: { etag: `"${doc.version}"` },
        body: {
          ...presentSummary(doc),
          order: presentDoc(doc),
          holds: doc.holds.map((hold) => ({ ...hold, at: iso(hold.at) })),
          refs: refs
            .filter(({ connection }) => connection !== 'hub')
            .map(({ connection, type, externalId }) => ({ connection, type, id: externalId })),
          openTasks: open.map((task) => presentTask(task, actor, tasks)),
          ...(doc.rejection === undefined ? {} : { rejection: doc.rejection }),
          ...(contract === null ? {} : { contract: presentContract(contract.contract) }),
        },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/orders/:order/timeline',
    tag: 'orders',
    summary: { en: 'Everything that happened to an order, oldest first', zh: '订单全过程，最早在前' },
    action: 'order:read',
    query: Type.Object(pageQuery),
    responses: { 200: PageOf(Open) },
    errors: ['ORDER_NOT_FOUND'],
    handler: async ({ params, query }) => {
      const doc = await deps.orders.get(params.order);
      const limit = query.limit ?? 200;
      const from = Number(query.cursor ?? 0);
      const items = (await timelineOf(deps.models, doc._id)).slice(from, from + limit + 1);
      const shown = items.slice(0, limit);
      return {
        status: 200,
        body: { items: shown, ...(items.length > limit ? { next: String(from + limit) } : {}) },
      };
    },
  }),
];
