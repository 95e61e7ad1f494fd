import jsonata from 'jsonata';
import { DECIMAL_FUNCTIONS } from './decimal-functions.js';
import type { Limits } from './limits.js';
import { limitFault, valueFault } from './mapping-fault.js';
import { checkWeight } from './weight.js';

type Implementation = (this: unknown, ...args: unknown[]) => unknown;

/** A function as the interpreter keeps it. */
interface Definition {
  readonly _jsonata_function: true;
  readonly implementation: Implementation;
  readonly signature?: unknown;
  readonly arity?: number;
}

const BUILTIN_NAMES = [
  'abs', 'append', 'assert', 'average', 'base64decode', 'base64encode', 'boolean', 'ceil', 'clone', 'contains', 'count',
  'decodeUrl', 'decodeUrlComponent', 'distinct', 'each', 'encodeUrl', 'encodeUrlComponent', 'error', 'exists', 'filter',
  'floor', 'formatBase', 'formatInteger', 'formatNumber', 'fromMillis', 'join', 'keys', 'length', 'lookup', 'lowercase',
  'map', 'match', 'max', 'merge', 'min', 'not', 'number', 'pad', 'parseInteger', 'power', 'reduce', 'replace', 'reverse',
  'round', 'sift', 'single', 'sort', 'split', 'spread', 'sqrt', 'string', 'substring', 'substringAfter',
  'substringBefore', 'sum', 'toMillis', 'trim', 'type', 'uppercase', 'zip',
] as const; // biome-ignore format: a table reads better in rows
type BuiltinName = (typeof BUILTIN_NAMES)[number];

/** Why these may not be called: the same input must give the same result, today and in a replay. */
export const REFUSED_BUILTINS: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  eval: ['runs text as code', '会把文本当作代码执行'],
  now: ['reads the clock; take the time from the input', '读取时钟；请从输入中取时间'],
  millis: ['reads the clock; take the time from the input', '读取时钟；请从输入中取时间'],
  random: ['gives another result each time', '每次结果不同'],
  shuffle: ['gives another result each time', '每次结果不同'],
};

/** Text concatenation, `&`, is compiled into a call of this name, which no expression can write. */
export const CONCAT = 'text & text';

/** Pictures and the texts they describe; the library turns pictures into backtracking patterns. */
const PICTURE_LENGTH = 200;
const DATE_TEXT_LENGTH = 40;
const DATE_PARTS = 8;
/** Every item is compared with every other. */
const DISTINCT_ITEMS = 5_000;

const longerThan = (limit: number) => limitFault(`a text of more than ${limit} characters`, `文本超过 ${limit} 个字符`);
const moreThan = (limit: number) => limitFault(`a list of more than ${limit} items`, `列表超过 ${limit} 项`);

function checkText(text: unknown, limit: number): void {
  if (typeof text === 'string' && text.length > limit) throw longerThan(limit);
}

function checkEvery(args: readonly unknown[], limits: Limits): void {
  for (const arg of args) {
    checkText(arg, limits.text);
    checkWeight(arg, limits.valueSize);
    if (Array.isArray(arg) && arg.length > limits.items) throw moreThan(limits.items);
  }
}

type Guard = (args: readonly unknown[], limits: Limits) => void;

const writable: Guard = ([value], limits) => checkWeight(value, limits.text);
const shortPictures: Guard = (args) => {
  for (const arg of args) checkText(arg, PICTURE_LENGTH);
};

const GUARDS: Partial<Record<BuiltinName, Guard>> = {
  pad: ([, width], limits) => {
    if (Math.abs(Number(width)) > limits.text) throw longerThan(limits.text);
  },
  join: ([texts, separator], limits) => {
    const list: readonly unknown[] = Array.isArray(texts) ? texts : [];
    const between = typeof separator === 'string' ? separator.length : 0;
    const total = list.reduce<number>((sum, text) => sum + between + String(text).length, 0);
    if (total > limits.text) throw longerThan(limits.text);
  },
  string: writable,
  distinct: ([list]) => {
    if (Array.isArray(list) && list.length > DISTINCT_ITEMS) throw moreThan(DISTINCT_ITEMS);
  },
  toMillis: ([text, picture]) => {
    if (picture === undefined) return checkText(text, PICTURE_LENGTH);
    checkText(text, DATE_TEXT_LENGTH);
    if (String(picture).split('[').length - 1 > DATE_PARTS) {
      throw limitFault(`a date picture of more than ${DATE_PARTS} parts`, `日期格式超过 ${DATE_PARTS} 个部分`);
    }
  },
  fromMillis: shortPictures,
  formatNumber: shortPictures,
  formatInteger: shortPictures,
  parseInteger: shortPictures,
};

const fetchAll = `{${BUILTIN_NAMES.map((name) => `"${name}": $${name}`).join(', ')}}`;
const ORIGINALS: Readonly<Record<BuiltinName, Definition>> = await jsonata(fetchAll).evaluate(null, {});

/** The interpreter notes on a function where it was called last; shared functions would pass that note between runs. */
const withoutNotes = (definition: Definition): Definition =>
  Object.defineProperties(definition, {
    position: { get: () => undefined, set: () => undefined },
    token: { get: () => undefined, set: () => undefined },
  });

function guarded(name: BuiltinName, limits: Limits): Definition {
  const original = ORIGINALS[name];
  const guard = GUARDS[name];
  return withoutNotes({
    ...original,
    _jsonata_function: true,
    arity: original.implementation.length,
    implementation(this: unknown, ...args: unknown[]) {
      checkEvery(args, limits);
      guard?.(args, limits);
      return original.implementation.apply(this, args);
    },
  });
}

const concat = (limits: Limits): Definition =>
  withoutNotes({
    _jsonata_function: true,
    implementation(this: unknown, left: unknown, right: unknown) {
      writable([left], limits);
      writable([right], limits);
      const write = (value: unknown): string =>
        value === undefined ? '' : String(ORIGINALS.string.implementation.call(this, value));
      const text = write(left) + write(right);
      if (text.length > limits.text) throw longerThan(limits.text);
      return text;
    },
  });

const own = ([name, implementation]: [string, Implementation]): [string, Definition] => [
  name,
  withoutNotes({ _jsonata_function: true, implementation: (...args) => implementation(...args) }),
];

const byLimits = new Map<Limits, ReadonlyMap<string, Definition>>();

/** Every function an expression can call: the language's own under size checks, and exact decimal arithmetic. */
export function functionsWithin(limits: Limits): ReadonlyMap<string, Definition> {
  const known = byLimits.get(limits);
  if (known !== undefined) return known;
  const functions = new Map<string, Definition>([
    ...BUILTIN_NAMES.map((name): [string, Definition] => [name, guarded(name, limits)]),
    ...Object.entries(DECIMAL_FUNCTIONS).map(own),
    [CONCAT, concat(limits)],
  ]);
  byLimits.set(limits, functions);
  return functions;
}

/** @throws MappingFault `value` when the name is a built-in that is not offered. */
export function checkFunctionName(name: string): void {
  const reason = REFUSED_BUILTINS[name];
  if (reason !== undefined && Object.hasOwn(REFUSED_BUILTINS, name)) {
    throw valueFault(`$${name} ${reason[0]}`, `$${name} ${reason[1]}`);
  }
}
