import { readXml, textIn, type XmlElement } from '../../core/connector/kit/xml.js';
import { LISTS } from './lists.js';

/** What the warehouse said: `ok` is its flag, the only thing that decides. `content` holds the fields beside it. */
export interface Answer {
  readonly ok: boolean;
  readonly code: string;
  readonly message: string;
  readonly content: XmlElement;
}

/** The gateway did not let the call through, or got no answer from the warehouse (`subCode` `isp.…`). */
export interface GatewayFault {
  readonly gateway: string;
  readonly subCode: string;
  readonly message: string;
}

/** @throws HubError INBOX_BODY_MALFORMED; undefined when it is XML of another kind. */
export function readAnswer(body: Buffer): Answer | GatewayFault | undefined {
  const { root, content } = readXml(body, LISTS);
  const said = (name: string): string => textIn(content, name) ?? '';
  if (root === 'error_response') return { gateway: said('code'), subCode: said('sub_code'), message: said('msg') };
  if (root !== 'response') return undefined;
  if (said('success') === 'false') return { ok: false, code: said('errorCode'), message: said('errorMsg'), content };
  const flag = said('flag');
  if (flag !== 'success' && flag !== 'failure') return undefined;
  return { ok: flag === 'success', code: said('code'), message: said('message'), content };
}
