import type { Pair } from './sign.js';

/** `a=1&b=%20` decoded once; `+` is a blank. Undefined when a percent sign or its UTF-8 is wrong. */
export function readQuery(raw: string): readonly Pair[] | undefined {
  try {
    return raw
      .split('&')
      .filter((part) => part !== '')
      .map((part) => {
        const at = part.indexOf('=');
        const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
        return [decodePart(name), decodePart(value)];
      });
  } catch {
    return undefined;
  }
}

const decodePart = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** Percent-encoded, blanks as `%20`. */
export const writeQuery = (pairs: readonly Pair[]): string =>
  pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
