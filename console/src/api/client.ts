import type { Problem } from './types';

/** The hub refused, or could not be reached (status 0). `problem` has what happened, why and what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.title);
  }
}

const UNREACHABLE: Problem = {
  code: 'HUB_UNREACHABLE',
  cure: 'wait',
  title: 'The hub cannot be reached',
  titleZh: '无法连接集成中枢',
  fix: 'Check the network; the page tries again by itself. Nothing was decided or sent.',
  fixZh: '检查网络，页面会自动重试。未作任何决定，也未发送任何内容。',
};

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'title' in body && typeof body.title === 'string';

async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isProblem(body)) return { ...body, code: body.code ?? String(response.status) };
  return {
    code: `HTTP_${response.status}`,
    cure: 'code',
    title: `The hub answered ${response.status} without saying why`,
    titleZh: `集成中枢返回 ${response.status}，未说明原因`,
    fix: 'Try again; if it stays, send the code and time to support.',
    fixZh: '重试；若仍出现，请将编号与时间发给支持人员。',
  };
}

type Method = 'GET' | 'POST' | 'DELETE';

async function send<T>(
  method: Method,
  path: string,
  content?: { type: string; body: string | Blob },
  key?: string,
): Promise<T> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    credentials: 'same-origin',
    headers: {
      Accept: 'application/json',
      'Accept-Language': document.documentElement.lang,
      'X-OrderHub-Request': '1',
      ...(content === undefined ? {} : { 'Content-Type': content.type }),
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    },
    ...(content === undefined ? {} : { body: content.body }),
  }).catch(() => {
    throw new ApiError(0, UNREACHABLE);
  });
  if (!response.ok) throw new ApiError(response.status, await readProblem(response));
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/**
 * One call of the hub's API with the session cookie.
 * @param key the same for every try of one intent, so that it is done once.
 * @throws ApiError for every answer outside 2xx and when the hub cannot be reached.
 */
export const call = <T>(method: Method, path: string, body?: unknown, key?: string): Promise<T> =>
  send(method, path, body === undefined ? undefined : { type: 'application/json', body: JSON.stringify(body) }, key);

/** A new key for one intent. `crypto.randomUUID` is missing where the hub is reached without TLS. */
export const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Sends a file as it is; the hub tells its type from its name and content. @throws ApiError as `call` does. */
export const upload = <T>(path: string, file: Blob): Promise<T> =>
  send('POST', path, { type: 'application/octet-stream', body: file });

/** `?a=1&b=2` from what is set; empty values are left out. */
export function query(values: Record<string, string | number | undefined>): string {
  const set = Object.entries(values).filter(([, v]) => v !== undefined && v !== '');
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([k, v]) => [k, String(v)]))}`;
}
