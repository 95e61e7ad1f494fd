import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { HubError } from '../../errors/hub-error.js';

/** Content of the lock file. `bornAt` tells a process from a later one with the same pid (Linux; otherwise empty). */
type Holder = Readonly<{ pid: number; bornAt: string; socket: string }>;

const LOCK_FILE = 'store.lock';
/** A takeover takes milliseconds; a guard file older than this belongs to a process that died in it. */
const STALE_GUARD_MS = 10_000;

/**
 * Takes the data folder for this process. A lock left by a dead process is taken over.
 * @param socketPath where the store will listen; named to whoever comes second
 * @returns what releases the lock
 * @throws HubError STORE_LOCKED with pid and socket of the holder
 */
export async function acquireLock(dataDir: string, socketPath: string): Promise<() => void> {
  const path = join(dataDir, LOCK_FILE);
  const mine: Holder = { pid: process.pid, bornAt: birthOf(process.pid), socket: socketPath };
  if (!createFile(path, mine)) {
    const holder = readHolder(path);
    if (holder !== undefined && (await isAlive(holder))) throw locked(dataDir, holder);
    takeOver(dataDir, path, mine, holder);
  }
  return () => {
    const holder = readHolder(path);
    if (holder?.pid === mine.pid && holder.socket === mine.socket) rmSync(path, { force: true });
  };
}

const locked = (folder: string, { pid, socket }: Holder) =>
  new HubError('STORE_LOCKED', { dataDir: folder, pid, socket });

/** Makes the file with its content, or returns false when it is there already. */
function createFile(path: string, holder: Holder): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, JSON.stringify(holder));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const { pid, bornAt, socket } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    if (typeof pid === 'number' && typeof socket === 'string') return { pid, bornAt: bornAt ?? '', socket };
  } catch {
    // Gone, or cut off by a crash while it was written: nobody holds it.
  }
  return undefined;
}

/** Start time of a process in clock ticks since boot, from /proc; empty where there is none. */
function birthOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  if (!isRunning(holder.pid)) return false;
  // An earlier worker of this very process may have died without releasing; its socket tells.
  if (holder.pid === process.pid) return answers(holder.socket);
  const born = birthOf(holder.pid);
  if (born !== '' && holder.bornAt !== '') return born === holder.bornAt;
  return answers(holder.socket);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(socketPath);
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });

/** Replaces a dead holder's file. A guard file lets only one of several processes do so. */
function takeOver(dataDir: string, path: string, mine: Holder, dead: Holder | undefined): void {
  const guard = `${path}.takeover`;
  if (!createFile(guard, mine)) {
    if (Date.now() - statSync(guard).mtimeMs < STALE_GUARD_MS) throw locked(dataDir, readHolder(guard) ?? mine);
    rmSync(guard, { force: true });
    if (!createFile(guard, mine)) throw locked(dataDir, readHolder(guard) ?? mine);
  }
  try {
    const now = readHolder(path);
    if (now !== undefined && (now.pid !== dead?.pid || now.socket !== dead.socket)) throw locked(dataDir, now);
    const fresh = `${path}.${process.pid}`;
    writeFileSync(fresh, JSON.stringify(mine), { mode: 0o600 });
    renameSync(fresh, path);
  } finally {
    rmSync(guard, { force: true });
  }
}
