import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import { parseJson } from '../../core/connector/parse-json.js';
import { type Deed, fromNetwork, unanswered } from './errors.js';

/** A page of 2,000 orders with their lines stays well below. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data?: string;
}

export interface Reply {
  readonly status: number;
  /** Undefined for an empty answer, such as 204. Numbers too long for a double are text. */
  readonly body: unknown;
  /** `Sforce-Limit-Info`, as it came. */
  readonly limitInfo: unknown;
}

/** Speaks HTTP/1.1: JSON answers, every status handed back, no redirects, no proxy from the environment. */
export class Transport {
  readonly #http: AxiosInstance;
  readonly #agents: readonly [HttpAgent, HttpsAgent];
  readonly #pending = new Set<Promise<unknown>>();

  constructor(timeoutMs: number, maxSockets: number) {
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
      responseType: 'arraybuffer',
      transformResponse: (bytes: unknown) => bytes,
      validateStatus: () => true,
    });
  }

  /** @throws HubError as `fromNetwork` says; a success that cannot be read counts as no answer. */
  send(request: Request, deed: Deed, signal?: AbortSignal): Promise<Reply> {
    const work = this.#send(request, deed, signal);
    const settled = work.catch(() => undefined);
    this.#pending.add(settled);
    void settled.then(() => this.#pending.delete(settled));
    return work;
  }

  async #send(request: Request, deed: Deed, signal?: AbortSignal): Promise<Reply> {
    if (signal?.aborted) throw fromNetwork({ code: 'aborted before it was sent', syscall: 'connect' }, deed);
    const options = { ...request, ...(signal === undefined ? {} : { signal }) };
    const reply = await this.#http.request<Buffer>(options).catch((error: unknown) => {
      throw fromNetwork(error, deed);
    });
    const limitInfo: unknown = reply.headers['sforce-limit-info'];
    return { status: reply.status, limitInfo, body: readBody(reply.data, reply.status, deed) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#pending);
    for (const agent of this.#agents) agent.destroy();
  }
}

/** The body of a failure may be a page of HTML: then only the status counts. */
function readBody(bytes: Buffer, status: number, deed: Deed): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return parseJson(bytes);
  } catch (error) {
    if (status >= 300) return undefined;
    throw unanswered(deed, 'the answer is no JSON', error);
  }
}
