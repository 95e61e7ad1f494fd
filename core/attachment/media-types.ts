import { isUtf8 } from 'node:buffer';
import { extname } from 'node:path';
import { HubError } from '../errors/hub-error.js';

/** Bytes of a file that are looked at to tell what it is. */
export const HEAD_BYTES = 4096;

interface MediaType {
  /** Endings a name of this type may have; the first is added to a name without one. */
  readonly endings: readonly string[];
  /** What a file of this type begins with. */
  readonly looksRight: (head: Buffer) => boolean;
}

const startsWith =
  (...marks: readonly string[]) =>
  (head: Buffer): boolean =>
    marks.some((mark) => head.subarray(0, mark.length).toString('latin1') === mark);

/** A container names itself at a later offset, e.g. `RIFF....WEBP`. */
const containsAt =
  (offset: number, ...marks: readonly string[]) =>
  (head: Buffer): boolean =>
    startsWith(...marks)(head.subarray(offset));

const ZIP = startsWith('PK\x03\x04');
const COMPOUND_FILE = startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1');

/** The last character may be cut in the middle by the end of the head. */
const wholeCharacters = (head: Buffer): Buffer => {
  for (let cut = 0; cut < 4; cut += 1) {
    const shorter = head.subarray(0, head.length - cut);
    if (isUtf8(shorter)) return shorter;
  }
  return head;
};

/** Text that begins like a page, an image or a program, behind a byte order mark (decoded or not) and white space. */
const ACTIVE =
  /^(\ufeff|\u00ef\u00bb\u00bf)?(\s*<(!doctype|!--|\?|html|head|body|script|style|iframe|svg|meta|a|h1|div|p)\b|\s*<[!?]|#!)/i;

function isPlainText(head: Buffer): boolean {
  const text = head.length < HEAD_BYTES ? head : wholeCharacters(head);
  return isUtf8(text) && !text.includes(0) && !ACTIVE.test(text.toString('utf8'));
}

/** GB 18030 is what spreadsheets in China write; then only binary and active content is refused. */
const isDelimitedText = (head: Buffer): boolean => !head.includes(0) && !ACTIVE.test(head.toString('latin1'));

const office = (kind: string): string => `application/vnd.openxmlformats-officedocument.${kind}`;

/** Everything that may be attached. A type is added here, with the bytes that prove it. */
export const MEDIA_TYPES: Readonly<Record<string, MediaType>> = {
  'application/pdf': { endings: ['.pdf'], looksRight: startsWith('%PDF-') },
  'image/png': { endings: ['.png'], looksRight: startsWith('\x89PNG\r\n\x1a\n') },
  'image/jpeg': { endings: ['.jpg', '.jpeg'], looksRight: startsWith('\xff\xd8\xff') },
  'image/webp': {
    endings: ['.webp'],
    looksRight: (head) => startsWith('RIFF')(head) && containsAt(8, 'WEBP')(head),
  },
  'image/heic': { endings: ['.heic', '.heif'], looksRight: containsAt(4, 'ftypheic', 'ftypheix', 'ftypmif1') },
  'text/plain': { endings: ['.txt', '.log'], looksRight: isPlainText },
  'text/csv': { endings: ['.csv'], looksRight: isDelimitedText },
  'application/json': { endings: ['.json'], looksRight: isPlainText },
  [office('spreadsheetml.sheet')]: { endings: ['.xlsx'], looksRight: ZIP },
  [office('wordprocessingml.document')]: { endings: ['.docx'], looksRight: ZIP },
  [office('presentationml.presentation')]: { endings: ['.pptx'], looksRight: ZIP },
  'application/vnd.ms-excel': { endings: ['.xls'], looksRight: COMPOUND_FILE },
  'application/msword': { endings: ['.doc'], looksRight: COMPOUND_FILE },
  'application/ofd': { endings: ['.ofd'], looksRight: ZIP },
  'application/zip': { endings: ['.zip'], looksRight: ZIP },
};

const ACCEPTED = Object.values(MEDIA_TYPES)
  .flatMap(({ endings }) => endings)
  .join(' ');

const refuse = (type: string, why: string, whyZh: string): HubError =>
  new HubError('ATTACHMENT_TYPE_REFUSED', { type, why, whyZh, accepted: ACCEPTED });

/** What senders say that do not know. */
const UNSAID = new Set(['', 'application/octet-stream']);

/** A type of the table and a name that ends as it should. */
export interface Declared {
  readonly type: string;
  readonly name: string;
}

/**
 * What the sender says it is: the content type without parameters, or, when that says nothing, the ending of the name.
 * @param name cleaned; gets the ending of its type when it has none.
 * @throws HubError ATTACHMENT_TYPE_REFUSED for a type that is not taken, or an ending of another type.
 */
export function declaredType(contentType: string | undefined, name: string): Declared {
  const said = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const ending = extname(name).toLowerCase();
  const byEnding = Object.entries(MEDIA_TYPES).find(([, { endings }]) => endings.includes(ending))?.[0];
  const type = UNSAID.has(said) ? (byEnding ?? ending) : said;
  const known = Object.hasOwn(MEDIA_TYPES, type) ? MEDIA_TYPES[type] : undefined;
  if (known === undefined) {
    throw refuse(type === '' ? '?' : type, 'this type is not taken', '不接受此类型');
  }
  if (ending === '') return { type, name: `${name}${known.endings[0] ?? ''}` };
  if (!known.endings.includes(ending)) throw refuse(type, `the name ends in ${ending}`, `文件名以 ${ending} 结尾`);
  return { type, name };
}

/** @throws HubError ATTACHMENT_TYPE_REFUSED when the first bytes are not those of the declared type. */
export function requireContent(type: string, head: Buffer): void {
  if (head.length === 0) throw refuse(type, 'it is empty', '文件为空');
  if (MEDIA_TYPES[type]?.looksRight(head) === true) return;
  throw refuse(type, 'its content is not of that type', '内容与该类型不符');
}
