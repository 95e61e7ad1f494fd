import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadMappings } from '../../core/mapping/registry.js';
import { runCases } from '../../core/mapping/run-cases.js';
import { OrderInput } from '../../core/order/schema.js';

const registry = loadMappings(fileURLToPath(new URL('../../mappings', import.meta.url)));
const results = await runCases(registry);

describe.each(registry.names())('%s', (name) => {
  const mapping = registry.get(name);

  test.each(results.filter((r) => r.mapping === name))('$case: $why', ({ passed, actual, expected }) => {
    if (!passed) expect(actual).toEqual(expected);
    expect(passed).toBe(true);
  });

  test('has at least three examples, one of a refusal', () => {
    expect(mapping.cases.length).toBeGreaterThanOrEqual(3);
    expect(mapping.cases.some((example) => example.error !== undefined)).toBe(true);
    expect(mapping.cases.some((example) => example.output !== undefined)).toBe(true);
  });

  test('says what it is for in both languages', () => {
    expect(mapping.readme).toMatch(/^# [A-Z]/);
    expect(mapping.readme).toMatch(/[一-鿿]{10}/);
  });
});

test('the order schema of the Salesforce mapping is the one of the code (npx tsx scripts/generate-schemas.ts)', () => {
  const text = readFileSync(new URL('../../mappings/salesforce-order-to-order/output.schema.json', import.meta.url));
  expect(JSON.parse(text.toString())).toEqual(JSON.parse(JSON.stringify(OrderInput)));
});
