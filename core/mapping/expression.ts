import jsonata from 'jsonata';
import type { Facts, Issue } from '../errors/hub-error.js';
import { HubError } from '../errors/hub-error.js';
import { functionsWithin } from './builtins.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { LinearRegex } from './linear-regex.js';
import { MappingFault } from './mapping-fault.js';
import { type Json, toPlain } from './plain-json.js';
import { type PathAt, prepareTree } from './prepare-tree.js';
import { FRAME_OPENED, weighVariables } from './weight.js';

/** What the library throws: a plain object, not an Error. */
interface Thrown {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly position?: unknown;
}

/** Codes of jsonata that mean "too much" rather than "wrong". */
const LIMIT_CODES: ReadonlySet<unknown> = new Set(['D1011', 'D1012', 'D2014', 'D2015']);

/** Line and column in the source, both from 1. */
function placeOf(source: string, position: number): { line: number; column: number } {
  const lines = source.slice(0, Math.max(0, position - 1)).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

interface Explained extends Issue {
  readonly limit: boolean;
  readonly facts: Facts;
}

function explain(error: unknown, source: string, pathAt: PathAt): Explained {
  const thrown: Thrown = typeof error === 'object' && error !== null ? error : { message: String(error) };
  const position = typeof thrown.position === 'number' ? thrown.position : undefined;
  const place = position === undefined ? undefined : placeOf(source, position);
  const code = typeof thrown.code === 'string' ? thrown.code : undefined;
  const said = String(thrown.message ?? 'the expression stopped');
  const saidZh = error instanceof MappingFault ? error.issue.whyZh : said;
  const tail = code === undefined ? '' : ` (${code})`;
  return {
    limit:
      LIMIT_CODES.has(code) || error instanceof RangeError || (error instanceof MappingFault && error.kind === 'limit'),
    path: pathAt(position),
    why: `${place === undefined ? '' : `line ${place.line}, column ${place.column}: `}${said}${tail}`,
    whyZh: `${place === undefined ? '' : `第 ${place.line} 行第 ${place.column} 列：`}${saidZh}${tail}`,
    facts: { ...place, ...(code === undefined ? {} : { jsonataCode: code }) },
  };
}

export interface Expression {
  /**
   * Evaluates against one input; the result is whatever the language yields, see `toPlain`. It runs to its end or its
   * limit without a pause, so a signal can only be honoured before and after.
   * @param bindings values by name without `$`.
   * @throws HubError MAPPING_FAILED with the path in the result and line and column in the source; MAPPING_LIMIT_REACHED.
   */
  evaluate(context: unknown, bindings?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/**
 * Parses once; the result may be evaluated any number of times, also at the same time.
 * @param mapping the name used in errors.
 * @throws HubError MAPPING_UNUSABLE when the source is no JSONata or uses what is refused here: `$eval`, `$now`,
 *   `$millis`, `$random`, `$shuffle`, and regular expressions with look-around or back references.
 */
export function compile(source: string, mapping: string, limits: Limits = DEFAULT_LIMITS): Expression {
  const { expression, pathAt } = parse(source, mapping, limits);
  return {
    async evaluate(context, bindings = {}) {
      try {
        return await expression.evaluate(context, Object.assign(Object.create(null), bindings));
      } catch (error) {
        const { limit, facts, ...issue } = explain(error, source, pathAt);
        const code = limit ? 'MAPPING_LIMIT_REACHED' : 'MAPPING_FAILED';
        throw new HubError(code, { mapping, ...issue, ...facts }, { cause: error, issues: [issue] });
      }
    },
  };
}

function parse(source: string, mapping: string, limits: Limits) {
  try {
    const expression = jsonata(source, {
      RegexEngine: LinearRegex as unknown as RegExpConstructor,
      timeout: limits.timeMs,
      stack: limits.stack,
      sequence: limits.items,
    });
    const pathAt = prepareTree(expression.ast());
    for (const [name, definition] of functionsWithin(limits)) expression.assign(name, definition);
    expression.assign(FRAME_OPENED as unknown as string, weighVariables(limits.valueSize));
    return { expression, pathAt };
  } catch (cause) {
    const { why, whyZh, facts } = explain(cause, source, () => '$');
    throw new HubError('MAPPING_UNUSABLE', { mapping, why, whyZh, ...facts }, { cause });
  }
}

/** A rule's condition or value, compiled; its result is plain JSON, undefined when there is none. */
export interface CompiledExpression {
  /** @throws HubError as `Expression.evaluate`; MAPPING_FAILED too when the result is a function or no JSON. */
  evaluate(context: unknown, bindings?: Readonly<Record<string, unknown>>): Promise<Json | undefined>;
}

/** The most recently compiled sources; rules are few, so this is never reached unless someone makes them up. */
const MAX_CACHED = 2_000;
const cache = new Map<string, CompiledExpression>();

/** Compiled once for each source. @throws HubError MAPPING_UNUSABLE, see `compile`. */
export function compileExpression(source: string): CompiledExpression {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const mapping = `\`${source.length > 80 ? `${source.slice(0, 80)}…` : source}\``;
  const inner = compile(source, mapping);
  const compiled: CompiledExpression = {
    async evaluate(context, bindings) {
      const value = await inner.evaluate(context, bindings);
      try {
        return toPlain(value, { size: DEFAULT_LIMITS.outputSize, depth: DEFAULT_LIMITS.depth });
      } catch (cause) {
        if (!(cause instanceof MappingFault)) throw cause;
        const code = cause.kind === 'limit' ? 'MAPPING_LIMIT_REACHED' : 'MAPPING_FAILED';
        throw new HubError(code, { mapping, ...cause.issue }, { cause, issues: [cause.issue] });
      }
    },
  };
  if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value ?? '');
  cache.set(source, compiled);
  return compiled;
}

/** Evaluates a condition or value of a rule against its context, e.g. `order.gross`; compiled once for each source. */
export const evaluateExpression = async (
  source: string,
  context: unknown,
  bindings?: Readonly<Record<string, unknown>>,
): Promise<Json | undefined> => compileExpression(source).evaluate(context, bindings);
