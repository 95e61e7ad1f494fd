import type { Deed } from '../../core/connector/kit/network-faults.js';
import type { Reply, Request, Transport } from '../../core/connector/kit/transport.js';
import { parseJson } from '../../core/connector/parse-json.js';
import { unanswered } from './errors.js';

export interface Answer {
  readonly status: number;
  /** Undefined for an empty answer, such as 204. Numbers too long for a double are text. */
  readonly body: unknown;
  /** `Sforce-Limit-Info`, as it came. */
  readonly limitInfo: string | undefined;
}

/** Every status is handed back. @throws HubError as the transport does; an unreadable success counts as no answer. */
export async function call(transport: Transport, request: Request, deed: Deed, signal?: AbortSignal): Promise<Answer> {
  const reply = await transport.send(request, deed, signal);
  return { status: reply.status, limitInfo: reply.headers['sforce-limit-info'], body: readBody(reply, deed) };
}

/** The body of a failure may be a page of HTML: then only the status counts. */
function readBody({ body, status }: Reply, deed: Deed): unknown {
  if (body.length === 0) return undefined;
  try {
    return parseJson(body);
  } catch (error) {
    if (status >= 300) return undefined;
    throw unanswered(deed, 'the answer is no JSON', error);
  }
}
