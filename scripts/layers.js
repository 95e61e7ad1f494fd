/** Layers and circles: what dependency-cruiser finds in a tree, and whether it has read the whole tree. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The console's circles are found by biome (noImportCycles): swc as dependency-cruiser calls it reads no JSX. */
const FOLDERS = ['core', 'connectors'];

const isRead = (/** @type {string} */ path) =>
  /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path) && !/[\\/]testing[\\/]/.test(path);

/** Source modules below a folder of the tree, tests left out as the rules leave them out. */
const modulesBelow = (/** @type {string} */ folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isRead).length;

/**
 * @param {string} [root] Tree to read; it needs the folders and a `node_modules`.
 * @returns {{ seen: number, there: number, faults: { rule: string, from: string, to: string }[] }}
 *   `seen` below `there` means that the parser did not work and the faults say nothing.
 */
export function layers(root = ROOT) {
  const bin = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const config = join(ROOT, '.dependency-cruiser.cjs');
  const args = [bin, '--config', config, '--output-type', 'json', ...FOLDERS];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (run.error !== undefined || run.stdout === '') throw new Error(`dependency-cruiser did not run: ${run.stderr}`);
  const { modules, summary } = JSON.parse(run.stdout);
  const inTree = modules.filter(
    (/** @type {{ source: string }} */ { source }) =>
      FOLDERS.some((folder) => source.startsWith(`${folder}/`)) && isRead(source),
  );
  return {
    seen: inTree.length,
    there: FOLDERS.reduce((sum, folder) => sum + modulesBelow(join(root, folder)), 0),
    faults: summary.violations.map((/** @type {{ rule: { name: string }, from: string, to: string }} */ v) => ({
      rule: v.rule.name,
      from: v.from,
      to: v.to,
    })),
  };
}
