import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import axios from 'axios';
import type { Fault } from '../connector/simulator.js';
import { HubError } from '../errors/hub-error.js';
import { endpointsFile, type SandboxEndpoints } from './host.js';

const START_MS = 15_000;
const LOOK_MS = 50;

/** The sandbox's control port, for demo, drills and tests. */
export function sandboxControl(endpoints: SandboxEndpoints) {
  const http = axios.create({
    baseURL: endpoints.control,
    timeout: 10_000,
    maxRedirects: 0,
    headers: { authorization: `Bearer ${endpoints.token}` },
  });
  return {
    ping: async (): Promise<boolean> => (await http.get('/ping', { timeout: 1_000 })).status === 200,
    inspect: async <T>(system: string): Promise<T> => (await http.get<T>(`/${system}/inspect`)).data,
    inject: async (system: string, fault: Fault): Promise<void> => {
      await http.post(`/${system}/faults`, fault);
    },
  };
}

/** The sandbox that runs for this data folder; undefined when none answers. */
export async function findSandbox(dataDir: string): Promise<SandboxEndpoints | undefined> {
  const file = endpointsFile(dataDir);
  if (!existsSync(file)) return undefined;
  try {
    const endpoints = JSON.parse(readFileSync(file, 'utf8')) as SandboxEndpoints;
    await sandboxControl(endpoints).ping();
    return endpoints;
  } catch {
    return undefined;
  }
}

/**
 * Finds the sandbox of this data folder or starts it as a process of its own, which outlives a crash of the hub.
 * @param command of the sandbox process, e.g. `[node, 'dist/core/cli/main.js', 'sandbox']`.
 */
export async function ensureSandbox(
  dataDir: string,
  command: readonly [string, ...string[]],
): Promise<{ endpoints: SandboxEndpoints; started: boolean }> {
  const running = await findSandbox(dataDir);
  if (running !== undefined) return { endpoints: running, started: false };
  const [file, ...args] = command;
  const child = spawn(file, args, { detached: true, stdio: 'ignore', env: { ...process.env, DATA_DIR: dataDir } });
  child.unref();
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    const endpoints = await findSandbox(dataDir);
    if (endpoints !== undefined && endpoints.pid === child.pid) return { endpoints, started: true };
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new HubError('CONNECTOR_UNREACHABLE', { system: 'sandbox', why: `it did not start within ${START_MS} ms` });
}
