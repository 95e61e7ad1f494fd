import Type from 'typebox';
import { type Route, route } from '../route.js';
import type { ResourceDeps } from './deps.js';
import { iso, LabelShape, Open, PageOf } from './schemas.js';

export const connectionRoutes = (deps: ResourceDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/connections',
    tag: 'connections',
    summary: { en: 'Connections to outside systems', zh: '外部系统连接列表' },
    action: 'connection:read',
    responses: { 200: PageOf(Open) },
    handler: async () => {
      const docs = await deps.connections.list();
      const items = await Promise.all(
        docs.map(async (doc) => {
          const { type, connector, guardState } = await deps.connections.get(doc._id);
          const last = await deps.models.messages
            .findOne({ connection: doc._id }, { receivedAt: 1 })
            .sort({ _id: -1 })
            .lean();
          return {
            name: doc._id,
            type: doc.type,
            label: type.label,
            sandbox: doc.sandbox,
            state: guardState() === 'open' ? 'breaker-open' : doc.provenAt === undefined ? 'unfinished' : 'proven',
            triggers: connector.triggers.map(({ kind, name, label }) => ({ kind, name, label })),
            operations: connector.operations.map(({ name, label, settlement }) => ({
              name,
              label,
              settlement: settlement.kind,
            })),
            ...(doc.provenAt === undefined ? {} : { provenAt: iso(doc.provenAt) }),
            ...(last === null ? {} : { lastMessageAt: iso(last.receivedAt) }),
          };
        }),
      );
      return { status: 200, body: { items } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/connections/:connection/probe',
    tag: 'connections',
    summary: { en: 'Prove a connection; writes nothing there', zh: '验证连接，不写入对方系统' },
    action: 'connection:manage',
    resource: (params) => `connection ${params['connection']}`,
    responses: {
      200: Type.Object({
        ok: Type.Boolean(),
        checks: Type.Array(Type.Object({ check: LabelShape, ok: Type.Boolean(), said: Type.String() })),
      }),
    },
    errors: ['CONNECTION_UNKNOWN'],
    handler: async ({ params, signal }) => {
      const { ok, checks } = await deps.connections.probe(params.connection, signal);
      return { status: 200, body: { ok, checks: [...checks] } };
    },
  }),
];
