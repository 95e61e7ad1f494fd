import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import axios from 'axios';
import { pino } from 'pino';
import { salesforceSimulator } from '../../connectors/salesforce/simulator.js';
import { systemClock } from '../../core/clock.js';
import { readHubInfo } from '../../core/config/hub-info.js';
import { readSettings } from '../../core/config/settings.js';
import { type RunningHub, SIMULATOR_TYPES, startHub } from '../../core/main.js';
import { sandboxControl } from '../../core/sandbox/client.js';
import { type SandboxEndpoints, serveSandbox } from '../../core/sandbox/host.js';
import { newDataDir } from './hub-process.js';

export interface Rig {
  readonly running: RunningHub;
  readonly sandbox: ReturnType<typeof sandboxControl>;
  /** Where its systems are reached. */
  readonly endpoints: SandboxEndpoints;
  /** Settings and secrets of the sandbox organisation. */
  readonly salesforce: { settings: Record<string, unknown>; secrets: Record<string, string> };
  readonly api: ReturnType<typeof axios.create>;
  readonly dataDir: string;
  stop(): Promise<void>;
}

/** A whole hub with its simulators in this process: real store, real HTTP, real clocks. */
export async function startRig(env: Record<string, string> = {}): Promise<Rig> {
  const dataDir = newDataDir();
  const sandbox = await serveSandbox({
    dataDir,
    types: SIMULATOR_TYPES,
    clock: systemClock,
    idleMs: 3_600_000,
    onIdle: () => undefined,
  });
  const settings = readSettings({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent', ...env });
  const running = await startHub({ settings, sandbox: sandbox.endpoints, log: pino({ level: 'silent' }) });
  const token = readHubInfo(dataDir)?.token ?? '';
  return {
    running,
    sandbox: sandboxControl(sandbox.endpoints),
    endpoints: sandbox.endpoints,
    salesforce: salesforceSimulator.connection(sandbox.endpoints.systems['salesforce']?.baseUrl ?? ''),
    dataDir,
    api: axios.create({
      baseURL: running.url,
      headers: { authorization: `Bearer ${token}` },
      validateStatus: () => true,
      maxBodyLength: Number.POSITIVE_INFINITY,
    }),
    stop: async () => {
      await running.stop();
      await sandbox.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Looks again until there is something; the hub works on its own time. */
export async function until<T>(look: () => Promise<T | undefined | false>, withinMs = 30_000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error('it did not come about in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const randomKey = (): string => randomBytes(8).toString('hex');
