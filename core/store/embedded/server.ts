import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { compileExpression } from './aggregate/expression.js';
import { dropUnfinished } from './aggregate/out.js';
import type { ServerState } from './commands/command.js';
import { FailPoints } from './commands/fail-point.js';
import { runCommand } from './commands/registry.js';
import { Cursors } from './cursors.js';
import { ProtocolError } from './protocol-error.js';
import { resumeBuilds } from './storage/build-index.js';
import { Engine } from './storage/engine.js';
import { sweepExpired } from './ttl.js';
import { serveConnection } from './wire/connection.js';

/** How often expired documents and idle cursors are looked for. */
const HOUSEKEEPING_MS = 60_000;

export type StoreServer = Readonly<{
  /** Resolves with the cause when a commit failed; the server answers nothing more then. */
  failed: Promise<Error>;
  /** Removes expired documents now; returns how many. */
  sweep(now: Date): Promise<number>;
  stop(): Promise<void>;
}>;

export type ServerOptions = Readonly<{
  dataDir: string;
  socketPath: string;
  cacheBytes: number;
  testCommands: boolean;
}>;

/** Opens the data folder and listens on the socket (mode 0600). The caller holds the lock of the folder. */
export async function startServer({
  dataDir,
  socketPath,
  cacheBytes,
  testCommands,
}: ServerOptions): Promise<StoreServer> {
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  const sockets = new Set<Socket>();
  const engine = new Engine({
    dataDir,
    cacheBytes,
    expression: (source) => compileExpression(source, new Map()),
    onFailure: (error) => {
      for (const socket of sockets) socket.destroy();
      fail(error);
    },
  });
  let stopping = false;
  const state: ServerState = {
    engine,
    cursors: new Cursors(),
    now: () => new Date(),
    startedAt: new Date(),
    failPoints: testCommands ? new FailPoints() : undefined,
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveConnection(socket, (body) => (stopping ? Promise.reject(shuttingDown()) : runCommand(body, state)));
  });
  await listen(server, socketPath);
  finishLeftovers(engine);
  const sweep = (now: Date) => engine.write(sweepExpired(engine, now));
  const housekeeping = setInterval(() => {
    state.cursors.dropIdle();
    sweep(state.now()).catch(() => {});
  }, HOUSEKEEPING_MS);
  return {
    failed,
    sweep,
    stop: async () => {
      stopping = true;
      clearInterval(housekeeping);
      const closed = new Promise((resolve) => server.close(resolve));
      await engine.queue.idle();
      // The answers to the last commit are on their way out.
      await new Promise((resolve) => setImmediate(resolve));
      for (const socket of sockets) socket.destroySoon();
      await closed;
      await engine.close();
      rmSync(socketPath, { force: true });
    },
  };
}

const shuttingDown = () => new ProtocolError('ShutdownInProgress', 'the store is shutting down');

/** What a crash left half done: index builds, an `$out`, and keys of dropped collections. */
function finishLeftovers(engine: Engine): void {
  for (const job of [resumeBuilds(engine), dropUnfinished(engine)]) engine.write(job).catch(() => {});
}

async function listen(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
}
