import Type from 'typebox';
import { HubError } from '../../errors/hub-error.js';
import type { EffectDoc } from '../../store/models/work.js';
import { type Route, route } from '../route.js';
import type { ResourceDeps } from './deps.js';
import { presentEffect } from './present-effect.js';
import { beforeCursor, Open, PageOf, page, pageQuery, timeCursor } from './schemas.js';

const STATES = ['planned', 'sending', 'confirmed', 'unknown', 'refused', 'parked'] as const;

export const effectRoutes = (deps: ResourceDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/effects',
    tag: 'effects',
    summary: { en: 'Outside effects, newest first', zh: '外部动作列表，最新在前' },
    action: 'effect:read',
    query: Type.Object({
      order: Type.Optional(Type.String({ maxLength: 64 })),
      state: Type.Optional(Type.Union(STATES.map((state) => Type.Literal(state)))),
      ...pageQuery,
    }),
    responses: { 200: PageOf(Open) },
    handler: async ({ query }) => {
      const limit = query.limit ?? 50;
      const orderId = query.order === undefined ? undefined : (await deps.orders.get(query.order))._id;
      const filter = {
        ...(orderId === undefined ? {} : { orderId }),
        ...(query.state === undefined ? {} : { state: query.state }),
        ...beforeCursor(query.cursor, 'createdAt'),
      };
      const docs = await deps.models.effects
        .find(filter)
        .sort({ createdAt: -1, _id: -1 })
        .limit(limit + 1)
        .lean<EffectDoc[]>();
      return { status: 200, body: page(docs, limit, (doc) => timeCursor(doc.createdAt, doc._id), presentEffect) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/effects/:key',
    tag: 'effects',
    summary: { en: 'One outside effect', zh: '单个外部动作' },
    action: 'effect:read',
    responses: { 200: Open },
    errors: ['RESOURCE_NOT_FOUND'],
    handler: async ({ params }) => {
      const effect = await deps.effects.find(params.key);
      if (effect === undefined)
        throw new HubError('RESOURCE_NOT_FOUND', { what: 'effect', whatZh: '外部动作', id: params.key });
      return { status: 200, body: presentEffect(effect) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/effects/:key/settle',
    tag: 'effects',
    summary: { en: 'Settle an effect by hand', zh: '人工处理外部动作' },
    action: 'effect:settle',
    resource: (params) => `effect ${params['key']}`,
    body: Type.Object(
      {
        as: Type.Union(['ask', 'there', 'not-there', 'retry'].map((as) => Type.Literal(as))),
        evidence: Type.Optional(Type.String({ maxLength: 500 })),
      },
      { additionalProperties: false },
    ),
    responses: { 200: Open },
    errors: ['RESOURCE_NOT_FOUND', 'EFFECT_NOT_SETTLEABLE'],
    handler: async ({ params, body, actor }) => {
      const as = body.as as 'ask' | 'there' | 'not-there' | 'retry';
      const by = { kind: actor.kind, id: actor.id, name: actor.name };
      const effect = await deps.effects.settleByPerson(params.key, as, by, body.evidence);
      await deps.audit(actor, `effect:${as}`, `effect ${effect._id}`, { evidence: body.evidence ?? '' });
      deps.poke(effect.orderId);
      return { status: 200, body: presentEffect(effect) };
    },
  }),
];
