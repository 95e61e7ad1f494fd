import { Ajv, type AnySchemaObject, type Options, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';
import type { TSchema } from 'typebox';
import { ajvIssues } from '../errors/ajv-issues.js';
import { HubError } from '../errors/hub-error.js';

const addFormats = addFormatsModule.default;

export type Check = (value: unknown) => void;

/**
 * @param place goes in front of the path: `body`, `query.limit`.
 * @throws HubError REQUEST_INVALID with every fault found.
 */
const checkWith =
  (validate: ValidateFunction, place: string): Check =>
  (value) => {
    if (validate(value)) return;
    const issues = ajvIssues(validate.errors).map((issue) => ({ ...issue, path: issue.path.replace('$', place) }));
    const [first] = issues;
    const facts = { path: first?.path ?? place, why: first?.why ?? 'invalid', whyZh: first?.whyZh ?? '无效' };
    throw new HubError('REQUEST_INVALID', facts, { issues });
  };

/** An answer that breaks its own description is our fault. */
const checkAnswer =
  (validate: ValidateFunction): Check =>
  (value) => {
    if (validate(JSON.parse(JSON.stringify(value)))) return;
    const why = ajvIssues(validate.errors).map((issue) => `${issue.path} ${issue.why}`);
    throw new HubError('UNEXPECTED', { why: `the answer breaks its schema: ${why.join('; ')}` });
  };

/** A query parameter nobody knows is most often a misspelt one: refused unless the schema allows it in words. */
const closed = (schema: TSchema): TSchema => ({ additionalProperties: false, ...schema });

/** The two ways to check: texts of an address are coerced, bodies are taken literally. Schemas are compiled once. */
export function createValidators() {
  const options: Options = { allErrors: true, strict: true, strictTypes: false, strictTuples: false };
  const literal = addFormats(new Ajv(options));
  const coercing = addFormats(new Ajv({ ...options, coerceTypes: 'array', useDefaults: true }));
  return {
    body: (schema: TSchema): Check => checkWith(literal.compile(schema as AnySchemaObject), '$'),
    query: (schema: TSchema): Check => checkWith(coercing.compile(closed(schema) as AnySchemaObject), 'query'),
    params: (schema: TSchema): Check => checkWith(coercing.compile(schema as AnySchemaObject), 'path'),
    answer: (schema: TSchema): Check => checkAnswer(literal.compile(schema as AnySchemaObject)),
    headers: (schema: TSchema): Check => checkWith(coercing.compile(schema as AnySchemaObject), 'header'),
  };
}
export type Validators = ReturnType<typeof createValidators>;
