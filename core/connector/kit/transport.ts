import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import { HubError } from '../../errors/hub-error.js';
import { type Deed, networkFaults } from './network-faults.js';

const MIB = 1024 * 1024;
const IDLE_MS = 60_000;

export interface TransportOptions {
  /** Name of the system for people, as it stands in errors. */
  readonly system: string;
  readonly timeoutMs: number;
  /** Connections open at once. */
  readonly maxSockets: number;
  /** 64 MiB by default. */
  readonly maxAnswerBytes?: number;
  /** 16 MiB by default. */
  readonly maxRequestBytes?: number;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data?: string | Buffer;
}

/** An answer of any status. The body is as it came, unpacked if the other side had packed it; empty when there is none. */
export interface Reply {
  readonly status: number;
  /** By lower-case name; one that came several times is joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `set-cookie`, one a cookie. */
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/** Speaks HTTP/1.1 over connections that are kept; follows no redirects, takes no proxy from the environment. */
export class Transport {
  readonly #http: AxiosInstance;
  readonly #agents: readonly [HttpAgent, HttpsAgent];
  readonly #system: string;
  readonly #maxRequestBytes: number;
  readonly #faults: ReturnType<typeof networkFaults>;
  readonly #pending = new Set<Promise<unknown>>();

  constructor(options: TransportOptions) {
    const keep = { keepAlive: true, maxSockets: options.maxSockets, timeout: IDLE_MS };
    this.#agents = [new HttpAgent(keep), new HttpsAgent(keep)];
    this.#system = options.system;
    this.#maxRequestBytes = options.maxRequestBytes ?? 16 * MIB;
    this.#faults = networkFaults(options.system);
    this.#http = axios.create({
      adapter: 'http',
      timeout: options.timeoutMs,
      maxRedirects: 0,
      maxContentLength: options.maxAnswerBytes ?? 64 * MIB,
      maxBodyLength: this.#maxRequestBytes,
      proxy: false,
      httpAgent: this.#agents[0],
      httpsAgent: this.#agents[1],
      responseType: 'arraybuffer',
      transformRequest: (data: unknown) => data,
      transformResponse: (bytes: unknown) => bytes,
      validateStatus: () => true,
    });
  }

  /**
   * Resolves with whatever the other side answered.
   * @throws HubError CONNECTOR_UNREACHABLE when nothing was sent or `deed` only reads; CONNECTOR_OUTCOME_UNKNOWN when a
   *   write may have landed; CONNECTOR_REFUSED when the body is over the limit, which is found before it is sent
   */
  send(request: Request, deed: Deed, signal?: AbortSignal): Promise<Reply> {
    const work = this.#send(request, deed, signal);
    const settled = work.catch(() => undefined);
    this.#pending.add(settled);
    void settled.then(() => this.#pending.delete(settled));
    return work;
  }

  /** Lets calls under way end, then drops the connections. */
  async close(): Promise<void> {
    await Promise.all(this.#pending);
    for (const agent of this.#agents) agent.destroy();
  }

  async #send(request: Request, deed: Deed, signal?: AbortSignal): Promise<Reply> {
    if (signal?.aborted) throw this.#faults.notSent(signal.reason);
    const bytes = request.data === undefined ? 0 : Buffer.byteLength(request.data);
    if (bytes > this.#maxRequestBytes) throw this.#tooLarge(deed, bytes);
    const options = { ...request, ...(signal === undefined ? {} : { signal }) };
    const { status, headers, data } = await this.#http.request<Buffer>(options).catch((error: unknown) => {
      throw this.#faults.fromNetwork(error, deed);
    });
    return { status, headers: plain(headers), cookies: cookiesOf(headers), body: data };
  }

  #tooLarge({ what }: Deed, bytes: number): HubError {
    const why = `not sent, because ${bytes} bytes are more than ${this.#maxRequestBytes}`;
    return new HubError('CONNECTOR_REFUSED', { system: this.#system, what, why });
  }
}

type Headers = Readonly<Record<string, unknown>>;

const plain = (headers: Headers): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

const cookiesOf = (headers: Headers): readonly string[] => {
  const cookies = headers['set-cookie'];
  return Array.isArray(cookies) ? cookies.map(String) : [];
};

/** Milliseconds in the seconds form of `Retry-After`; undefined for its date form, or without one. */
export const retryAfterMs = ({ headers }: Pick<Reply, 'headers'>): number | undefined => {
  const header = headers['retry-after'] ?? '';
  return /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
};
