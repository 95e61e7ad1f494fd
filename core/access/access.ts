import type { Connection } from 'mongoose';
import type { Clock } from '../clock.js';
import { HubError } from '../errors/hub-error.js';
import { type ApiKeyDoc, accessModels, type TokenDoc, type UserDoc } from '../store/models/access.js';
import { ensureIndexes } from '../store/models/index.js';
import type { Actor } from './actor.js';
import { auditLog } from './audit.js';
import type { Identity } from './authenticate.js';
import { mayGrant } from './authorize.js';
import { ADMIN_USER, BUILT_IN_ROLES, SAMPLE_PEOPLE, SAMPLE_UNITS } from './sample-people.js';
import { hashOf, newApiKey, newToken, readApiKey, sameHash } from './tokens.js';

const LINK_MS = 15 * 60_000;
const SESSION_MS = 12 * 3_600_000;
/** A session is prolonged, and a key's last use noted, at most this often. */
const TOUCH_MS = 5 * 60_000;

export const SESSION_COOKIE = 'orderhub_session';

export type Access = Awaited<ReturnType<typeof openAccess>>;

const signInNeeded = (why: string, whyZh: string): HubError => new HubError('ACCESS_SIGN_IN_NEEDED', { why, whyZh });

const cookieIn = (header: string | undefined): string | undefined =>
  header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${SESSION_COOKIE}=`))
    ?.slice(SESSION_COOKIE.length + 1);

/**
 * Who may do what: users, roles, sign-in links, sessions, API keys and the audit log.
 * @param options.sample also makes the people of a sandbox installation.
 */
export async function openAccess(connection: Connection, clock: Clock, options: { sample: boolean }) {
  const models = accessModels(connection);
  await ensureIndexes(models);
  const audit = auditLog(models, clock);
  const after = (ms: number): Date => new Date(clock.now().getTime() + ms);

  /** What is there already stays as people left it. */
  async function seed(): Promise<void> {
    const now = clock.now();
    const insert = <T extends { _id: string }>(docs: readonly T[]) =>
      docs.map(({ _id, ...rest }) => [{ _id }, { $setOnInsert: rest }, { upsert: true }] as const);
    for (const write of insert(BUILT_IN_ROLES)) await models.roles.updateOne(...write);
    const admin = { _id: ADMIN_USER, name: '管理员 Administrator', roles: ['administrator'] };
    const people = options.sample ? [admin, ...SAMPLE_PEOPLE] : [admin];
    for (const write of insert(people.map((p) => ({ ...p, active: true, createdAt: now })))) {
      await models.users.updateOne(...write);
    }
    if (options.sample) for (const write of insert(SAMPLE_UNITS)) await models.orgUnits.updateOne(...write);
  }

  const permissionsOf = async (roles: readonly string[]): Promise<string[]> => {
    const docs = await models.roles.find({ _id: { $in: [...roles] } }).lean();
    return [...new Set(docs.flatMap((doc) => doc.permissions))];
  };

  async function userActor(userId: string): Promise<Actor | undefined> {
    const user = await models.users.findOne({ _id: userId, active: true }).lean<UserDoc>();
    if (user === null) return undefined;
    return {
      id: user._id,
      kind: 'user',
      name: user.name,
      roles: user.roles,
      permissions: await permissionsOf(user.roles),
    };
  }

  async function bySession(token: string): Promise<Actor | undefined> {
    const session = await models.sessions
      .findOne({ _id: hashOf(token), expiresAt: { $gt: clock.now() } })
      .lean<TokenDoc>();
    if (session === null) return undefined;
    if (session.expiresAt.getTime() < after(SESSION_MS - TOUCH_MS).getTime()) {
      await models.sessions.updateOne({ _id: session._id }, { $set: { expiresAt: after(SESSION_MS) } });
    }
    return userActor(session.userId);
  }

  async function byKey(text: string): Promise<Actor> {
    const read = readApiKey(text);
    const doc = read === undefined ? null : await models.apiKeys.findOne({ _id: read.id }).lean<ApiKeyDoc>();
    const good = read !== undefined && doc !== null && sameHash(doc.secretHash, hashOf(read.secret));
    const now = clock.now();
    if (!good || doc.revokedAt !== undefined || (doc.expiresAt !== undefined && doc.expiresAt <= now)) {
      throw signInNeeded('the API key is unknown, revoked or expired', 'API 密钥未知、已吊销或已过期');
    }
    if (doc.usedAt === undefined || now.getTime() - doc.usedAt.getTime() > TOUCH_MS) {
      await models.apiKeys.updateOne({ _id: doc._id }, { $set: { usedAt: now } });
    }
    const permissions = await permissionsOf(doc.roles);
    return { id: `key:${doc._id}`, kind: 'api-key', name: doc.name, roles: doc.roles, permissions };
  }

  async function authenticate(headers: { authorization?: string; cookie?: string }): Promise<Identity | undefined> {
    const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return { actor: await byKey(bearer), via: 'api-key' };
    const token = cookieIn(headers.cookie);
    const actor = token === undefined ? undefined : await bySession(token);
    return actor === undefined ? undefined : { actor, via: 'session' };
  }

  /** @throws HubError RESOURCE_NOT_FOUND for an unknown role, ACCESS_DENIED for one the actor may not give. */
  async function requireGrant(actor: Actor, roles: readonly string[]): Promise<void> {
    for (const id of roles) {
      const role = await models.roles.findOne({ _id: id }).lean();
      if (role === null) throw new HubError('RESOURCE_NOT_FOUND', { what: 'role', whatZh: '角色', id });
      if (!mayGrant(actor, role)) {
        throw new HubError('ACCESS_DENIED', { actor: actor.name, action: 'grant', resource: `role ${id}` });
      }
    }
  }

  /**
   * A token that signs this user in once within 15 minutes. Whoever makes it could use it, so `by` must be able to
   * give every role the user has; absent for the hub's own operator.
   * @throws HubError RESOURCE_NOT_FOUND, ACCESS_DENIED
   */
  async function createSignInLink(userId: string, by?: Actor): Promise<string> {
    const user = await userActor(userId);
    if (user === undefined) {
      throw new HubError('RESOURCE_NOT_FOUND', { what: 'user', whatZh: '用户', id: userId });
    }
    if (by !== undefined) await requireGrant(by, user.roles);
    const token = newToken();
    await models.signInLinks.create({ _id: hashOf(token), userId, createdAt: clock.now(), expiresAt: after(LINK_MS) });
    return token;
  }

  /** Spends a link, once, for a session. @throws HubError ACCESS_SIGN_IN_NEEDED */
  async function redeemSignInLink(link: string): Promise<{ token: string; actor: Actor }> {
    const now = clock.now();
    const spent = await models.signInLinks
      .findOneAndUpdate(
        { _id: hashOf(link), usedAt: { $exists: false }, expiresAt: { $gt: now } },
        { $set: { usedAt: now } },
        { returnDocument: 'after' },
      )
      .lean<TokenDoc>();
    const actor = spent === null ? undefined : await userActor(spent.userId);
    if (actor === undefined) throw signInNeeded('the link was used before or has expired', '链接已使用或已过期');
    const token = newToken();
    await models.sessions.create({
      _id: hashOf(token),
      userId: actor.id,
      createdAt: now,
      expiresAt: after(SESSION_MS),
    });
    await audit(actor, 'session:begin', `user ${actor.id}`);
    return { token, actor };
  }

  async function endSession(cookie: string | undefined): Promise<void> {
    const token = cookieIn(cookie);
    if (token !== undefined) await models.sessions.deleteOne({ _id: hashOf(token) });
  }

  /** Makes an API key; its text is shown this once. @throws HubError ACCESS_DENIED for a role the actor may not give. */
  async function createApiKey(
    actor: Actor,
    name: string,
    roles: readonly string[],
    expiresAt?: Date,
  ): Promise<{ id: string; key: string }> {
    await requireGrant(actor, roles);
    const { id, secret, text } = newApiKey();
    await models.apiKeys.create({
      _id: id,
      name,
      secretHash: hashOf(secret),
      roles: [...roles],
      createdBy: actor.id,
      createdAt: clock.now(),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
    await audit(actor, 'key:create', `key ${id}`, { name, roles });
    return { id, key: text };
  }

  async function revokeApiKey(actor: Actor, id: string): Promise<void> {
    const { matchedCount } = await models.apiKeys.updateOne(
      { _id: id, revokedAt: { $exists: false } },
      { $set: { revokedAt: clock.now() } },
    );
    if (matchedCount === 0) throw new HubError('RESOURCE_NOT_FOUND', { what: 'API key', whatZh: 'API 密钥', id });
    await audit(actor, 'key:revoke', `key ${id}`);
  }

  await seed();
  return {
    models,
    administratorId: ADMIN_USER,
    authenticate,
    createSignInLink,
    redeemSignInLink,
    endSession,
    createApiKey,
    revokeApiKey,
    audit,
  };
}
