import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { ajvIssues } from '../errors/ajv-issues.js';
import type { HubCode } from '../errors/catalogue.js';
import { HubError, type Issue } from '../errors/hub-error.js';
import { type Case, readCases } from './cases.js';
import { compile, type Expression } from './expression.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { MappingFault } from './mapping-fault.js';
import { type Json, toPlain } from './plain-json.js';

const addFormats = addFormatsModule.default;

/** The three files that decide what a mapping does; their hash is its revision. */
const FILES = ['mapping.jsonata', 'input.schema.json', 'output.schema.json'] as const;

/** A mapping as its folder has it; see README.md beside this file. */
export interface Mapping {
  readonly name: string;
  /** SHA-256 of expression and schemas, hexadecimal. */
  readonly revision: string;
  readonly source: string;
  readonly inputSchema: AnySchemaObject;
  readonly outputSchema: AnySchemaObject;
  /** Markdown, English and Chinese. */
  readonly readme: string;
  readonly cases: readonly Case[];
}

export interface Mapped {
  readonly output: Json;
  readonly revision: string;
}

export interface MappingRegistry {
  /** In alphabetical order. */
  names(): readonly string[];
  /** @throws HubError MAPPING_UNKNOWN. */
  get(name: string): Mapping;
  /**
   * Checks the input, evaluates, checks the result. The result is a fresh plain value that shares nothing with the input.
   * @throws HubError MAPPING_UNKNOWN; MAPPING_INPUT_INVALID or MAPPING_OUTPUT_INVALID with every fault in `issues`;
   *   MAPPING_FAILED with the place in the source; MAPPING_LIMIT_REACHED. The reason of `signal` when it has fired.
   */
  run(name: string, input: unknown, more?: { signal?: AbortSignal }): Promise<Mapped>;
}

interface Compiled {
  readonly mapping: Mapping;
  readonly expression: Expression;
  readonly checkInput: ValidateFunction;
  readonly checkOutput: ValidateFunction;
}

const NOTHING: Issue = { path: '$', why: 'is empty: the mapping yields nothing', whyZh: '为空：映射没有产生结果' };

const refuse = (code: HubCode, mapping: string, issues: readonly Issue[], cause?: unknown): HubError =>
  new HubError(code, { mapping, ...(issues[0] ?? NOTHING) }, { issues, cause });

function plain(value: unknown, mapping: string, code: HubCode, room: { size: number; depth: number }): Json {
  try {
    const copy = toPlain(value, room);
    if (copy === undefined) throw new MappingFault('value', NOTHING);
    return copy;
  } catch (cause) {
    if (!(cause instanceof MappingFault)) throw cause;
    if (cause.kind === 'value') throw refuse(code, mapping, [cause.issue], cause);
    const [part, partZh] = code === 'MAPPING_INPUT_INVALID' ? ['input', '输入'] : ['result', '结果'];
    const { path, why, whyZh } = cause.issue;
    const issue = { path, why: `the ${part} ${path} ${why}`, whyZh: `${partZh} ${path} ${whyZh}` };
    throw refuse('MAPPING_LIMIT_REACHED', mapping, [issue], cause);
  }
}

function check(validate: ValidateFunction, value: Json, mapping: string, code: HubCode): void {
  if (!validate(value)) throw refuse(code, mapping, ajvIssues(validate.errors));
}

async function run({ mapping, expression, checkInput, checkOutput }: Compiled, input: unknown, limits: Limits) {
  const { name, revision } = mapping;
  const given = plain(input, name, 'MAPPING_INPUT_INVALID', { size: limits.inputSize, depth: limits.depth });
  check(checkInput, given, name, 'MAPPING_INPUT_INVALID');
  const yielded = await expression.evaluate(given);
  const output = plain(yielded, name, 'MAPPING_OUTPUT_INVALID', { size: limits.outputSize, depth: limits.depth });
  check(checkOutput, output, name, 'MAPPING_OUTPUT_INVALID');
  return { output, revision };
}

/** @throws HubError MAPPING_UNUSABLE when a file is missing, is no JSON, or the schema is wrong. */
function readFolder(folder: string, name: string, limits: Limits): Compiled {
  const unusable = (cause: unknown): HubError => {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new HubError('MAPPING_UNUSABLE', { mapping: name, why, whyZh: why }, { cause });
  };
  const missing = FILES.filter((file) => !existsSync(join(folder, file)));
  if (missing.length > 0) throw unusable(`${missing.join(', ')} missing in the folder`);
  const [source, inputText, outputText] = FILES.map((file) => readFileSync(join(folder, file), 'utf8'));
  const hash = createHash('sha256');
  for (const text of [source, inputText, outputText]) hash.update(`${text?.length}\n${text}`);
  const expression = compile(source ?? '', name, limits);
  try {
    const mapping: Mapping = {
      name,
      revision: hash.digest('hex'),
      source: source ?? '',
      inputSchema: JSON.parse(inputText ?? ''),
      outputSchema: JSON.parse(outputText ?? ''),
      readme: existsSync(join(folder, 'README.md')) ? readFileSync(join(folder, 'README.md'), 'utf8') : '',
      cases: readCases(join(folder, 'cases')),
    };
    const compileSchema = (schema: AnySchemaObject) =>
      addFormats(new Ajv({ strict: true, allErrors: true, allowUnionTypes: true })).compile(schema);
    return {
      mapping,
      expression,
      checkInput: compileSchema(mapping.inputSchema),
      checkOutput: compileSchema(mapping.outputSchema),
    };
  } catch (cause) {
    throw unusable(cause);
  }
}

/**
 * Reads every mapping folder of `dir` and compiles it once; called when the hub starts.
 * @throws HubError MAPPING_UNUSABLE for the first folder that cannot be used.
 */
export function loadMappings(dir: string, limits: Limits = DEFAULT_LIMITS): MappingRegistry {
  const folders = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = folders.map((folder) => folder.name).sort();
  const compiled = new Map(names.map((name) => [name, readFolder(join(dir, name), name, limits)]));
  const find = (name: string): Compiled => {
    const found = compiled.get(name);
    if (found === undefined) throw new HubError('MAPPING_UNKNOWN', { mapping: name });
    return found;
  };
  return {
    names: () => names,
    get: (name) => find(name).mapping,
    async run(name, input, { signal } = {}) {
      signal?.throwIfAborted();
      const mapped = await run(find(name), input, limits);
      signal?.throwIfAborted();
      return mapped;
    },
  };
}
