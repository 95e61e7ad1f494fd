import Type from 'typebox';
import { HubError } from '../errors/hub-error.js';
import { type Route, route } from './route.js';

const State = Type.Object({ status: Type.String(), version: Type.String() });

/** For whoever watches the process: does it live, and can it work. */
export const systemRoutes = (deps: { ready: () => Promise<void>; version: string }): Route[] => [
  route({
    method: 'GET',
    path: '/healthz',
    tag: 'system',
    summary: { en: 'Whether the process lives', zh: '进程是否存活' },
    action: 'public',
    responses: { 200: State },
    handler: () => ({ status: 200, body: { status: 'ok', version: deps.version } }),
  }),
  route({
    method: 'GET',
    path: '/readyz',
    tag: 'system',
    summary: { en: 'Whether the hub can accept work: the store answers', zh: '能否受理业务：数据库是否可用' },
    action: 'public',
    responses: { 200: State },
    errors: ['STORE_UNREACHABLE'],
    handler: async () => {
      try {
        await deps.ready();
      } catch (cause) {
        if (cause instanceof HubError) throw cause;
        const facts = { why: 'it does not answer', whyZh: '没有响应' };
        throw new HubError('STORE_UNREACHABLE', facts, { cause, retryAfterMs: 2_000 });
      }
      return { status: 200, body: { status: 'ok', version: deps.version } };
    },
  }),
];
