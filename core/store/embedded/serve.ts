import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { acquireLock } from './lock.js';
import { type StoreServer, startServer } from './server.js';

export type StoreOptions = Readonly<{
  /** Folder of the data file; made when missing (mode 0700). */
  dataDir: string;
  /** Default: `store.sock` in the data folder, or in a private temporary folder when that path is too long. */
  socketPath?: string;
  /** Limit of the cache of decoded documents, in bytes. Default 64 MiB. */
  cacheBytes?: number;
  /** Offers `configureFailPoint`, as a MongoDB server started with `enableTestCommands` does. Default false. */
  testCommands?: boolean;
}>;

export type ServedStore = StoreServer & Readonly<{ uri: string; socketPath: string }>;

const DEFAULT_CACHE_BYTES = 64 * 1024 * 1024;
/** sun_path holds 108 bytes on Linux and 104 on macOS, with its terminator. */
const MAX_SOCKET_PATH = 100;

/**
 * Serves a data folder in the current process until `stop`.
 * @throws HubError STORE_LOCKED when another process serves it
 */
export async function serveStore(options: StoreOptions): Promise<ServedStore> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = realpathSync(options.dataDir);
  const { socketPath, remove } = chooseSocket(dataDir, options.socketPath);
  const release = await acquireLock(dataDir, socketPath).catch((error: unknown) => {
    remove();
    throw error;
  });
  const clean = () => {
    remove();
    release();
  };
  try {
    const server = await startServer({
      dataDir,
      socketPath,
      cacheBytes: options.cacheBytes ?? DEFAULT_CACHE_BYTES,
      testCommands: options.testCommands ?? false,
    });
    return {
      ...server,
      uri: `mongodb://${encodeURIComponent(socketPath)}/orderhub?directConnection=true`,
      socketPath,
      stop: async () => {
        await server.stop();
        clean();
      },
    };
  } catch (error) {
    clean();
    throw error;
  }
}

function chooseSocket(dataDir: string, wanted: string | undefined): { socketPath: string; remove: () => void } {
  const path = wanted ?? join(dataDir, 'store.sock');
  if (wanted !== undefined || Buffer.byteLength(path) <= MAX_SOCKET_PATH) return { socketPath: path, remove: () => {} };
  const short = join(mkdtempSync(join(tmpdir(), 'orderhub-')), 'store.sock');
  return { socketPath: short, remove: () => rmSync(dirname(short), { recursive: true, force: true }) };
}
