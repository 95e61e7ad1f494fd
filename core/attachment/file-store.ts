import { createHash } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { ulid } from 'ulid';
import { HEAD_BYTES } from './media-types.js';

/** Names of files on their way in, and of files on their way out, below the folder of the store. */
const COMING = 'coming';
const GOING = 'going';

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** True unless `act` met this fault of the file system. */
async function unless(code: 'EEXIST' | 'ENOENT', act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (codeOf(error) !== code) throw error;
    return false;
  }
}

/** Makes a change of names in a folder outlast a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A file that is stored under a temporary name, whole and on the disk. */
export interface Received {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Puts it under its lasting name. Again changes nothing, unless somebody took that away meanwhile. */
  keep(): Promise<void>;
  /** Takes the temporary name away; to be called whether it was kept or not. */
  drop(): Promise<void>;
}

export type FileStore = ReturnType<typeof fileStore>;

/**
 * Files by content: `<folder>/ab/cd/<sha256>`, files 0600, folders 0700. Several processes may share the folder.
 *
 * Adding: whole file under a temporary name, fsync, lasting name, record, lasting name once more. Removing: record,
 * then (nobody refers to it) aside, asked once more, and only then away. Whatever way the two meet, a record's bytes are
 * there: either the remover's second question sees the record, or the adder's second `keep` comes after the move.
 */
export function fileStore(folder: string) {
  const placeOf = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  const makeFolder = (path: string): Promise<unknown> => mkdir(path, { recursive: true, mode: 0o700 });

  async function putInPlace(from: string, sha256: string): Promise<void> {
    const to = placeOf(sha256);
    await makeFolder(dirname(to));
    if (await unless('EEXIST', () => link(from, to))) await syncFolder(dirname(to));
  }

  /**
   * Reads a stream to its end with one piece of it in memory at a time.
   * @param inspect gets the first `HEAD_BYTES` bytes (all of a shorter file) before anything else is stored, and may throw.
   * @throws what the stream or `inspect` throws; then nothing is left behind.
   */
  async function receive(source: Readable, inspect: (head: Buffer) => void): Promise<Received> {
    await makeFolder(join(folder, COMING));
    const temporary = join(folder, COMING, ulid());
    const drop = (): Promise<void> => rm(temporary, { force: true });
    const hash = createHash('sha256');
    let size = 0;
    let head = Buffer.alloc(0);
    let inspected = false;
    const file = await open(temporary, 'wx', 0o600);
    try {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (!inspected) {
          head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
          inspected = head.length === HEAD_BYTES;
          if (inspected) inspect(head);
        }
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      if (!inspected) inspect(head);
      await file.sync();
    } catch (error) {
      await drop();
      throw error;
    } finally {
      await file.close();
    }
    const sha256 = hash.digest('hex');
    return { sha256, size, keep: () => putInPlace(temporary, sha256), drop };
  }

  /** The bytes as a stream, or undefined when they are not there. Reading or destroying it closes the file. */
  async function read(sha256: string): Promise<Readable | undefined> {
    try {
      return (await open(placeOf(sha256), 'r')).createReadStream();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async function settle(aside: string, sha256: string, isUsed: (sha256: string) => Promise<boolean>): Promise<void> {
    if (await isUsed(sha256)) await putInPlace(aside, sha256);
    await rm(aside, { force: true });
  }

  /** Takes the bytes away when nobody refers to them. */
  async function discard(sha256: string, isUsed: (sha256: string) => Promise<boolean>): Promise<void> {
    if (await isUsed(sha256)) return;
    await makeFolder(join(folder, GOING));
    const aside = join(folder, GOING, `${sha256}.${ulid()}`);
    if (await unless('ENOENT', () => rename(placeOf(sha256), aside))) await settle(aside, sha256, isUsed);
  }

  const namesIn = async (...path: string[]): Promise<string[]> => {
    try {
      return await readdir(join(folder, ...path));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  };

  async function isOlder(path: string, than: Date): Promise<boolean> {
    try {
      return (await stat(path)).mtime < than;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  /**
   * Clears away what crashes left: temporary files, moves that were not finished, files without a record.
   * @param before only what was last written before this instant, so that nothing under way is touched.
   */
  async function sweep(before: Date, isUsed: (sha256: string) => Promise<boolean>): Promise<void> {
    for (const name of await namesIn(COMING)) {
      const path = join(folder, COMING, name);
      if (await isOlder(path, before)) await rm(path, { force: true });
    }
    for (const name of await namesIn(GOING)) await settle(join(folder, GOING, name), name.slice(0, 64), isUsed);
    for (const first of (await namesIn()).filter((name) => name.length === 2)) {
      for (const second of await namesIn(first)) {
        for (const sha256 of await namesIn(first, second)) {
          if (await isOlder(placeOf(sha256), before)) await discard(sha256, isUsed);
        }
      }
    }
  }

  return { receive, read, discard, sweep };
}
