import { CATALOGUE, type Cure, type Entry, type HubCode } from './catalogue.js';

export type Facts = Readonly<Record<string, string | number>>;

const fill = (text: string, facts: Facts): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '?'));

/** The Chinese sentence: a fact named `whyZh` takes the place of `why`. */
const fillZh = (text: string, facts: Facts): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[`${name}Zh`] ?? facts[name] ?? '?'));

/** One fault of several found at once, e.g. in an order: where, and why in both languages. */
export interface Issue {
  /** JSON path, e.g. `$.lines[2].quantity`. */
  path: string;
  why: string;
  whyZh: string;
}

/** The one error class: a code of the catalogue, the facts that fill its sentence, and the cause. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly cure: Cure;
  /** Milliseconds the other side asked us to wait; undefined when it did not say. */
  readonly retryAfterMs: number | undefined;
  /** All faults, when more than one was looked for; the facts name the first. */
  readonly issues: readonly Issue[];

  constructor(
    readonly code: HubCode,
    readonly facts: Facts = {},
    more: { cause?: unknown; retryAfterMs?: number; issues?: readonly Issue[] } = {},
  ) {
    const entry: Entry = CATALOGUE[code];
    super(fill(entry.says, facts), { cause: more.cause });
    this.cure = entry.cure;
    this.retryAfterMs = more.retryAfterMs;
    this.issues = more.issues ?? [];
  }
}

/** The same error as a plain value: stored with messages, effects and runs, shown by API, console and CLI. */
export interface Problem {
  code: HubCode;
  cure: Cure;
  title: string;
  titleZh: string;
  fix: string;
  fixZh: string;
  /** JSON path of the fault in what was sent, e.g. `$.lines[2].quantity`. */
  path?: string;
  issues?: Issue[];
}

/** Anything thrown becomes a Problem; texts of unknown errors are withheld from readers. */
export function toProblem(error: unknown): Problem {
  const known =
    error instanceof HubError ? error : new HubError('UNEXPECTED', { why: 'see the log' }, { cause: error });
  const entry: Entry = CATALOGUE[known.code];
  const path = known.facts['path'];
  return {
    code: known.code,
    cure: known.cure,
    title: known.message,
    titleZh: fillZh(entry.zh, known.facts),
    fix: fill(entry.fix, known.facts),
    fixZh: fillZh(entry.fixZh, known.facts),
    ...(path === undefined ? {} : { path: String(path) }),
    ...(known.issues.length === 0 ? {} : { issues: [...known.issues] }),
  };
}
