import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCaseTexts } from './format.js';
import known from './known-failures.json' with { type: 'json' };
import { runCases, type Verdict } from './run.js';
import { startFreshStore } from './server.js';

/** The published cases, when they lie beside the project; they are not part of it. */
const PUBLISHED = '../shared/conformance/mongodb-crud';
const OWN = 'tests/conformance/mongodb/cases';
const LEAST_PASSED = 280;

let store: Awaited<ReturnType<typeof startFreshStore>>;
beforeAll(async () => {
  store = await startFreshStore();
});
afterAll(() => store.stop());

async function verdictsOf(folder: string): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for await (const verdict of runCases(readCaseTexts(folder), store.uri)) verdicts.push(verdict);
  return verdicts;
}

const named = (verdicts: readonly Verdict[], wanted: Verdict['outcome']) =>
  verdicts.filter(({ outcome }) => outcome === wanted).map((verdict) => verdict.case);

describe('the unified test format', () => {
  test('cases of our own end as their file name says', async () => {
    const verdicts = await verdictsOf(OWN);
    const wrong = verdicts.filter((verdict) => !verdict.case.startsWith(verdict.outcome));
    expect(wrong).toEqual([]);
    const outcomes = new Set(verdicts.map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual(['failed', 'passed', 'skipped']);
  });

  test('the README of the store tells each known failure with its number', () => {
    const readme = readFileSync('core/store/embedded/README.md', 'utf8').replaceAll('`', '');
    const rows = readme.split('\n').map((line) =>
      line
        .split('|')
        .slice(1, 3)
        .map((cell) => cell.trim()),
    );
    for (const [cause, cases] of Object.entries(known)) {
      expect(rows).toContainEqual([String(cases.length), cause]);
    }
  });

  test.runIf(existsSync(PUBLISHED))(
    'published CRUD cases: at least 280 pass, and exactly those fail that are known to',
    async () => {
      const verdicts = await verdictsOf(PUBLISHED);
      expect(named(verdicts, 'failed').sort()).toEqual(Object.values(known).flat().sort());
      expect(named(verdicts, 'passed').length).toBeGreaterThanOrEqual(LEAST_PASSED);
    },
    120_000,
  );
});
