import { RE2JS } from 're2js';
import { valueFault } from './mapping-fault.js';

/** Groups that look around or refer back, which no engine can match in linear time; `\k<` would else be read as text. */
const UNSUPPORTED: readonly (readonly [RegExp, en: string, zh: string])[] = [
  [/\(\?<[=!]/, 'looks behind with (?<…)', '使用了后行断言 (?<…)'],
  [/\(\?[=!]/, 'looks ahead with (?=…) or (?!…)', '使用了先行断言 (?=…) 或 (?!…)'],
  [/\\(?:[1-9]|k<)/, 'refers back to a group', '使用了反向引用'],
];

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

const compiled = new WeakMap<RegExp, RE2JS>();

/** @throws MappingFault `value` when the expression needs more than linear time, in words that name the construct. */
export function compileLinear(pattern: RegExp): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  // two backslashes are one literal backslash and begin nothing
  const bare = pattern.source.replaceAll('\\\\', '');
  const found = UNSUPPORTED.find(([shape]) => shape.test(bare.replace(/\\\(/g, '')));
  if (found !== undefined) {
    throw valueFault(`the regular expression ${pattern} ${found[1]}`, `正则表达式 ${pattern} ${found[2]}`);
  }
  const flags = [...pattern.flags].reduce((sum, flag) => sum | (FLAGS[flag] ?? 0), 0);
  try {
    const engine = RE2JS.compile(RE2JS.translateRegExp(pattern.source), flags);
    compiled.set(pattern, engine);
    return engine;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw valueFault(
      `the regular expression ${pattern} is not supported: ${said}`,
      `不支持正则表达式 ${pattern}：${said}`,
    );
  }
}

type Match = (string | undefined)[] & { index: number };

/** The part of RegExp that jsonata uses, matching in time linear in the text. */
export class LinearRegex {
  lastIndex = 0;
  private readonly engine: RE2JS;
  private text: string | undefined;
  private matcher: ReturnType<RE2JS['matcher']> | undefined;

  constructor(pattern: RegExp) {
    this.engine = compileLinear(pattern);
  }

  exec(text: string): Match | null {
    if (this.matcher === undefined || this.text !== text) {
      this.text = text;
      this.matcher = this.engine.matcher(text);
    }
    const { matcher } = this;
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0;
      return null;
    }
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? undefined);
    this.lastIndex = matcher.end();
    return Object.assign(groups, { index: matcher.start() });
  }
}
