/** Where a text stops being JSON, and what should have stood there. */
export interface JsonFault {
  readonly offset: number;
  readonly why: string;
  readonly whyZh: string;
}

type State = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'after-item' | 'after-member' | 'end';

const EXPECTED: Readonly<Record<State, readonly [why: string, whyZh: string]>> = {
  value: ['a value is expected', '此处应为值'],
  'value-or-end': ['a value or ] is expected', '此处应为值或 ]'],
  key: ['a name in double quotes is expected', '此处应为双引号括起的名称'],
  'key-or-end': ['a name in double quotes or } is expected', '此处应为双引号括起的名称或 }'],
  colon: ['a colon is expected', '此处应为冒号'],
  'after-item': ['a comma or ] is expected', '此处应为逗号或 ]'],
  'after-member': ['a comma or } is expected', '此处应为逗号或 }'],
  end: ['nothing more is expected', '此处不应再有内容'],
};

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const PLAIN = String.raw`[^"\\\x00-\x1f]*`;
const TEXT = new RegExp(String.raw`"${PLAIN}(?:\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})${PLAIN})*"`, 'y');

/** JSON.parse names no position for most faults; this walks the text to the first one, without recursion. */
export function findJsonFault(text: string): JsonFault {
  const open: ('{' | '[')[] = [];
  let state: State = 'value';
  let offset = 0;

  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = offset;
    const length = pattern.exec(text)?.[0].length;
    if (length === undefined) return false;
    offset += length;
    return true;
  };
  const afterValue = (): State => (open.at(-1) === '{' ? 'after-member' : open.at(-1) === '[' ? 'after-item' : 'end');
  const step = (next: State): true => {
    state = next;
    offset += 1;
    return true;
  };
  const enter = (bracket: '{' | '['): true => {
    open.push(bracket);
    return step(bracket === '{' ? 'key-or-end' : 'value-or-end');
  };
  const leave = (): true => {
    open.pop();
    return step(afterValue());
  };
  const advance = (): boolean => {
    const sign = text[offset];
    if (state === 'key' || state === 'key-or-end') {
      if (state === 'key-or-end' && sign === '}') return leave();
      if (!take(TEXT)) return false;
      state = 'colon';
      return true;
    }
    if (state === 'colon') return sign === ':' && step('value');
    if (state === 'after-item') return sign === ',' ? step('value') : sign === ']' && leave();
    if (state === 'after-member') return sign === ',' ? step('key') : sign === '}' && leave();
    if (state === 'end') return false;
    if (state === 'value-or-end' && sign === ']') return leave();
    if (sign === '{' || sign === '[') return enter(sign);
    if (!take(TEXT) && !take(SCALAR)) return false;
    state = afterValue();
    return true;
  };

  do take(SPACE);
  while (advance());
  const [why, whyZh] = EXPECTED[state];
  const found =
    text[offset] === undefined ? ['the text ends', '内容在此结束'] : [`${text[offset]} stands`, `出现 ${text[offset]}`];
  return { offset, why: `${why}, but ${found[0]} here`, whyZh: `${whyZh}，但${found[1]}` };
}
