/** `npm run check`: format, lint, types, layers, unused code. Everything runs, then a table says what failed. */
import { spawnSync } from 'node:child_process';
import { layers } from './layers.js';

/** @typedef {{ ok: boolean, said: string }} Result */

/** @returns {Result} */
function run(/** @type {string} */ bin, /** @type {string[]} */ ...args) {
  const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${bin}`, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  return { ok: status === 0, said: `${stdout ?? ''}${stderr ?? ''}` };
}

/** @returns {Result} */
function checkLayers() {
  const { seen, there, faults } = layers();
  const lines = faults.map(({ rule, from, to }) => `${rule}: ${from} -> ${to}`);
  if (seen < there) lines.push(`only ${seen} of ${there} modules were read: the parser does not work`);
  return { ok: lines.length === 0, said: lines.join('\n') };
}

/** @returns {Result} */
function attempt(/** @type {() => Result} */ part) {
  try {
    return part();
  } catch (error) {
    return { ok: false, said: String(error) };
  }
}

/** @type {[string, () => Result][]} */
const PARTS = [
  ['format and lint', () => run('biome', 'check', '--error-on-warnings', '.')],
  ['types: core', () => run('tsc', '-p', 'tsconfig.json')],
  ['types: console', () => run('tsc', '-p', 'console/tsconfig.json')],
  ['layers and circles', checkLayers],
  ['unused code', () => run('knip', '--no-progress')],
];

const rows = PARTS.map(([name, part]) => {
  const begun = performance.now();
  const { ok, said } = attempt(part);
  if (!ok) console.error(`\n${name}\n${said.trim()}`);
  return { name, ok, seconds: (performance.now() - begun) / 1000 };
});

console.log('');
for (const { name, ok, seconds } of rows) {
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(20)} ${seconds.toFixed(1).padStart(6)} s`);
}
if (rows.some(({ ok }) => !ok)) process.exitCode = 1;
