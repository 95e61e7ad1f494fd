import { HubError } from '../errors/hub-error.js';

/** Deeper nesting than any real document has; guards the stack. */
const MAX_DEPTH = 64;
/** A number written with a larger exponent than this is no amount, quantity or stamp of anybody. */
const MAX_EXPONENT = 400;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Characters that stand for themselves; the end of a chunk is a quote, a backslash or a fault. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what a JSON string may not hold
const CHUNK = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t',
}; // biome-ignore format: a table reads better in rows
const WORDS: readonly (readonly [text: string, value: unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

type Place = { readonly key: string | number; readonly above: Place } | undefined;

const pathOf = (place: Place): string => {
  if (place === undefined) return '$';
  const { key, above } = place;
  if (typeof key === 'number') return `${pathOf(above)}[${key}]`;
  return `${pathOf(above)}${/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`}`;
};

/**
 * Reads strict JSON. A number that a double cannot hold becomes its plain decimal text, so no digit is lost:
 * `0.1` stays the number 0.1, `12345678901234567.89` becomes the string `"12345678901234567.89"`. Bytes must be UTF-8.
 * Refused: nesting below 64 levels, a key twice in one object, the key `__proto__`.
 * @throws HubError INBOX_BODY_MALFORMED with the JSON path, and line and column (from 1) in the reason.
 */
export function parseJson(source: string | Buffer): unknown {
  return new Reader(typeof source === 'string' ? source : decode(source)).document();
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    const facts = { path: '$', why: 'it is not UTF-8', whyZh: '不是 UTF-8 编码' };
    throw new HubError('INBOX_BODY_MALFORMED', facts, { cause });
  }
}

class Reader {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value(undefined, 0);
    this.#skip();
    if (this.#at < this.#text.length) this.#fail(undefined, 'nothing more was expected', '此处不应再有内容');
    return value;
  }

  #value(place: Place, depth: number): unknown {
    if (depth > MAX_DEPTH) this.#fail(place, `nested deeper than ${MAX_DEPTH} levels`, `嵌套超过 ${MAX_DEPTH} 层`);
    this.#skip();
    const first = this.#text[this.#at];
    if (first === '{') return this.#object(place, depth);
    if (first === '[') return this.#array(place, depth);
    if (first === '"') return this.#string(place);
    const word = WORDS.find(([text]) => this.#text.startsWith(text, this.#at));
    if (word === undefined) return this.#number(place);
    this.#at += word[0].length;
    return word[1];
  }

  #object(place: Place, depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.#at++;
    if (this.#took('}')) return object;
    do {
      this.#skip();
      if (this.#text[this.#at] !== '"')
        this.#fail(place, 'a key in double quotes was expected', '此处应为双引号括起的键');
      const key = this.#string(place);
      const here = { key, above: place };
      if (key === '__proto__') this.#fail(here, 'this key is refused', '不接受此键');
      if (Object.hasOwn(object, key)) this.#fail(here, 'this key stands twice', '此键重复');
      if (!this.#took(':')) this.#fail(here, 'a colon was expected', '此处应为冒号');
      object[key] = this.#value(here, depth + 1);
    } while (this.#took(','));
    if (!this.#took('}')) this.#fail(place, 'a comma or } was expected', '此处应为逗号或 }');
    return object;
  }

  #array(place: Place, depth: number): unknown[] {
    const array: unknown[] = [];
    this.#at++;
    if (this.#took(']')) return array;
    do array.push(this.#value({ key: array.length, above: place }, depth + 1));
    while (this.#took(','));
    if (!this.#took(']')) this.#fail(place, 'a comma or ] was expected', '此处应为逗号或 ]');
    return array;
  }

  #string(place: Place): string {
    this.#at++;
    let out = '';
    for (;;) {
      out += this.#match(CHUNK);
      const stop = this.#text[this.#at];
      if (stop === '"') break;
      if (stop !== '\\')
        this.#fail(place, 'the text does not end or holds a control character', '字符串未结束或含控制字符');
      out += this.#escape(place);
    }
    this.#at++;
    return out;
  }

  #escape(place: Place): string {
    const letter = this.#text[this.#at + 1] ?? '';
    const hex = this.#text.slice(this.#at + 2, this.#at + 6);
    const unicode = letter === 'u' && /^[0-9a-fA-F]{4}$/.test(hex);
    const said = unicode ? String.fromCharCode(Number.parseInt(hex, 16)) : ESCAPES[letter];
    if (said === undefined) this.#fail(place, 'unknown escape', '未知的转义');
    this.#at += unicode ? 6 : 2;
    return said;
  }

  #number(place: Place): number | string {
    const text = this.#match(NUMBER);
    if (text === '') this.#fail(place, 'a value was expected', '此处应为一个值');
    const number = exactNumber(text);
    if (number === undefined) this.#fail(place, `the number ${text.slice(0, 40)} is out of range`, '数值超出范围');
    return number;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #skip(): void {
    this.#match(SPACE);
  }

  #took(sign: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #fail(place: Place, why: string, whyZh: string): never {
    const lines = this.#text.slice(0, this.#at).split('\n');
    const column = (lines.at(-1) ?? '').length + 1;
    throw new HubError('INBOX_BODY_MALFORMED', {
      path: pathOf(place),
      why: `${why} (line ${lines.length}, column ${column})`,
      whyZh: `${whyZh}（第 ${lines.length} 行第 ${column} 列）`,
    });
  }
}

/** Digits and the power of ten they are multiplied by, both without superfluous zeros. */
function digitsOf(text: string): { negative: boolean; digits: string; power: number } {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const negative = mantissa.startsWith('-');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  return { negative, digits, power: Number(exponent) - fraction.length + all.length - digits.length };
}

/** The number itself when a double holds it, else its plain decimal text; undefined when that would be absurd. */
function exactNumber(text: string): number | string | undefined {
  const number = Number(text);
  if (text.length <= 15 && !/[eE]/.test(text)) return number;
  const said = digitsOf(text);
  if (said.digits === '') return number;
  if (Number.isFinite(number) && number !== 0) {
    const kept = digitsOf(String(number));
    if (kept.digits === said.digits && kept.power === said.power) return number;
  }
  if (Math.abs(said.power) > MAX_EXPONENT || said.digits.length > 2 * MAX_EXPONENT) return undefined;
  return plainDecimal(said.negative, said.digits, said.power);
}

function plainDecimal(negative: boolean, digits: string, power: number): string {
  const sign = negative ? '-' : '';
  if (power >= 0) return `${sign}${digits}${'0'.repeat(power)}`;
  const padded = digits.padStart(1 - power, '0');
  return `${sign}${padded.slice(0, power)}.${padded.slice(power)}`;
}
