/** Entry point of the worker thread: serves the folder it is told, and stops when told so. */
import { parentPort, workerData } from 'node:worker_threads';
import { HubError } from '../../errors/hub-error.js';
import { type StoreOptions, serveStore } from './serve.js';

export type WorkerReport =
  | Readonly<{ type: 'ready'; uri: string; socketPath: string }>
  | Readonly<{ type: 'refused'; code: string; facts: Readonly<Record<string, string | number>>; why: string }>
  | Readonly<{ type: 'failed'; why: string }>;

const report = (message: WorkerReport): void => parentPort?.postMessage(message);

try {
  const store = await serveStore(workerData as StoreOptions);
  void store.failed.then((error) => {
    report({ type: 'failed', why: error.message });
    process.exit(1);
  });
  parentPort?.once('message', () => {
    void store.stop().then(() => process.exit(0));
  });
  report({ type: 'ready', uri: store.uri, socketPath: store.socketPath });
} catch (error) {
  const known = error instanceof HubError ? { code: error.code, facts: error.facts } : { code: '', facts: {} };
  report({ type: 'refused', ...known, why: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
