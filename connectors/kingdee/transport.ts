import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import { parseJson } from '../../core/connector/parse-json.js';
import { type Deed, fromHttp, fromNetwork, unanswered } from './errors.js';

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

export interface Reply {
  readonly body: unknown;
  /** Values of `set-cookie`, one a cookie. */
  readonly cookies: readonly string[];
}

/** Speaks HTTP/1.1 to one site: POST, JSON both ways, no redirects, no proxy from the environment. */
export class Transport {
  readonly #http: AxiosInstance;
  readonly #agents: readonly [HttpAgent, HttpsAgent];
  readonly #base: URL;
  readonly #pending = new Set<Promise<unknown>>();

  constructor(serverUrl: string, timeoutMs: number, maxSockets: number) {
    this.#base = new URL(serverUrl.endsWith('/') ? serverUrl : `${serverUrl}/`);
    const options = { keepAlive: true, maxSockets, timeout: 60_000 };
    this.#agents = [new HttpAgent(options), new HttpsAgent(options)];
    this.#http = axios.create({
      adapter: 'http',
      timeout: timeoutMs,
      maxRedirects: 0,
      maxContentLength: MAX_ANSWER_BYTES,
      maxBodyLength: MAX_REQUEST_BYTES,
      proxy: false,
      httpAgent: this.#agents[0],
      httpsAgent: this.#agents[1],
      responseType: 'text',
      transformResponse: (text: unknown) => text,
      validateStatus: () => true,
    });
  }

  /** Path of a service exactly as it will be sent, e.g. `/k3cloud/….Save.common.kdsvc`. */
  pathOf(service: string): string {
    return new URL(`${service}.common.kdsvc`, this.#base).pathname;
  }

  /** @throws HubError as `fromNetwork` and `fromHttp` say; an unreadable 200 counts as no answer. */
  post(path: string, body: unknown, headers: Record<string, string>, deed: Deed, signal?: AbortSignal): Promise<Reply> {
    const work = this.#post(path, body, headers, deed, signal);
    const settled = work.catch(() => undefined);
    this.#pending.add(settled);
    void settled.then(() => this.#pending.delete(settled));
    return work;
  }

  async #post(path: string, body: unknown, headers: Record<string, string>, deed: Deed, signal?: AbortSignal) {
    if (signal?.aborted) throw fromNetwork({ code: 'aborted before it was sent', syscall: 'connect' }, deed);
    const url = new URL(path, this.#base).href;
    const data = JSON.stringify(body);
    const sent = { ...headers, 'Content-Type': 'application/json; charset=utf-8' };
    const options = { headers: sent, ...(signal === undefined ? {} : { signal }) };
    const reply = await this.#http.post<string>(url, data, options).catch((error: unknown) => {
      throw fromNetwork(error, deed);
    });
    if (reply.status !== 200) throw fromHttp(reply.status, retryAfterMs(reply.headers['retry-after']), deed);
    try {
      return { body: parseJson(reply.data), cookies: reply.headers['set-cookie'] ?? [] };
    } catch (error) {
      throw unanswered(deed, 'the answer is no JSON', error);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#pending);
    for (const agent of this.#agents) agent.destroy();
  }
}

/** Only the seconds form of `Retry-After` is read. */
function retryAfterMs(header: unknown): number | undefined {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}
