import { CODE, type Refusal, refuse } from './answers.js';

/** A cell in the types the filter compares. */
export type Cell = string | number | boolean | null;

/** The filter as a test on one row, and the fields it needs. */
export interface Filter {
  readonly fields: readonly string[];
  /** `read` gives the cell of a field. */
  readonly matches: (read: (field: string) => Cell) => boolean;
  /** Fields that must equal one text in every row that matches: a way to an index. */
  readonly pinned: ReadonlyMap<string, string>;
}

type Test = Filter['matches'];
type Node = Filter;

const TOKEN = /\s*(?:'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)|(<>|!=|<=|>=|[=<>(),])|([A-Za-z_][\w.]*))/y;

interface Token {
  readonly kind: 'text' | 'number' | 'mark' | 'word';
  readonly value: string;
}

const broken = (text: string): Refusal => refuse(CODE.parameter, `FilterString语法不正确：${text}`);

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (match === null) throw broken(text);
    const [, quoted, number, mark, word] = match;
    if (quoted !== undefined) tokens.push({ kind: 'text', value: quoted.replaceAll("''", "'") });
    else if (number !== undefined) tokens.push({ kind: 'number', value: number });
    else if (mark !== undefined) tokens.push({ kind: 'mark', value: mark });
    else tokens.push({ kind: 'word', value: word ?? '' });
  }
  return tokens;
}

/** Texts compare without regard to case, as the collation of a Chinese SQL Server does; dates as texts; numbers as numbers. */
function compare(cell: Cell, literal: string): number {
  if (typeof cell === 'number') return cell - Number(literal);
  const [a, b] = [cellText(cell).toLowerCase(), dateLike(literal).toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

const cellText = (cell: Cell): string => (cell === true ? '1' : cell === false ? '0' : (cell ?? '').toString());

const dateLike = (text: string): string =>
  /^\d{4}-\d{2}-\d{2}$/.test(text)
    ? `${text}T00:00:00`
    : text.replace(/^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/, '$1T$2');

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (o) => o === 0,
  '<>': (o) => o !== 0,
  '!=': (o) => o !== 0,
  '<': (o) => o < 0,
  '>': (o) => o > 0,
  '<=': (o) => o <= 0,
  '>=': (o) => o >= 0,
};

/** A LIKE pattern of SQL Server: `%`, `_`, and `[…]` for one character of a set. */
export function likePattern(pattern: string): RegExp {
  const source = pattern.replace(
    /%|_|\[(\^?)([^\]]+)\]|[\s\S]/g,
    (part, not: string | undefined, set: string | undefined) => {
      if (part === '%') return '[\\s\\S]*';
      if (part === '_') return '[\\s\\S]';
      if (set !== undefined) return `[${not ?? ''}${characterSet(set)}]`;
      return part.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
    },
  );
  return new RegExp(`^${source}$`, 'i');
}

/** Ranges such as `a-z` stay; one that runs backwards is three characters. */
const characterSet = (set: string): string =>
  set
    .replace(/[\\\]^]/g, '\\$&')
    .replace(/([^\\])-(.)/g, (range, from: string, to: string) => (from <= to ? range : `${from}\\-${to}`));

/** Reads the SQL-like filter. @throws Refusal MsgCode 8 for anything outside comparisons, LIKE, IN, IS NULL, AND, OR. */
export function parseFilter(text: string): Filter {
  if (text.trim() === '') return { fields: [], matches: () => true, pinned: new Map() };
  const parser = new Parser(tokenize(text), text);
  return parser.whole();
}

class Parser {
  #at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly text: string,
  ) {}

  whole(): Node {
    const node = this.#or();
    if (this.#at < this.tokens.length) throw broken(this.text);
    return node;
  }

  #or(): Node {
    let left = this.#and();
    while (this.#word('or')) {
      const [a, b] = [left, this.#and()];
      left = { fields: [...a.fields, ...b.fields], matches: (r) => a.matches(r) || b.matches(r), pinned: new Map() };
    }
    return left;
  }

  #and(): Node {
    let left = this.#factor();
    while (this.#word('and')) {
      const [a, b] = [left, this.#factor()];
      const pinned = new Map([...a.pinned, ...b.pinned]);
      left = { fields: [...a.fields, ...b.fields], matches: (r) => a.matches(r) && b.matches(r), pinned };
    }
    return left;
  }

  #factor(): Node {
    if (!this.#mark('(')) return this.#predicate();
    const node = this.#or();
    this.#demand(')');
    return node;
  }

  #predicate(): Node {
    const field = this.#next('word');
    const not = this.#word('not');
    if (this.#word('like')) {
      const pattern = likePattern(this.#next('text'));
      return leaf(field, not, (cell) => pattern.test(cellText(cell)));
    }
    if (this.#word('in')) {
      const values = this.#list();
      return leaf(field, not, (cell) => values.some((value) => compare(cell, value) === 0));
    }
    if (this.#word('is')) {
      const isNot = this.#word('not');
      if (!this.#word('null')) throw broken(this.text);
      return leaf(field, isNot, (cell) => cell === null || cell === '');
    }
    const holds = COMPARISONS[this.#next('mark')];
    if (holds === undefined || not) throw broken(this.text);
    const [isEquality, value] = [this.tokens[this.#at - 1]?.value === '=', this.#literal()];
    const node = leaf(field, false, (cell) => holds(compare(cell, value)));
    return isEquality ? { ...node, pinned: new Map([[field.toLowerCase(), value]]) } : node;
  }

  #list(): string[] {
    this.#demand('(');
    const values = [this.#literal()];
    while (this.#mark(',')) values.push(this.#literal());
    this.#demand(')');
    return values;
  }

  #literal(): string {
    const token = this.tokens[this.#at];
    if (token === undefined || (token.kind !== 'text' && token.kind !== 'number')) throw broken(this.text);
    this.#at += 1;
    return token.value;
  }

  #next(kind: Token['kind']): string {
    const token = this.tokens[this.#at];
    if (token?.kind !== kind) throw broken(this.text);
    this.#at += 1;
    return token.value;
  }

  #word(word: string): boolean {
    const token = this.tokens[this.#at];
    if (token?.kind !== 'word' || token.value.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  #mark(mark: string): boolean {
    const token = this.tokens[this.#at];
    if (token?.kind !== 'mark' || token.value !== mark) return false;
    this.#at += 1;
    return true;
  }

  #demand(mark: string): void {
    if (!this.#mark(mark)) throw broken(this.text);
  }
}

const leaf = (field: string, negated: boolean, holds: (cell: Cell) => boolean): Node => {
  const matches: Test = (read) => holds(read(field)) !== negated;
  return { fields: [field], matches, pinned: new Map() };
};
