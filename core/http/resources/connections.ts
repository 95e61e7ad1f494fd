import Type from 'typebox';
import { HubError } from '../../errors/hub-error.js';
import { type Route, route } from '../route.js';
import type { ResourceDeps } from './deps.js';
import { iso, LabelShape, Open, PageOf } from './schemas.js';

/** Settings that somebody sends are their fault to cure, not the installation's. */
function refuseAsRequest(error: unknown): never {
  if (!(error instanceof HubError) || error.code !== 'SETTINGS_INVALID') throw error;
  throw new HubError('REQUEST_INVALID', { path: '$.settings', why: String(error.facts['why']) }, { cause: error });
}

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
    method: 'PUT',
    path: '/api/v1/connections/:connection',
    tag: 'connections',
    summary: { en: 'Make or replace a connection to a real system', zh: '新建或替换真实系统的连接' },
    action: 'connection:manage',
    resource: (params) => `connection ${params['connection']}`,
    params: Type.Object({ connection: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }) }),
    body: Type.Object(
      {
        type: Type.String({ minLength: 1, maxLength: 40 }),
        settings: Type.Record(Type.String({ maxLength: 60 }), Type.Unknown()),
        secrets: Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 10_000 })),
      },
      { additionalProperties: false },
    ),
    responses: { 204: Type.Null() },
    errors: ['REQUEST_INVALID'],
    handler: async ({ params, body, actor }) => {
      await deps.connections.put(params.connection, { ...body, sandbox: false }).catch(refuseAsRequest);
      await deps.reconnect(params.connection);
      await deps.audit(actor, 'connection:put', `connection ${params.connection}`, { type: body.type });
      return { status: 204, body: null };
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
