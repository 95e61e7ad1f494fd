import { BSONRegExp } from 'bson';
import type { Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';

const COMMENT_OR_SPACE = /\\.|\[(?:\\.|[^\]])*\]|\s+|#.*$/gm;

/** Drops what the `x` option allows for readability: white space and comments outside classes. */
const squeeze = (pattern: string): string =>
  pattern.replace(COMMENT_OR_SPACE, (part) => (/^[\s#]/.test(part) ? '' : part));

/** @throws ProtocolError BadValue for options other than i, m, s, x, u and for patterns that JavaScript cannot compile. */
export function compileRegex(pattern: string, options: string): RegExp {
  const bad = [...options].find((flag) => !'imsxu'.includes(flag));
  if (bad !== undefined) throw new ProtocolError('BadValue', `invalid flag in regex options: ${bad}`);
  const inline = /^\(\?([imsx]+)\)/.exec(pattern);
  const flags = new Set(options + (inline?.[1] ?? ''));
  const body = inline === null ? pattern : pattern.slice(inline[0].length);
  const wanted = ['i', 'm', 's'].filter((flag) => flags.has(flag)).join('');
  const source = flags.has('x') ? squeeze(body) : body;
  try {
    return new RegExp(source, `${wanted}u`);
  } catch {
    // Patterns with escapes that only the older grammar allows, such as `\-`.
  }
  try {
    return new RegExp(source, wanted);
  } catch (cause) {
    throw new ProtocolError('Location51091', `Regular expression is invalid: ${(cause as Error).message}`);
  }
}

/** The fixed text every match starts with, when the pattern is a plain case-sensitive prefix; else undefined. */
export function literalPrefix(pattern: string, options: string): string | undefined {
  if (options !== '' || !pattern.startsWith('^')) return undefined;
  let text = '';
  for (let i = 1; i < pattern.length; i++) {
    const char = pattern[i] ?? '';
    if (char === '|') return undefined;
    if (char === '\\' && /[^\w\s]/.test(pattern[i + 1] ?? 'x')) text += pattern[++i];
    else if (/[\\^$.*+?()[\]{}]/.test(char)) {
      if (/[*?{]/.test(char)) text = text.slice(0, -1);
      if (pattern.includes('|', i)) return undefined;
      break;
    } else text += char;
  }
  return text === '' || /[\ud800-\udfff]/.test(text) ? undefined : text;
}

export const isRegex = (value: Value | undefined): value is BSONRegExp => value instanceof BSONRegExp;
