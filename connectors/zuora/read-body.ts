import type { Deed } from '../../core/connector/kit/network-faults.js';
import type { Reply } from '../../core/connector/kit/transport.js';
import { parseJson } from '../../core/connector/parse-json.js';
import { unanswered } from './errors.js';

/** The JSON of an answer. A failure may come as a page of HTML: then only its status counts. */
export function readBody({ status, body }: Reply, deed: Deed): unknown {
  if (body.length === 0) return undefined;
  try {
    return parseJson(body);
  } catch (error) {
    if (status < 200 || status >= 300) return undefined;
    throw unanswered(deed, 'the answer is no JSON', error);
  }
}
