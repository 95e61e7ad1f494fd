import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('./store-child.js', import.meta.url));
const BUILT = fileURLToPath(new URL('../../dist/core/store/embedded/index.js', import.meta.url));

export type StoreReport = Readonly<{ uri?: string; code?: string; message?: string }>;

export type StoreProcess = Readonly<{
  pid: number;
  report: StoreReport;
  /** Memory that belongs to the process alone (not to files), in MiB. */
  anonymousMiB(): number;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}>;

/**
 * Starts the built store in a process of its own and waits for its report.
 * @param maxFileKiB the largest file it may write: stands for a full disk
 */
export async function startStoreProcess(folder: string, maxFileKiB?: number): Promise<StoreProcess> {
  if (!existsSync(BUILT)) throw new Error('the store is not built: run `npm run build:core` first');
  const node = [process.execPath, SCRIPT, folder];
  const command = maxFileKiB === undefined ? node : ['sh', '-c', `ulimit -f ${maxFileKiB}; exec "$@"`, 'sh', ...node];
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const report = await firstLine(child);
  const pid = child.pid ?? 0;
  return {
    pid,
    report,
    anonymousMiB: () => Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    kill: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}

function firstLine(child: ChildProcess): Promise<StoreReport> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new TypeError('no output');
    createInterface(child.stdout).once('line', (line) => resolve(JSON.parse(line) as StoreReport));
    child.once('exit', (code) => reject(new Error(`the store process ended with ${code}`)));
  });
}
