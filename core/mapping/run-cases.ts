import { isDeepStrictEqual } from 'node:util';
import type { HubCode } from '../errors/catalogue.js';
import { type Problem, toProblem } from '../errors/hub-error.js';
import type { Case } from './cases.js';
import type { Json } from './plain-json.js';
import type { MappingRegistry } from './registry.js';

export interface CaseResult {
  readonly mapping: string;
  readonly case: string;
  readonly why: string;
  readonly passed: boolean;
  /** What the case says should happen. */
  readonly expected: { readonly output: Json } | { readonly error: HubCode; readonly path?: string };
  readonly actual: { readonly output: Json } | { readonly problem: Problem };
}

async function runCase(registry: MappingRegistry, mapping: string, example: Case): Promise<CaseResult> {
  const { error, path, output } = example;
  const told = { mapping, case: example.name, why: example.why };
  const expected =
    error === undefined ? { output: output ?? null } : { error, ...(path === undefined ? {} : { path }) };
  try {
    const mapped = await registry.run(mapping, example.input);
    const passed = error === undefined && isDeepStrictEqual(mapped.output, output);
    return { ...told, passed, expected, actual: { output: mapped.output } };
  } catch (thrown) {
    const problem = toProblem(thrown);
    const passed = problem.code === error && (path === undefined || problem.path === path);
    return { ...told, passed, expected, actual: { problem } };
  }
}

/**
 * Runs the examples of one mapping, or of all.
 * @throws HubError MAPPING_UNKNOWN.
 */
export async function runCases(registry: MappingRegistry, name?: string): Promise<readonly CaseResult[]> {
  const mappings = name === undefined ? registry.names() : [registry.get(name).name];
  const runs = mappings.flatMap((mapping) =>
    registry.get(mapping).cases.map((example) => runCase(registry, mapping, example)),
  );
  return Promise.all(runs);
}
