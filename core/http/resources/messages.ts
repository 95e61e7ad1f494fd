import Type from 'typebox';
import { HubError } from '../../errors/hub-error.js';
import type { MessageDoc } from '../../store/models/inbox.js';
import { type Route, route } from '../route.js';
import type { ResourceDeps } from './deps.js';
import { iso, Open, PageOf, page, pageQuery } from './schemas.js';
import { bodyOf } from './timeline.js';

const STATES = ['received', 'early', 'mapped', 'unchanged', 'stale', 'parked', 'refused'] as const;

const presentMessage = (doc: MessageDoc) => ({
  messageId: doc._id,
  connection: doc.connection,
  kind: doc.kind,
  state: doc.state,
  receivedAt: iso(doc.receivedAt),
  duplicates: doc.duplicates,
  bytes: doc.bodyBytes,
  sha256: doc.bodySha256,
  by: doc.actor.name,
  ...(doc.laneId === undefined ? {} : { orderId: doc.laneId }),
  ...(doc.ref === undefined ? {} : { ref: doc.ref }),
  ...(doc.mapping === undefined ? {} : { mapping: doc.mapping }),
  ...(doc.problem === undefined ? {} : { problem: doc.problem }),
});

export const messageRoutes = (deps: ResourceDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/messages',
    tag: 'messages',
    summary: { en: 'Inbound messages, newest first', zh: '入站消息列表，最新在前' },
    action: 'message:read',
    query: Type.Object({
      connection: Type.Optional(Type.String({ maxLength: 64 })),
      state: Type.Optional(Type.Union(STATES.map((state) => Type.Literal(state)))),
      ...pageQuery,
    }),
    responses: { 200: PageOf(Open) },
    handler: async ({ query }) => {
      const limit = query.limit ?? 50;
      const filter = {
        ...(query.connection === undefined ? {} : { connection: query.connection }),
        ...(query.state === undefined ? {} : { state: query.state }),
        ...(query.cursor === undefined ? {} : { _id: { $lt: query.cursor } }),
      };
      const docs = await deps.models.messages
        .find(filter, { body: 0 })
        .sort({ _id: -1 })
        .limit(limit + 1)
        .lean<MessageDoc[]>();
      return { status: 200, body: page(docs, limit, (doc) => doc._id, presentMessage) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/messages/:message',
    tag: 'messages',
    summary: { en: 'One message with its body', zh: '单条消息及报文' },
    action: 'message:read',
    responses: { 200: Open },
    errors: ['RESOURCE_NOT_FOUND'],
    handler: async ({ params }) => {
      const doc = await deps.models.messages.findOne({ _id: params.message }).lean<MessageDoc>();
      if (doc === null)
        throw new HubError('RESOURCE_NOT_FOUND', { what: 'message', whatZh: '消息', id: params.message });
      return { status: 200, body: { ...presentMessage(doc), headers: doc.headers, body: bodyOf(doc) } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/messages/:message/replay',
    tag: 'messages',
    summary: { en: 'Apply a parked message again', zh: '重放搁置的消息' },
    action: 'message:replay',
    resource: (params) => `message ${params['message']}`,
    responses: { 202: Open },
    errors: ['RESOURCE_NOT_FOUND', 'VERSION_CONFLICT'],
    handler: async ({ params, actor }) => {
      const doc = await deps.inbox.replay(params.message ?? '');
      if (doc === undefined) {
        throw new HubError('RESOURCE_NOT_FOUND', {
          what: 'parked message',
          whatZh: '搁置的消息',
          id: params.message ?? '',
        });
      }
      await deps.audit(actor, 'message:replay', `message ${doc._id}`);
      return { status: 202, body: presentMessage(doc) };
    },
  }),
];
