import { bad } from './refusal.js';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'IN' | 'NOT IN';
export type Literal =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'instant'; readonly value: string }
  | { readonly kind: 'date'; readonly value: string }
  | { readonly kind: 'null'; readonly value: null };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare';
      readonly field: string;
      readonly operator: Operator;
      readonly values: readonly Literal[];
    };

export type Selected =
  | { readonly kind: 'field'; readonly path: string }
  | { readonly kind: 'children'; readonly query: Query }
  | {
      readonly kind: 'typeof';
      readonly relation: string;
      readonly cases: readonly { readonly type: string; readonly fields: readonly string[] }[];
      readonly otherwise: readonly string[];
    };

export interface Query {
  readonly select: readonly Selected[];
  /** Object name, or the relationship name in a child query. */
  readonly from: string;
  readonly where: Condition | undefined;
  readonly orderBy: readonly { readonly field: string; readonly descending: boolean }[];
  readonly limit: number | undefined;
}

const TOKEN =
  /\s*(?:('(?:[^'\\]|\\.)*')|(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}))|(\d{4}-\d{2}-\d{2})|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w.]*)|(!=|<>|<=|>=|[=<>(),]))/y;
const KINDS = ['text', 'instant', 'date', 'number', 'word', 'sign'] as const;

interface Token {
  readonly kind: (typeof KINDS)[number];
  readonly text: string;
}

const malformed = (near: string): Error => bad('MALFORMED_QUERY', `unexpected token: '${near}'`);

function tokens(soql: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  while (soql.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(soql);
    if (match === null) throw malformed(soql.slice(at).trim().slice(0, 20));
    const group = match.slice(1).findIndex((text) => text !== undefined);
    out.push({ kind: KINDS[group] ?? 'sign', text: match[group + 1] ?? '' });
    at = TOKEN.lastIndex;
  }
  return out;
}

/** Reads the subset of SOQL in `Query`. @throws Refusal MALFORMED_QUERY */
export function parseSoql(soql: string): Query {
  const parser = new Parser(tokens(soql));
  const query = parser.query();
  parser.end();
  return query;
}

class Parser {
  #at = 0;
  readonly #tokens: readonly Token[];

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  query(): Query {
    this.#expect('SELECT');
    const select = this.#list(() => this.#selected());
    this.#expect('FROM');
    const from = this.#word();
    const where = this.#took('WHERE') ? this.#or() : undefined;
    const orderBy = this.#took('ORDER') ? this.#orderBy() : [];
    const limit = this.#took('LIMIT') ? this.#limit() : undefined;
    return { select, from, where, orderBy, limit };
  }

  end(): void {
    const left = this.#tokens[this.#at];
    if (left !== undefined) throw malformed(left.text);
  }

  #selected(): Selected {
    if (this.#took('(')) {
      const query = this.query();
      this.#expect(')');
      return { kind: 'children', query };
    }
    return this.#took('TYPEOF') ? this.#typeOf() : { kind: 'field', path: this.#word() };
  }

  #typeOf(): Selected {
    const relation = this.#word();
    const cases: { type: string; fields: string[] }[] = [];
    while (this.#took('WHEN')) {
      const type = this.#word();
      this.#expect('THEN');
      cases.push({ type, fields: this.#list(() => this.#word()) });
    }
    const otherwise = this.#took('ELSE') ? this.#list(() => this.#word()) : [];
    this.#expect('END');
    if (cases.length === 0) throw malformed('END');
    return { kind: 'typeof', relation, cases, otherwise };
  }

  #orderBy(): { field: string; descending: boolean }[] {
    this.#expect('BY');
    return this.#list(() => {
      const field = this.#word();
      const descending = this.#took('DESC');
      if (!descending) this.#took('ASC');
      return { field, descending };
    });
  }

  #limit(): number {
    const { kind, text } = this.#next();
    if (kind !== 'number' || !/^\d+$/.test(text)) throw malformed(text);
    return Number(text);
  }

  #or(): Condition {
    return this.#joined('or', 'OR', () => this.#joined('and', 'AND', () => this.#not()));
  }

  #joined(kind: 'and' | 'or', word: string, part: () => Condition): Condition {
    const first = part();
    const parts = [first];
    while (this.#took(word)) parts.push(part());
    return parts.length === 1 ? first : { kind, parts };
  }

  #not(): Condition {
    if (this.#took('NOT')) return { kind: 'not', part: this.#not() };
    if (!this.#took('(')) return this.#comparison();
    const inner = this.#or();
    this.#expect(')');
    return inner;
  }

  #comparison(): Condition {
    const field = this.#word();
    const operator = this.#operator();
    if (operator !== 'IN' && operator !== 'NOT IN')
      return { kind: 'compare', field, operator, values: [this.#literal()] };
    this.#expect('(');
    const values = this.#list(() => this.#literal());
    this.#expect(')');
    return { kind: 'compare', field, operator, values };
  }

  #operator(): Operator {
    const { text } = this.#next();
    if (text === '<>' || text === '!=') return '!=';
    if (text === '=' || text === '<' || text === '<=' || text === '>' || text === '>=') return text;
    const word = text.toUpperCase();
    if (word === 'LIKE' || word === 'IN') return word;
    if (word !== 'NOT') throw malformed(text);
    this.#expect('IN');
    return 'NOT IN';
  }

  #literal(): Literal {
    const { kind, text } = this.#next();
    if (kind === 'text') return { kind, value: text.slice(1, -1).replace(/\\(.)/g, '$1') };
    if (kind === 'number') return { kind, value: Number(text) };
    if (kind === 'instant' || kind === 'date') return { kind, value: text };
    const word = text.toLowerCase();
    if (word === 'null') return { kind: 'null', value: null };
    if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true' };
    throw malformed(text);
  }

  #list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.#took(',')) items.push(item());
    return items;
  }

  #word(): string {
    const token = this.#next();
    if (token.kind !== 'word') throw malformed(token.text);
    return token.text;
  }

  #next(): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw malformed('<EOF>');
    return token;
  }

  #took(word: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === 'text' || token.text.toUpperCase() !== word) return false;
    this.#at++;
    return true;
  }

  #expect(word: string): void {
    if (!this.#took(word)) throw malformed(this.#tokens[this.#at]?.text ?? '<EOF>');
  }
}
