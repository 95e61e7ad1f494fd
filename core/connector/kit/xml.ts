import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { HubError } from '../../errors/hub-error.js';

/** An element: texts, elements, and lists of either; an element without any content is left out. */
export interface XmlElement {
  readonly [name: string]: XmlValue;
}
export type XmlValue = string | XmlElement | readonly XmlValue[];

const MAX_DEPTH = 40;

const malformed = (why: string, whyZh: string, cause?: unknown): HubError =>
  new HubError('INBOX_BODY_MALFORMED', { path: '$', why, whyZh }, { cause });

function decode(raw: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch (error) {
    throw malformed('it is not UTF-8', '不是 UTF-8 编码', error);
  }
}

export const isElement = (value: unknown): value is XmlElement =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What says nothing is left out: empty texts, and elements and lists that hold nothing else. */
function withoutEmpty(value: unknown): XmlValue | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (Array.isArray(value)) {
    const kept = value.map(withoutEmpty).filter((item) => item !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  if (!isElement(value)) return undefined;
  const kept = Object.entries(value).flatMap(([name, inner]) => {
    const clean = withoutEmpty(inner);
    return clean === undefined ? [] : [[name, clean] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/**
 * Reads an XML document of plain elements; attributes, comments and namespaces' prefixes are passed over, all values
 * stay text. A document type, and with it every entity of its own, is refused.
 * @param lists names of elements that are lists even when they stand alone.
 * @returns the root's name and what it holds.
 * @throws HubError INBOX_BODY_MALFORMED
 */
export function readXml(raw: Buffer, lists: ReadonlySet<string>): { root: string; content: XmlElement } {
  const text = decode(raw);
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw malformed('it has a document type', '不允许包含 DTD');
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) {
    const { line, col, msg } = verdict.err;
    throw malformed(`it is no XML at line ${line}, column ${col}: ${msg}`, `第 ${line} 行第 ${col} 列不是合法 XML`);
  }
  const parser = new XMLParser({
    ignoreDeclaration: true,
    ignorePiTags: true,
    removeNSPrefix: true,
    parseTagValue: false,
    htmlEntities: true, // numeric references too
    maxNestedTags: MAX_DEPTH,
    isArray: (name) => lists.has(name),
  });
  let parsed: unknown;
  try {
    parsed = parser.parse(text);
  } catch (error) {
    throw malformed('its elements are nested too deep or named badly', '元素嵌套过深或命名不当', error);
  }
  const [entry, ...others] = Object.entries(isElement(parsed) ? parsed : {});
  if (entry === undefined || others.length > 0) throw malformed('it has no single root', '缺少唯一的根元素');
  const content = withoutEmpty(entry[1]);
  return { root: entry[0], content: isElement(content) ? content : {} };
}

/** One text inside an element, by the names on the way to it; undefined when it is not there. */
export function textIn(element: XmlElement, ...path: readonly string[]): string | undefined {
  let at: XmlValue | undefined = element;
  for (const name of path) at = isElement(at) ? at[name] : undefined;
  return typeof at === 'string' ? at : undefined;
}

/** Elements of a list inside its wrapper, e.g. `orderLines/orderLine`; none when there is no wrapper. */
export function listIn(element: XmlElement, wrapper: string, name: string): readonly XmlElement[] {
  const group = element[wrapper];
  const list = isElement(group) ? group[name] : undefined;
  return Array.isArray(list) ? list.filter(isElement) : isElement(list) ? [list] : [];
}

/** What XML 1.0 cannot carry, escaped or not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const UNSPEAKABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const builder = new XMLBuilder({ ignoreAttributes: true });

/** Writes one element as a document, prolog first, in one line; characters that XML cannot carry are left out. */
export const writeXml = (root: string, content: XmlElement): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${builder.build({ [root]: content })}`.replace(UNSPEAKABLE, '');
