import type { Clock } from '../../core/clock.js';
import type { Deed } from '../../core/connector/kit/network-faults.js';
import { type Reply, retryAfterMs, Transport } from '../../core/connector/kit/transport.js';
import { writeXml, type XmlElement } from '../../core/connector/kit/xml.js';
import { type Answer, readAnswer } from './answer.js';
import { beijingText } from './beijing-time.js';
import { fromGateway, fromHttp, notBusiness, SYSTEM, unanswered } from './errors.js';
import { writeQuery } from './query.js';
import { type Pair, type SignMethod, signOf } from './sign.js';

const MAX_BYTES = 8 * 1024 * 1024;

export interface ClientOptions {
  readonly gatewayUrl: string;
  readonly appKey: string;
  readonly appSecret: string;
  readonly customerId: string;
  readonly signMethod: SignMethod;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly clock: Clock;
}

/** Calls the warehouse through the platform's gateway: XML in the body, everything else signed in the query. */
export class QimenClient {
  readonly #options: ClientOptions;
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#transport = new Transport({
      system: SYSTEM,
      timeoutMs: options.timeoutMs,
      maxSockets: options.concurrency,
      maxAnswerBytes: MAX_BYTES,
    });
  }

  /**
   * Resolves with the warehouse's answer, also when it says no (`ok` false).
   * @param method without the prefix `taobao.qimen.`
   * @throws HubError CONNECTOR_REFUSED_LOGIN, CONNECTOR_THROTTLED, CONNECTOR_NO_PERMISSION or CONNECTOR_REFUSED when the
   *   gateway let nothing through; CONNECTOR_OUTCOME_UNKNOWN (reads: CONNECTOR_UNREACHABLE) when nobody can say
   */
  async call(method: string, request: XmlElement, deed: Deed, signal: AbortSignal): Promise<Answer> {
    const body = Buffer.from(writeXml('request', request));
    const url = `${this.#options.gatewayUrl}?${this.#query(method, body)}`;
    const headers = { 'Content-Type': 'application/xml;charset=UTF-8' };
    const reply = await this.#transport.send({ method: 'POST', url, headers, data: body }, deed, signal);
    if (reply.status !== 200) throw fromHttp(reply.status, retryAfterMs(reply), deed);
    const answer = read(reply, deed);
    const fault = answer.ok ? undefined : notBusiness(answer, deed);
    if (fault !== undefined) throw fault;
    return answer;
  }

  #query(method: string, body: Buffer): string {
    const { appKey, appSecret, customerId, signMethod, clock } = this.#options;
    const pairs: readonly Pair[] = [
      ['method', `taobao.qimen.${method}`],
      ['timestamp', beijingText(clock.now())],
      ['format', 'xml'],
      ['app_key', appKey],
      ['v', '2.0'],
      ['sign_method', signMethod],
      ['customerId', customerId],
    ];
    return writeQuery([...pairs, ['sign', signOf(pairs, body, appSecret, signMethod)]]);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

function read(reply: Reply, deed: Deed): Answer {
  let said: ReturnType<typeof readAnswer>;
  try {
    said = readAnswer(reply.body);
  } catch (error) {
    throw unanswered(deed, 'the answer is no XML', error);
  }
  if (said === undefined) throw unanswered(deed, 'the answer has no flag');
  if ('gateway' in said) throw fromGateway(said, deed);
  return said;
}
