import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { HubCode } from '../../errors/catalogue.js';
import { HubError } from '../../errors/hub-error.js';
import { type StoreOptions, serveStore } from './serve.js';
import type { WorkerReport } from './worker.js';

export { type ServedStore, type StoreOptions, serveStore } from './serve.js';

export type EmbeddedStore = Readonly<{
  /** For the MongoDB driver, with the database `orderhub`. */
  uri: string;
  socketPath: string;
  /** Ends connections, waits for the last commit, closes the data file and releases its lock. */
  stop(): Promise<void>;
  /** Called once when the store has ended: without an error after `stop`, with one when it failed. */
  onExit(listener: (error: Error | undefined) => void): void;
}>;

/**
 * Starts the embedded store, by default in a worker thread of its own.
 * @param options.worker false serves it on the caller's event loop
 * @throws HubError STORE_LOCKED when another process serves the folder, STORE_UNREACHABLE when it does not start
 */
export async function startEmbeddedStore(options: StoreOptions & { worker?: boolean }): Promise<EmbeddedStore> {
  const { worker = true, ...store } = options;
  return worker ? startWorker(store) : startHere(store);
}

async function startHere(options: StoreOptions): Promise<EmbeddedStore> {
  const { uri, socketPath, stop, failed } = await serveStore(options);
  const listeners: ((error: Error | undefined) => void)[] = [];
  const tell = (error: Error | undefined) => {
    for (const listener of listeners.splice(0)) listener(error);
  };
  void failed.then(tell);
  return {
    uri,
    socketPath,
    stop: async () => {
      await stop();
      tell(undefined);
    },
    onExit: (listener) => listeners.push(listener),
  };
}

/** A small nursery: most garbage of a store is gone after one command, and memory counts more than the last percent. */
const YOUNG_GENERATION_MIB = 16;

async function startWorker(options: StoreOptions): Promise<EmbeddedStore> {
  const worker = new Worker(workerFile(), {
    workerData: options,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
  });
  let failure: Error | undefined;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('error', (error: Error) => {
    failure = error;
  });
  const report = await new Promise<WorkerReport>((resolve) => {
    worker.once('message', resolve);
    void exited.then(() => resolve({ type: 'failed', why: failure?.message ?? 'the worker ended' }));
  });
  if (report.type !== 'ready') throw refusal(report);
  worker.on('message', (later: WorkerReport) => {
    if (later.type === 'failed') failure = new HubError('STORE_UNREACHABLE', { why: later.why });
  });
  return {
    uri: report.uri,
    socketPath: report.socketPath,
    stop: async () => {
      worker.postMessage('stop');
      await exited;
    },
    onExit: (listener) => void exited.then(() => listener(failure)),
  };
}

function refusal(report: Exclude<WorkerReport, { type: 'ready' }>): HubError {
  if (report.type === 'refused' && report.code !== '') return new HubError(report.code as HubCode, report.facts);
  return new HubError('STORE_UNREACHABLE', { why: report.why });
}

/** Workers run compiled code. From sources (tests, tsx) it is the file that the build put into `dist`. */
function workerFile(): URL {
  const here = new URL(import.meta.url);
  if (!here.pathname.endsWith('.ts')) return new URL('./worker.js', here);
  let folder = dirname(fileURLToPath(here));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return pathToFileURL(join(folder, 'dist/core/store/embedded/worker.js'));
}
