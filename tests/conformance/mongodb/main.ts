/**
 * `npm run conformance:mongodb -- DIR [--uri URI]`: runs a folder of cases of MongoDB's unified test format through the
 * official driver, on an embedded store of its own or on any server. A line for each failure, the skipped ones by
 * reason, and at the end `N passed, N failed, N skipped`. Ends with 1 when a case failed, 2 when there was none.
 */
import { parseArgs } from 'node:util';
import { readCaseTexts } from './format.js';
import { runCases, type Verdict } from './run.js';
import { startFreshStore } from './server.js';

const { values, positionals } = parseArgs({ options: { uri: { type: 'string' } }, allowPositionals: true });
const [folder, ...more] = positionals;
if (folder === undefined || more.length > 0) {
  console.error('usage: npm run conformance:mongodb -- DIR [--uri URI]');
  process.exit(2);
}

const files = readCaseTexts(folder);
const own = values.uri === undefined ? await startFreshStore() : undefined;
const verdicts: Verdict[] = [];
try {
  for await (const verdict of runCases(files, values.uri ?? own?.uri ?? '')) {
    verdicts.push(verdict);
    if (verdict.outcome === 'failed') console.log(`failed  ${verdict.case}: ${verdict.why}`);
  }
} finally {
  await own?.stop();
}

const reasons = new Map<string, number>();
for (const { outcome, why = '' } of verdicts) {
  if (outcome === 'skipped') reasons.set(why, (reasons.get(why) ?? 0) + 1);
}
for (const [why, times] of [...reasons].sort(([, a], [, b]) => b - a)) console.log(`skipped ${times} x ${why}`);

const count = (wanted: Verdict['outcome']) => verdicts.filter(({ outcome }) => outcome === wanted).length;
if (count('failed') > 0) process.exitCode = 1;
if (verdicts.length === 0) process.exitCode = 2;
console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
