import type { IncomingMessage, ServerResponse } from 'node:http';
import { Faults } from '../../../core/connector/kit/faults.js';
import type { Simulator, SimulatorContext } from '../../../core/connector/simulator.js';
import { type AccessRules, admit, isLogin, logIn, sentSession } from './access.js';
import { CODE, failure, INJECTED, Refusal, refuse, SESSION_LOST } from './answers.js';
import { type App, BaseData, SANDBOX, type User } from './data.js';
import { formsWith } from './forms.js';
import { inspect } from './inspect.js';
import { readCall } from './request.js';
import { demandRight, SERVICES, type World } from './services.js';
import { Sessions } from './sessions.js';
import { BillStore } from './store.js';

export interface KingdeeSimulatorOptions {
  /** Idle time after which a session ends. */
  readonly sessionTtlMs?: number;
  /** Largest difference of clocks; unchecked when absent. */
  readonly skewMs?: number;
  /** Most rows of one query answer. */
  readonly maxLimit?: number;
  readonly apps?: readonly App[];
  readonly users?: readonly User[];
}

export interface KingdeeSimulator extends Simulator {
  /** Ends every session, as a restart of the application server does. */
  killSessions(): void;
}

const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** China has one zone without summer time. */
const ZONE_OFFSET_MS = 8 * 3_600_000;
const FORM_SERVICE = 'kingdee.bos.webapi.servicesstub.dynamicformservice.';
const LOGIN_SERVICE = 'kingdee.bos.webapi.servicesstub.authservice.';
const LOGIN_NAMES: Readonly<Record<string, string>> = {
  validateuser: 'ValidateUser',
  loginbyappsecret: 'LoginByAppSecret',
  loginbysign: 'LoginBySign',
  logout: 'Logout',
};

interface Reply {
  readonly what: string;
  readonly body: unknown;
  readonly cookies: readonly string[];
}

/** A strict server with the vendor's rules; its bills are rebuilt from the journal. */
export function createKingdeeSimulator(
  context: SimulatorContext,
  options: KingdeeSimulatorOptions = {},
): KingdeeSimulator {
  const base = new BaseData();
  const store = new BillStore(context.journal);
  const sessions = new Sessions(context.clock, options.sessionTtlMs ?? 20 * 60_000);
  const faults = new Faults();
  const nowMs = (): number => context.clock.now().getTime();
  const now = (): string => new Date(nowMs() + ZONE_OFFSET_MS).toISOString().slice(0, 19);
  const world: World = { store, base, now, forms: formsWith(SANDBOX.dimensions), maxLimit: options.maxLimit ?? 2000 };
  const rules: AccessRules = {
    acctId: SANDBOX.dataCentre.id,
    users: [...SANDBOX.users, ...(options.users ?? [])],
    apps: [...SANDBOX.apps, ...(options.apps ?? [])],
    base,
    nowMs,
    skewMs: options.skewMs,
  };

  const login = (method: string, request: IncomingMessage, text: string): Reply => {
    const what = `AuthService.${LOGIN_NAMES[method] ?? method}`;
    if (method === 'logout') {
      sessions.end(sentSession(request.headers));
      return { what, body: true, cookies: [] };
    }
    const { body, sessionId } = logIn(method, JSON.parse(text), rules, sessions);
    return { what, body, cookies: sessionId === undefined ? [] : sessionCookies(sessionId) };
  };

  const formService = (method: string, request: IncomingMessage, path: string, text: string): Reply => {
    const service = SERVICES[method];
    let what = service?.name ?? method;
    let cookies: readonly string[] = [];
    try {
      const call = readCall(method, text);
      what = `${world.forms.get(call.formId.toLowerCase())?.id ?? call.formId}.${what}`;
      const admitted = admit(request.headers, path, rules, sessions);
      if (admitted === undefined) throw SESSION_LOST();
      cookies = admitted.newSession === undefined ? [] : sessionCookies(admitted.newSession);
      throwInjected(faults, what);
      if (service === undefined) throw refuse(CODE.exception, `服务“${method}”不存在`);
      demandRight(admitted.user, service);
      return { what, body: service.run(call, world), cookies };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const body = failure(error);
      return { what, body: method === 'executebillquery' ? [[body]] : body, cookies };
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const route = routeOf(path);
    const text = await readBody(request);
    if (route === undefined) return plain(response, 404, 'The requested service does not exist.');
    if (request.method !== 'POST') return plain(response, 405, 'Only POST is allowed.');
    if (text === undefined) return plain(response, 413, 'The request is too large.');
    const expected = expectedWhat(route, text, world);
    if (faults.take('dropBefore', expected) !== undefined) return void request.socket.destroy();
    const before = store.commits;
    const run =
      route.kind === 'login' ? login(route.method, request, text) : formService(route.method, request, path, text);
    if (store.commits > before && faults.take('dropAfterCommit', run.what) !== undefined) {
      return void request.socket.destroy();
    }
    const delay = faults.take('delay', run.what);
    if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay.delayMs ?? 1000));
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    if (run.cookies.length > 0) response.setHeader('Set-Cookie', [...run.cookies]);
    response.end(JSON.stringify(run.body));
  };

  return {
    handler: (request, response) => {
      answer(request, response).catch(() => plain(response, 500, 'Server error.'));
    },
    inject: (fault) => faults.add(fault),
    inspect: () => inspect(store),
    killSessions: () => sessions.killAll(),
  };
}

const sessionCookies = (id: string): readonly string[] => [
  `kdservice-sessionid=${id}; path=/; HttpOnly`,
  `ASP.NET_SessionId=${id}; path=/; HttpOnly`,
];

interface Route {
  readonly kind: 'login' | 'form';
  readonly method: string;
}

/** Services are found without regard to case; what is not known has no envelope. */
function routeOf(path: string): Route | undefined {
  const service = /^\/k3cloud\/(.+)\.common\.kdsvc$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  if (service.startsWith(LOGIN_SERVICE)) {
    const method = service.slice(LOGIN_SERVICE.length);
    return isLogin(method) || method === 'logout' ? { kind: 'login', method } : undefined;
  }
  const method = service.startsWith(FORM_SERVICE) ? service.slice(FORM_SERVICE.length) : '';
  return Object.hasOwn(SERVICES, method) ? { kind: 'form', method } : undefined;
}

/** The name a call will be journaled under, found before it is judged; method name alone when the body is unreadable. */
function expectedWhat(route: Route, text: string, world: World): string {
  if (route.kind === 'login') return `AuthService.${LOGIN_NAMES[route.method] ?? route.method}`;
  const name = SERVICES[route.method]?.name ?? route.method;
  try {
    const { formId } = readCall(route.method, text);
    return `${world.forms.get(formId.toLowerCase())?.id ?? formId}.${name}`;
  } catch {
    return name;
  }
}

function throwInjected(faults: Faults, what: string): void {
  const fault = faults.take('refuse', what);
  if (fault === undefined) return;
  const code = fault.code ?? '14';
  throw refuse(Number(code), INJECTED[code] ?? `MsgCode ${code}`);
}

/** The body as text; undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

function plain(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}
