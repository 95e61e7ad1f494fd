import type { IncomingHttpHeaders } from 'node:http';
import type { App, BaseData, User } from './data.js';
import { member } from './lookup.js';
import type { Sessions } from './sessions.js';
import { type Caller, verifyLogin, verifyRequest } from './verify.js';

export interface AccessRules {
  readonly acctId: string;
  readonly users: readonly User[];
  readonly apps: readonly App[];
  readonly base: BaseData;
  readonly nowMs: () => number;
  /** Largest difference of clocks; undefined leaves it unchecked, as self-hosted sites do. */
  readonly skewMs: number | undefined;
}

const LANGUAGES = new Set(['2052', '1033', '3076']);

/** Order of the positional parameters of each login. */
const LOGINS: Readonly<Record<string, readonly string[]>> = {
  validateuser: ['acctID', 'username', 'password', 'lcid'],
  loginbyappsecret: ['acctID', 'username', 'appId', 'appSecret', 'lcid'],
  loginbysign: ['acctID', 'username', 'appId', 'timestamp', 'sign', 'lcid'],
};

export const isLogin = (method: string): boolean => Object.hasOwn(LOGINS, method);

type Fields = Readonly<Record<string, string>>;
type Judge = (given: Fields, user: User, rules: AccessRules) => boolean;

const appOf = (given: Fields, rules: AccessRules): App | undefined =>
  rules.apps.find((a) => a.appId === given['appId']);

const JUDGES: Readonly<Record<string, Judge>> = {
  validateuser: (given, user) => given['password'] === user.password,
  loginbyappsecret: (given, _, rules) => appOf(given, rules)?.appSecret === given['appSecret'],
  loginbysign: (given, _, rules) => {
    const app = appOf(given, rules);
    const { acctID = '', username = '', appId = '', timestamp = '', sign = '' } = given;
    if (app === undefined || !/^\d{10}$/.test(timestamp)) return false;
    if (rules.skewMs !== undefined && Math.abs(rules.nowMs() - Number(timestamp) * 1000) > rules.skewMs) return false;
    return verifyLogin([acctID, username, appId, app.appSecret, timestamp], sign);
  },
};

/** Reads positional parameters (an array, or JSON text of one) or named ones, whatever their case. */
function readLogin(method: string, body: unknown): Fields {
  const names = LOGINS[method] ?? [];
  const sent = member(body, 'parameters');
  const parameters: unknown = typeof sent === 'string' ? JSON.parse(sent) : sent;
  const value = (name: string, i: number): unknown => (Array.isArray(parameters) ? parameters[i] : member(body, name));
  return Object.fromEntries(names.map((name, i) => [name, String(value(name, i) ?? '')]));
}

export interface LoginAnswer {
  readonly body: Record<string, unknown>;
  /** Undefined when the login failed. */
  readonly sessionId?: string;
}

/** Failures come with HTTP 200 and `LoginResultType` 0; they do not say what was wrong. */
export function logIn(method: string, body: unknown, rules: AccessRules, sessions: Sessions): LoginAnswer {
  const given = readLogin(method, body);
  const user = rules.users.find((u) => u.name === given['username']);
  const known = given['acctID'] === rules.acctId && LANGUAGES.has(given['lcid'] ?? '');
  if (user === undefined || !known || JUDGES[method]?.(given, user, rules) !== true) {
    return { body: loginBody({ Message: '用户名或密码错误', LoginResultType: 0, IsSuccessByAPI: false }) };
  }
  const sessionId = sessions.open(user.name);
  const context = { SessionId: sessionId, UserName: user.name, DBid: rules.acctId, UserToken: sessionId };
  return { body: loginBody({ LoginResultType: 1, Context: context, KDSVCSessionId: sessionId }), sessionId };
}

const loginBody = (said: Record<string, unknown>): Record<string, unknown> => ({
  Message: null,
  MessageCode: 'CheckPasswordPolicy',
  Context: null,
  KDSVCSessionId: null,
  FormId: null,
  RedirectFormParam: null,
  FormInputObject: null,
  ErrorStackTrace: null,
  Lcid: 0,
  AccessToken: null,
  CustomParam: null,
  KdAccessResult: null,
  IsSuccessByAPI: true,
  ...said,
});

/** Session id from the header or from the cookie; empty when neither is sent. */
export function sentSession(headers: IncomingHttpHeaders): string {
  const header = headers['kdservice-sessionid'];
  if (typeof header === 'string' && header !== '') return header;
  const pair = (headers.cookie ?? '').split(';').find((c) => c.trim().startsWith('kdservice-sessionid='));
  return pair?.trim().slice('kdservice-sessionid='.length) ?? '';
}

export interface Admitted {
  readonly user: User;
  /** Set when a new session was given out silently. */
  readonly newSession?: string;
}

/**
 * Who is calling. A live session is enough and its signature is not looked at; a valid signature with a dead session
 * gets a new one; everything else is a lost session (undefined), also for wrong credentials.
 */
export function admit(
  headers: IncomingHttpHeaders,
  pathAsSent: string,
  rules: AccessRules,
  sessions: Sessions,
): Admitted | undefined {
  const byName = (name: string | undefined): User | undefined => rules.users.find((u) => u.name === name);
  const live = byName(sessions.use(sentSession(headers)));
  if (live !== undefined) return { user: live };
  const caller = verifyRequest(headers, pathAsSent, rules.apps, { nowMs: rules.nowMs(), skewMs: rules.skewMs });
  const user = caller !== undefined && isAtHome(caller, rules) ? byName(caller.userName) : undefined;
  return user === undefined ? undefined : { user, newSession: sessions.open(user.name) };
}

const isAtHome = (caller: Caller, rules: AccessRules): boolean =>
  caller.acctId === rules.acctId &&
  LANGUAGES.has(caller.lcid) &&
  (['', '0'].includes(caller.orgNumber) || rules.base.find('ORG_Organizations', caller.orgNumber) !== undefined);
