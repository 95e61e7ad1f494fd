import Type from 'typebox';
import { type Access, SESSION_COOKIE } from '../access/access.js';
import type { Actor } from '../access/actor.js';
import type { ApiKeyDoc, UserDoc } from '../store/models/access.js';
import { type Route, route } from './route.js';

const Texts = Type.Array(Type.String());
const ActorShape = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  name: Type.String(),
  roles: Texts,
  permissions: Texts,
});
const Me = Type.Object({ actor: ActorShape, environment: Type.String() });

const show = ({ id, kind, name, roles, permissions }: Actor) => ({
  id,
  kind,
  name,
  roles: [...roles],
  permissions: [...permissions],
});

const showKey = (doc: ApiKeyDoc) => ({
  id: doc._id,
  name: doc.name,
  roles: doc.roles,
  createdBy: doc.createdBy,
  createdAt: doc.createdAt.toISOString(),
  ...(doc.expiresAt === undefined ? {} : { expiresAt: doc.expiresAt.toISOString() }),
  ...(doc.usedAt === undefined ? {} : { usedAt: doc.usedAt.toISOString() }),
  ...(doc.revokedAt === undefined ? {} : { revokedAt: doc.revokedAt.toISOString() }),
});

/** Signing in and out, people and API keys. */
export function sessionRoutes(
  access: Access,
  settings: { environment: string; address: () => string; secure: boolean },
): Route[] {
  const { environment } = settings;
  // Without Max-Age: how long a session lasts, and that use prolongs it, is decided by the store alone.
  const cookie = (value: string): string =>
    `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict${settings.secure ? '; Secure' : ''}`;
  return [
    route({
      method: 'POST',
      path: '/api/v1/session',
      tag: 'access',
      summary: { en: 'Sign in with a one-time link', zh: '使用一次性链接登录' },
      action: 'public',
      body: Type.Object({ token: Type.String({ minLength: 20, maxLength: 200 }) }, { additionalProperties: false }),
      responses: { 200: Me },
      errors: ['ACCESS_SIGN_IN_NEEDED'],
      handler: async ({ body }) => {
        const { token, actor } = await access.redeemSignInLink(body.token);
        return {
          status: 200,
          body: { actor: show(actor), environment },
          headers: { 'set-cookie': cookie(token) },
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/session',
      tag: 'access',
      summary: { en: 'Who is signed in', zh: '当前登录者' },
      action: 'signed-in',
      responses: { 200: Me },
      handler: ({ actor }) => ({ status: 200, body: { actor: show(actor), environment } }),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/session',
      tag: 'access',
      summary: { en: 'Sign out', zh: '退出登录' },
      action: 'signed-in',
      responses: { 204: Type.Null() },
      handler: async ({ headers }) => {
        await access.endSession(headers['cookie']);
        return { status: 204, body: null, headers: { 'set-cookie': `${cookie('')}; Max-Age=0` } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/sign-in-links',
      tag: 'access',
      summary: { en: 'Make a one-time sign-in link', zh: '生成一次性登录链接' },
      action: 'user:manage',
      body: Type.Object(
        { userId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) },
        { additionalProperties: false },
      ),
      responses: { 201: Type.Object({ url: Type.String() }) },
      errors: ['ACCESS_DENIED', 'RESOURCE_NOT_FOUND'],
      handler: async ({ body, actor }) => {
        const userId = body.userId ?? access.administratorId;
        const token = await access.createSignInLink(userId, actor);
        await access.audit(actor, 'link:create', `user ${userId}`);
        return { status: 201, body: { url: `${settings.address()}/sign-in?token=${token}` } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/users',
      tag: 'access',
      summary: { en: 'People and their roles', zh: '用户与角色' },
      action: 'user:manage',
      responses: { 200: Type.Object({ items: Type.Array(Type.Object({}, { additionalProperties: true })) }) },
      handler: async () => {
        const users = await access.models.users.find({}).sort({ _id: 1 }).limit(1000).lean<UserDoc[]>();
        const items = users.map(({ _id, createdAt, ...rest }) => ({
          userId: _id,
          ...rest,
          createdAt: createdAt.toISOString(),
        }));
        return { status: 200, body: { items } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/api-keys',
      tag: 'access',
      summary: { en: 'API keys, without their secrets', zh: 'API 密钥（不含密钥内容）' },
      action: 'key:manage',
      responses: { 200: Type.Object({ items: Type.Array(Type.Object({}, { additionalProperties: true })) }) },
      handler: async () => {
        const keys = await access.models.apiKeys.find({}).sort({ createdAt: -1 }).limit(1000).lean<ApiKeyDoc[]>();
        return { status: 200, body: { items: keys.map(showKey) } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/api-keys',
      tag: 'access',
      summary: { en: 'Make an API key; its text is shown this once', zh: '新建 API 密钥，仅显示一次' },
      action: 'key:manage',
      body: Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 80 }),
          roles: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 20 }),
          expiresAt: Type.Optional(Type.String({ format: 'date-time' })),
        },
        { additionalProperties: false },
      ),
      responses: { 201: Type.Object({ id: Type.String(), key: Type.String() }) },
      errors: ['ACCESS_DENIED', 'RESOURCE_NOT_FOUND'],
      handler: async ({ body, actor }) => ({
        status: 201,
        body: await access.createApiKey(
          actor,
          body.name,
          body.roles,
          body.expiresAt === undefined ? undefined : new Date(body.expiresAt),
        ),
      }),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/api-keys/:key',
      tag: 'access',
      summary: { en: 'Revoke an API key', zh: '吊销 API 密钥' },
      action: 'key:manage',
      resource: (params) => `key ${params['key']}`,
      responses: { 204: Type.Null() },
      errors: ['RESOURCE_NOT_FOUND'],
      handler: async ({ params, actor }) => {
        await access.revokeApiKey(actor, params.key);
        return { status: 204, body: null };
      },
    }),
  ];
}
