/**
 * `npm test`: installs what the browser tests need where it may, builds, runs every suite.
 * The last line is `tests: N passed, N failed`, with `, N skipped` when something was skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Debian packages of the browser tests; console pages are in Chinese too. */
const PACKAGES = ['chromium', 'fonts-noto-cjk'];

const run = (/** @type {string} */ command, /** @type {string[]} */ ...args) =>
  spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;

const isInstalled = (/** @type {string} */ name) =>
  spawnSync('dpkg', ['-s', name], { encoding: 'utf8' }).stdout.includes('Status: install ok installed');

/** Debian packages are installed where that is possible and named where it is not; without them the browser tests fail. */
function prepareBrowser() {
  if (!existsSync('/etc/debian_version')) {
    console.log(
      'Not Debian, so nothing is installed: the browser tests need Chromium (CHROMIUM_PATH) and a Chinese font.',
    );
    return;
  }
  const missing = PACKAGES.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    console.log(`Not root, so not installed: ${missing.join(', ')}. Browser tests need them.`);
    return;
  }
  console.log(`Installing ${missing.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (/** @type {string[]} */ ...args) =>
    spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status;
  apt('update');
  if (apt('install', '-y', '--no-install-recommends', ...missing) !== 0) console.log('apt-get did not install them.');
}

/** `unit core`, `unit connectors`, `contract`, `integration`, `e2e` … from the path of a test file. */
function suiteOf(/** @type {string} */ file) {
  const [first = '', second = ''] = relative(process.cwd(), file).split(/[\\/]/);
  return first === 'tests' ? second : `unit ${first}`;
}

/** @typedef {{ name: string, startTime: number, endTime: number, status: string, assertionResults: { status: string }[] }} TestFile */

function printSuites(/** @type {TestFile[]} */ files) {
  /** @type {Map<string, { tests: number, seconds: number }>} */
  const suites = new Map();
  for (const { name, startTime, endTime, assertionResults } of files) {
    const { tests, seconds } = suites.get(suiteOf(name)) ?? { tests: 0, seconds: 0 };
    suites.set(suiteOf(name), {
      tests: tests + assertionResults.length,
      seconds: seconds + (endTime - startTime) / 1000,
    });
  }
  console.log('');
  for (const [name, { tests, seconds }] of [...suites].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${name.padEnd(18)} ${String(tests).padStart(5)} tests ${seconds.toFixed(1).padStart(7)} s`);
  }
}

/** @returns {{ passed: number, failed: number, skipped: number }} A file that could not be loaded counts as one failure. */
function count(/** @type {TestFile[]} */ files) {
  const all = files.flatMap((file) => file.assertionResults.map(({ status }) => status));
  const failedTests = all.filter((status) => status === 'failed').length;
  const unloaded = files.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((t) => t.status === 'failed'),
  ).length;
  const passed = all.filter((status) => status === 'passed').length;
  return { passed, failed: failedTests + unloaded, skipped: all.length - passed - failedTests };
}

function testAll() {
  const folder = mkdtempSync(join(tmpdir(), 'orderhub-tests-'));
  const report = join(folder, 'report.json');
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const status = run(process.execPath, vitest, 'run', ...reporters, ...process.argv.slice(2));
  /** @type {TestFile[]} */
  const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];
  rmSync(folder, { recursive: true, force: true });
  printSuites(files);
  const counted = count(files);
  if (status === 0 || counted.failed > 0) return counted;
  console.log('\nNo test failed, but the run did: see the error above. Counted as one failure.');
  return { ...counted, failed: 1 };
}

prepareBrowser();
const built = run('npm', 'run', '--silent', 'build') === 0;
if (!built) console.log('The build failed; no test was run.');
const { passed, failed, skipped } = built ? testAll() : { passed: 0, failed: 1, skipped: 0 };
// On a build server a skipped test is a hole in what was proven.
if (failed > 0 || passed === 0 || (process.env['CI'] === 'true' && skipped > 0)) process.exitCode = 1;
console.log(`\ntests: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
