import type { Deed } from '../../core/connector/kit/network-faults.js';
import { retryAfterMs, Transport } from '../../core/connector/kit/transport.js';
import { parseJson } from '../../core/connector/parse-json.js';
import { fromHttp, SYSTEM, unanswered } from './errors.js';

export interface Said {
  readonly body: unknown;
  /** Values of `set-cookie`, one a cookie. */
  readonly cookies: readonly string[];
}

/** The services of one site: POST, JSON both ways. */
export class Services {
  readonly #transport: Transport;
  readonly #base: URL;

  constructor(serverUrl: string, timeoutMs: number, maxSockets: number) {
    this.#base = new URL(serverUrl.endsWith('/') ? serverUrl : `${serverUrl}/`);
    this.#transport = new Transport({ system: SYSTEM, timeoutMs, maxSockets });
  }

  /** Path of a service exactly as it will be sent, e.g. `/k3cloud/….Save.common.kdsvc`. */
  pathOf(service: string): string {
    return new URL(`${service}.common.kdsvc`, this.#base).pathname;
  }

  /** @throws HubError as the transport and `fromHttp` say; an unreadable 200 counts as no answer. */
  async post(
    path: string,
    body: unknown,
    headers: Record<string, string>,
    deed: Deed,
    signal?: AbortSignal,
  ): Promise<Said> {
    const request = {
      method: 'POST',
      url: new URL(path, this.#base).href,
      headers: { ...headers, 'Content-Type': 'application/json; charset=utf-8' },
      data: JSON.stringify(body),
    } as const;
    const reply = await this.#transport.send(request, deed, signal);
    if (reply.status !== 200) throw fromHttp(reply.status, retryAfterMs(reply), deed);
    try {
      return { body: parseJson(reply.body), cookies: reply.cookies };
    } catch (error) {
      throw unanswered(deed, 'the answer is no JSON', error);
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
