import type { ErrorObject } from 'ajv';
import type { Issue } from './hub-error.js';

/** More than this many faults in one document help nobody. */
const MAX_ISSUES = 50;

/** `/lines/2/quantity` becomes `$.lines[2].quantity`; names that are no identifiers are quoted. */
export function jsonPath(pointer: string): string {
  const steps = pointer.split('/').slice(1);
  return steps.reduce((path, raw) => {
    const step = raw.replaceAll('~1', '/').replaceAll('~0', '~');
    if (/^\d+$/.test(step)) return `${path}[${step}]`;
    return /^[A-Za-z_$][\w$-]*$/.test(step) ? `${path}.${step}` : `${path}[${JSON.stringify(step)}]`;
  }, '$');
}

type Params = Readonly<Record<string, unknown>>;
type Sentence = (params: Params) => readonly [why: string, whyZh: string];

const COMPARISONS: Readonly<Record<string, string>> = { '<=': '≤', '>=': '≥' };
const compared: Sentence = (p) => {
  const sign = COMPARISONS[String(p['comparison'])] ?? String(p['comparison']);
  return [`must be ${sign} ${p['limit']}`, `必须 ${sign} ${p['limit']}`];
};
const listed = (values: unknown): string => (Array.isArray(values) ? values.map(String).join(', ') : String(values));

const SENTENCES: Readonly<Record<string, Sentence>> = {
  required: () => ['is missing', '缺失'],
  additionalProperties: () => ['is not known here', '不是已知字段'],
  type: (p) => [`must be ${listed(p['type'])}`, `类型必须为 ${listed(p['type'])}`],
  const: (p) => [`must be ${JSON.stringify(p['allowedValue'])}`, `必须为 ${JSON.stringify(p['allowedValue'])}`],
  enum: (p) => [`must be one of ${listed(p['allowedValues'])}`, `必须为以下之一：${listed(p['allowedValues'])}`],
  pattern: (p) => [`must match ${p['pattern']}`, `必须符合 ${p['pattern']}`],
  format: (p) => [`must be a ${p['format']}`, `格式必须为 ${p['format']}`],
  minLength: (p) => [`must have at least ${p['limit']} characters`, `至少 ${p['limit']} 个字符`],
  maxLength: (p) => [`must have at most ${p['limit']} characters`, `最多 ${p['limit']} 个字符`],
  minItems: (p) => [`must have at least ${p['limit']} items`, `至少 ${p['limit']} 项`],
  maxItems: (p) => [`must have at most ${p['limit']} items`, `最多 ${p['limit']} 项`],
  minimum: compared,
  maximum: compared,
  exclusiveMinimum: compared,
  exclusiveMaximum: compared,
  /** The keyword of core/pipeline/jsonata-parameter.ts, which brings its own sentences. */
  jsonata: (p) => [String(p['why']), String(p['whyZh'])],
};

/** Keywords that name a property beside the path of its parent. */
const NAMED_BY: Readonly<Record<string, string>> = {
  required: 'missingProperty',
  additionalProperties: 'additionalProperty',
};

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function toIssue(error: ErrorObject): Issue {
  const params: Params = error.params;
  const named = NAMED_BY[error.keyword];
  const pointer =
    named === undefined ? error.instancePath : `${error.instancePath}/${escapePointer(String(params[named]))}`;
  const said = error.message ?? error.keyword;
  const [why, whyZh] = SENTENCES[error.keyword]?.(params) ?? [said, said];
  return { path: jsonPath(pointer), why, whyZh };
}

/**
 * The faults of a union say what each branch wanted. A choice between fixed values becomes one sentence; of other
 * unions only the faults inside the branches are kept.
 */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf');
  return unions.reduce<ErrorObject[]>(
    (left, union) => {
      const inside = left.filter((error) => error !== union && error.schemaPath.startsWith(`${union.schemaPath}/`));
      const here = inside.filter((error) => error.instancePath === union.instancePath);
      if (here.length === 0 || !here.every((error) => error.keyword === 'const')) {
        return inside.length === 0 ? left : left.filter((error) => error !== union);
      }
      const allowedValues = here.map((error) => (error.params as Params)['allowedValue']);
      const choice: ErrorObject = { ...union, keyword: 'enum', params: { allowedValues } };
      return left.flatMap((error) => (error === union ? [choice] : here.includes(error) ? [] : [error]));
    },
    [...errors],
  );
}

/** What ajv found, as places and reasons in both languages, at most 50. */
export const ajvIssues = (errors: readonly ErrorObject[] | null | undefined): Issue[] =>
  withoutBranches(errors ?? [])
    .slice(0, MAX_ISSUES)
    .map(toIssue);
