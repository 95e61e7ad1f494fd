import { isElement, readXml, type XmlElement } from '../../core/connector/kit/xml.js';
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

const textOf = (content: XmlElement, name: string): string => {
  const value = content[name];
  return typeof value === 'string' ? value : '';
};

/** @throws HubError INBOX_BODY_MALFORMED; undefined when it is XML of another kind. */
export function readAnswer(body: Buffer): Answer | GatewayFault | undefined {
  const { root, content } = readXml(body, LISTS);
  const said = (name: string): string => textOf(content, name);
  if (root === 'error_response') return { gateway: said('code'), subCode: said('sub_code'), message: said('msg') };
  if (root !== 'response') return undefined;
  if (said('success') === 'false') return { ok: false, code: said('errorCode'), message: said('errorMsg'), content };
  const flag = said('flag');
  if (flag !== 'success' && flag !== 'failure') return undefined;
  return { ok: flag === 'success', code: said('code'), message: said('message'), content };
}

/** One text of an element inside; undefined when it is not there. */
export function textIn(content: XmlElement, ...path: readonly string[]): string | undefined {
  let at: XmlElement[string] | undefined = content;
  for (const name of path) at = isElement(at) ? at[name] : undefined;
  return typeof at === 'string' ? at : undefined;
}

/** Elements of a list inside its wrapper, e.g. `orderLines/orderLine`. */
export function listIn(content: XmlElement, wrapper: string, name: string): readonly XmlElement[] {
  const group = content[wrapper];
  const list = isElement(group) ? group[name] : undefined;
  return Array.isArray(list) ? list.filter(isElement) : isElement(list) ? [list] : [];
}
