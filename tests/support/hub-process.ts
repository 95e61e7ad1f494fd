import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHubInfo } from '../../core/config/hub-info.js';
import { projectRoot } from '../../core/config/project-root.js';
import { findSandbox } from '../../core/sandbox/client.js';

const START_MS = 60_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A new data folder, short enough for a Unix socket in it. */
export const newDataDir = (): string => mkdtempSync(join(tmpdir(), 'oh-'));

export interface HubProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
  /** What it printed on standard output. */
  readonly printed: () => string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

/** Starts the built hub as users do, as a process of its own on a free port. */
export async function startHubProcess(dataDir: string, env: Record<string, string> = {}): Promise<HubProcess> {
  const child = spawn(process.execPath, [join(projectRoot(), 'bin', 'orderhub.js'), 'start'], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    const info = readHubInfo(dataDir);
    if (info?.pid === child.pid && info !== undefined) {
      const { url, token } = info;
      const kill = async (): Promise<void> => {
        child.kill('SIGKILL');
        await exited(child);
      };
      return { child, url, token, printed: () => printed, kill };
    }
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the hub ended (${child.exitCode ?? child.signalCode}) before it listened: ${printed}`);
    await pause(50);
  }
  throw new Error('the hub did not start');
}

/** Waits until the process ended by itself, e.g. at a named step. */
export const untilGone = (hub: HubProcess): Promise<void> => exited(hub.child);

/** Ends hub and sandbox of a folder, and removes the folder. */
export async function cleanUp(dataDir: string, hub: HubProcess | undefined): Promise<void> {
  await hub?.kill();
  const sandbox = await findSandbox(dataDir);
  if (sandbox !== undefined) process.kill(sandbox.pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
}
