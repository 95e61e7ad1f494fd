import { HubError } from '../errors/hub-error.js';
import type { Headers } from './route.js';

/** A page of another origin cannot send this header without a preflight, which the hub never answers. */
export const CSRF_HEADER = 'x-orderhub-request';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

const refuse = (why: string, whyZh: string): HubError =>
  new HubError('ACCESS_DENIED', {
    actor: why,
    actorZh: whyZh,
    action: 'send',
    resource: 'this request',
    resourceZh: '此请求',
  });

/**
 * For requests that a browser's cookie vouches for: a change must carry `X-OrderHub-Request: 1` and, if the browser
 * names its origin, come from the hub's own.
 * @param publicOrigin as people see the hub, when a proxy stands before it; else the Host header counts.
 * @throws HubError ACCESS_DENIED
 */
export function refuseForeignPages(method: string, headers: Headers, publicOrigin: string | undefined): void {
  if (SAFE.has(method)) return;
  if (headers[CSRF_HEADER] !== '1') {
    throw refuse('a browser request without X-OrderHub-Request: 1', '缺少 X-OrderHub-Request: 1 的浏览器请求');
  }
  const { origin, host } = headers;
  if (origin === undefined || origin === publicOrigin) return;
  if (host !== undefined && URL.canParse(origin) && new URL(origin).host === host) return;
  throw refuse(`a page of ${origin}`, `来自 ${origin} 的页面`);
}
