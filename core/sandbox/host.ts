import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../clock.js';
import type { Fault, Simulator, SimulatorType } from '../connector/simulator.js';
import { fileJournal } from './file-journal.js';

/** Where a running sandbox is found; written to `<dataDir>/sandbox/endpoints.json`, mode 0600. */
export interface SandboxEndpoints {
  readonly pid: number;
  readonly control: string;
  readonly token: string;
  readonly systems: Readonly<Record<string, { baseUrl: string }>>;
}

export interface SandboxOptions {
  readonly dataDir: string;
  readonly types: readonly SimulatorType[];
  readonly clock: Clock;
  /** The sandbox ends by itself when nobody has called it for so long. */
  readonly idleMs: number;
  readonly onIdle: () => void;
}

export const sandboxFolder = (dataDir: string): string => join(dataDir, 'sandbox');
export const endpointsFile = (dataDir: string): string => join(sandboxFolder(dataDir), 'endpoints.json');

const listen = (server: Server): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || 'null');
}

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

/** Serves every simulator on a port of its own, and a control port for faults and inspection. */
export async function serveSandbox(options: SandboxOptions) {
  const folder = sandboxFolder(options.dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const token = randomBytes(24).toString('base64url');
  let lastCallMs = options.clock.monotonicMs();
  const touched = (): void => {
    lastCallMs = options.clock.monotonicMs();
  };

  const running = new Map<string, { simulator: Simulator; server: Server; baseUrl: string; close(): void }>();
  for (const type of options.types) {
    const journal = fileJournal(join(folder, `${type.system}.jsonl`), type.system, options.clock);
    let baseUrl = '';
    const simulator = type.create({ clock: options.clock, journal, baseUrl: () => baseUrl });
    const server = createServer((request, response) => {
      touched();
      simulator.handler(request, response);
    });
    baseUrl = await listen(server);
    running.set(type.system, { simulator, server, baseUrl, close: journal.close });
  }

  const isOwner = (request: IncomingMessage): boolean => {
    const given = Buffer.from(request.headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  };

  const control = createServer(async (request, response) => {
    touched();
    if (!isOwner(request)) return answer(response, 401, { error: 'the control token is missing or wrong' });
    const [, system = '', action = ''] = (request.url ?? '').split('/');
    if (system === 'ping') return answer(response, 200, { pid: process.pid });
    const found = running.get(system);
    if (found === undefined) return answer(response, 404, { error: `there is no simulator ${system}` });
    if (request.method === 'GET' && action === 'inspect') return answer(response, 200, found.simulator.inspect());
    if (request.method === 'POST' && action === 'faults') {
      found.simulator.inject((await readJson(request)) as Fault);
      return answer(response, 200, { injected: true });
    }
    return answer(response, 404, { error: 'use GET /<system>/inspect or POST /<system>/faults' });
  });

  const endpoints: SandboxEndpoints = {
    pid: process.pid,
    control: await listen(control),
    token,
    systems: Object.fromEntries([...running].map(([system, { baseUrl }]) => [system, { baseUrl }])),
  };
  writeFileSync(endpointsFile(options.dataDir), JSON.stringify(endpoints, null, 2), { mode: 0o600 });
  const idle = setInterval(() => {
    if (options.clock.monotonicMs() - lastCallMs > options.idleMs) options.onIdle();
  }, 1_000);

  async function stop(): Promise<void> {
    clearInterval(idle);
    await Promise.all([close(control), ...[...running.values()].map(({ server }) => close(server))]);
    for (const { close: closeJournal } of running.values()) closeJournal();
    rmSync(endpointsFile(options.dataDir), { force: true });
  }

  return { endpoints, stop };
}
