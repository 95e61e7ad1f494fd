import { basename, extname } from 'node:path';

/** Most UTF-8 bytes of a name; file systems allow 255, and browsers add to it. */
const MAX_BYTES = 180;

/** Control, direction and zero-width characters, which make a name look other than it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be taken out
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
/** What Windows refuses in a name. */
const RESERVED_SIGNS = /[<>:"|?*]/g;
const RESERVED_NAMES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Cuts at a character, never inside one; the ending stays. */
function shorten(name: string): string {
  const ending = extname(name);
  let stem = [...basename(name, ending)];
  while (stem.length > 1 && Buffer.byteLength(`${stem.join('')}${ending}`) > MAX_BYTES) stem = stem.slice(0, -1);
  return `${stem.join('')}${ending}`;
}

/** A name that is safe to show and to save under on any system; `file` when nothing of it is left. */
export function cleanName(raw: string): string {
  const last = raw.split(/[/\\]/).at(-1) ?? '';
  const plain = last
    .normalize('NFC')
    .replace(UNSEEN, '')
    .replace(RESERVED_SIGNS, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  if (plain === '') return 'file';
  return shorten(RESERVED_NAMES.test(plain) ? `_${plain}` : plain);
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** The name in a Content-Disposition header (RFC 6266): `filename*` in UTF-8 before `filename`. */
export function nameInHeader(header: string | undefined): string | undefined {
  const extended = /;\s*filename\*\s*=\s*utf-8'[\w-]*'([^;\s]+)/i.exec(header ?? '')?.[1];
  if (extended !== undefined) return decoded(extended);
  const [, quoted, bare] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/i.exec(header ?? '') ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? bare;
}

/** A Content-Disposition header that always saves and never opens. */
export function dispositionOf(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const extended = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extended}`;
}
