import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { loadMappings } from './registry.js';
import { runCases } from './run-cases.js';

const dir = mkdtempSync(join(tmpdir(), 'mappings-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Files = Partial<{ source: string; input: object; output: object; cases: Record<string, object> }>;
let made = 0;

/** A folder of its own with one mapping named `m`. */
function load({ source = '$', input = {}, output = {}, cases = {} }: Files, limits: Partial<Limits> = {}) {
  const root = join(dir, `set-${made++}`);
  const folder = join(root, 'm');
  mkdirSync(join(folder, 'cases'), { recursive: true });
  writeFileSync(join(folder, 'mapping.jsonata'), source);
  writeFileSync(join(folder, 'input.schema.json'), JSON.stringify(input));
  writeFileSync(join(folder, 'output.schema.json'), JSON.stringify(output));
  for (const [name, content] of Object.entries(cases)) {
    writeFileSync(join(folder, 'cases', `${name}.json`), JSON.stringify(content));
  }
  return loadMappings(root, { ...DEFAULT_LIMITS, timeMs: 300, ...limits });
}

const object = (properties: object, required: string[] = []) => ({ type: 'object', properties, required });
const lines = object({
  lines: { type: 'array', items: object({ sku: { type: 'string' }, quantity: { type: 'number' } }, ['sku']) },
});

describe('a mapping is checked before and after', () => {
  test('every fault of the input is named by path, in both languages', async () => {
    const registry = load({ input: lines });
    const input = { lines: [{ sku: 'A' }, { sku: 1 }, { quantity: 'two' }] };
    await expect(registry.run('m', input)).rejects.toMatchObject({
      code: 'MAPPING_INPUT_INVALID',
      facts: { mapping: 'm', path: '$.lines[1].sku', why: 'must be string' },
      issues: [
        { path: '$.lines[1].sku', why: 'must be string', whyZh: expect.stringContaining('类型') },
        { path: '$.lines[2].sku', why: 'is missing', whyZh: '缺失' },
        { path: '$.lines[2].quantity' },
      ],
    });
  });

  test('a result that does not fit its schema goes nowhere', async () => {
    const registry = load({ source: '{"lines": [items.{"sku": code}]}', output: lines });
    await expect(registry.run('m', { items: [{ code: 'A' }, {}] })).rejects.toMatchObject({
      code: 'MAPPING_OUTPUT_INVALID',
      facts: { path: '$.lines[1].sku', why: 'is missing' },
    });
    await expect(registry.run('m', { items: [{ code: 'A' }] })).resolves.toMatchObject({
      output: { lines: [{ sku: 'A' }] },
    });
  });

  test.each([
    ['nothing', 'missing.field', '$', 'yields nothing'],
    ['a function', '{"f": function($x){ $x }}', '$.f', 'is a function'],
    ['a built-in', '{"a": [$sum]}', '$.a[0]', 'is a function'],
    ['a prototype', '{"x": {"__proto__": {"admin": true}}}', '$.x', '__proto__'],
    ['a constructor', '{"constructor": 1}', '$', 'constructor'],
  ])('a mapping that yields %s', async (_what, source, path, why) => {
    await expect(load({ source }).run('m', {})).rejects.toMatchObject({
      code: 'MAPPING_OUTPUT_INVALID',
      facts: { path, why: expect.stringContaining(why) },
    });
  });

  test('the result is plain and shares nothing with the input', async () => {
    const input = { list: [{ a: 1 }] };
    const { output } = await load({ source: '{"list": list[a > 0], "same": list, "none": nothing}' }).run('m', input);
    expect(output).toStrictEqual({ list: { a: 1 }, same: [{ a: 1 }] });
    (output as { same: { a: number }[] }).same.push({ a: 2 });
    expect(input).toEqual({ list: [{ a: 1 }] });
  });
});

describe('limits of input and result', () => {
  const answeredAtOnce = 500;

  test('50 MB of input are refused before they are checked or evaluated', async () => {
    const registry = load({ source: '$error("was evaluated")', input: lines });
    const wide = { lines: Array.from({ length: 500_000 }, () => ({ sku: 'x'.repeat(100) })) };
    const text = { note: 'x'.repeat(50 * 1024 * 1024) };
    for (const input of [wide, text]) {
      const begun = performance.now();
      await expect(registry.run('m', input)).rejects.toMatchObject({
        code: 'MAPPING_LIMIT_REACHED',
        message: expect.stringMatching(/the input \$.* holds more than 8388608 characters/),
      });
      expect(performance.now() - begun).toBeLessThan(answeredAtOnce);
    }
  });

  test('input nested without end', async () => {
    const deep: unknown = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
    await expect(load({}).run('m', deep)).rejects.toMatchObject({
      code: 'MAPPING_LIMIT_REACHED',
      message: expect.stringContaining('nested more than 64 deep'),
    });
  });

  test('input that would reach a prototype', async () => {
    const input = JSON.parse('{"a": {"__proto__": {"admin": true}}}');
    await expect(load({}).run('m', input)).rejects.toMatchObject({
      code: 'MAPPING_INPUT_INVALID',
      facts: { path: '$.a' },
    });
  });

  test('a result that grows beyond its size', async () => {
    const registry = load({ source: '[1..5000].{"text": $pad("", 1000, "x")}' }, { timeMs: 10_000 });
    await expect(registry.run('m', {})).rejects.toMatchObject({
      code: 'MAPPING_LIMIT_REACHED',
      message: expect.stringContaining('the result'),
    });
  });

  test('a result nested beyond its depth', async () => {
    const registry = load({ source: '$reduce([1..100], function($a, $i){ {"a": $a} }, 1)' });
    await expect(registry.run('m', {})).rejects.toMatchObject({ code: 'MAPPING_LIMIT_REACHED' });
  });

  test('a signal that has fired ends it before anything runs', async () => {
    const signal = AbortSignal.abort(new Error('shutting down'));
    const registry = load({ source: '$error("was evaluated")' });
    await expect(registry.run('m', {}, { signal })).rejects.toThrow('shutting down');
  });
});

describe('reading folders', () => {
  test('an unknown name', async () => {
    await expect(load({}).run('n', {})).rejects.toMatchObject({ code: 'MAPPING_UNKNOWN', facts: { mapping: 'n' } });
  });

  test.each([
    ['no JSONata', { source: '{"a": }' }, 'line 1'],
    ['a schema with a misspelt keyword', { input: { type: 'object', requird: ['a'] } }, 'requird'],
    ['a case that promises nothing', { cases: { one: { why: 'w', input: {} } } }, 'cases/one.json'],
  ])('%s', (_what, files, why) => {
    expect(() => load(files)).toThrow(
      expect.objectContaining({ code: 'MAPPING_UNUSABLE', message: expect.stringContaining(why) }),
    );
  });

  test('the revision follows expression and schemas, not examples', () => {
    const revision = (files: Files) => load(files).get('m').revision;
    expect(revision({})).toMatch(/^[0-9a-f]{64}$/);
    expect(revision({ cases: { one: { why: 'w', input: 1, output: 1 } } })).toBe(revision({}));
    const others = [{ source: '$$' }, { input: { type: 'object' } }, { output: { type: 'object' } }].map(revision);
    expect(new Set([revision({}), ...others]).size).toBe(4);
  });

  test('examples tell what passed and what did not', async () => {
    const registry = load({
      source: '{"double": n * 2}',
      cases: {
        right: { why: 'doubles', input: { n: 2 }, output: { double: 4 } },
        wrong: { why: 'triples', input: { n: 2 }, output: { double: 6 } },
        refused: { why: 'no text', input: { n: 'x' }, error: 'MAPPING_FAILED', path: '$.double' },
        elsewhere: { why: 'no text', input: { n: 'x' }, error: 'MAPPING_FAILED', path: '$.triple' },
        missing: { why: 'should fail', input: { n: 2 }, error: 'MAPPING_FAILED' },
      },
    });
    const results = await runCases(registry, 'm');
    expect(Object.fromEntries(results.map((r) => [r.case, r.passed]))).toEqual({
      right: true,
      wrong: false,
      refused: true,
      elsewhere: false,
      missing: false,
    });
    await expect(runCases(registry, 'n')).rejects.toMatchObject({ code: 'MAPPING_UNKNOWN' });
  });
});
