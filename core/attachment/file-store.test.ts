import { createHash, randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FileStore, fileStore } from './file-store.js';
import { HEAD_BYTES } from './media-types.js';

let folder = '';
let files: FileStore;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'oh-files-')), 'files');
  files = fileStore(folder);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const pathOf = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
const anything = (): void => undefined;
const used = async (): Promise<boolean> => true;
const unused = async (): Promise<boolean> => false;

/** Every file below the folder, as paths from it. */
const below = (): string[] =>
  (readdirSync(folder, { recursive: true, encoding: 'utf8' }) as string[])
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();

async function put(bytes: Buffer): Promise<string> {
  const received = await files.receive(Readable.from([bytes]), anything);
  await received.keep();
  await received.drop();
  return received.sha256;
}
const get = async (sha256: string): Promise<Buffer | undefined> => {
  const stream = await files.read(sha256);
  return stream === undefined ? undefined : buffer(stream);
};

describe('putting in', () => {
  test('a file is found by its content, and is for the hub alone', async () => {
    const bytes = randomBytes(3 * HEAD_BYTES);
    const sha256 = await put(bytes);
    expect(sha256).toBe(sha(bytes));
    expect(await get(sha256)).toEqual(bytes);
    expect(statSync(pathOf(sha256)).mode & 0o777).toBe(0o600);
    expect(statSync(join(pathOf(sha256), '..')).mode & 0o777).toBe(0o700);
    expect(below()).toHaveLength(1);
  });

  test('until it is kept it has no lasting name, and dropped it has none at all', async () => {
    const received = await files.receive(Readable.from([Buffer.from('abc')]), anything);
    expect(received.size).toBe(3);
    expect(await files.read(received.sha256)).toBeUndefined();
    expect(below()).toHaveLength(1);
    await received.drop();
    expect(below()).toEqual([]);
  });

  test('the head is shown once, whole, however the bytes come', async () => {
    const bytes = randomBytes(HEAD_BYTES + 10);
    const heads: Buffer[] = [];
    const single = Array.from(bytes, (byte) => Buffer.from([byte]));
    const received = await files.receive(Readable.from(single), (head) => void heads.push(head));
    expect(heads).toEqual([bytes.subarray(0, HEAD_BYTES)]);
    expect(received.sha256).toBe(sha(bytes));
    await received.drop();
  });

  test('a stream that breaks, or is refused, leaves nothing', async () => {
    const breaks = Readable.from(
      (async function* () {
        yield randomBytes(HEAD_BYTES * 2);
        throw new Error('gone');
      })(),
    );
    await expect(files.receive(breaks, anything)).rejects.toThrow('gone');
    const refuse = (): never => {
      throw new Error('no');
    };
    await expect(files.receive(Readable.from([Buffer.from('x')]), refuse)).rejects.toThrow('no');
    expect(below()).toEqual([]);
  });

  test('a refused file is not read to its end', async () => {
    let asked = 0;
    const endless = Readable.from(
      (async function* () {
        for (;;) {
          asked += 1;
          yield Buffer.alloc(HEAD_BYTES);
        }
      })(),
      { objectMode: false, highWaterMark: 1 },
    );
    const refuse = (): never => {
      throw new Error('no');
    };
    await expect(files.receive(endless, refuse)).rejects.toThrow('no');
    expect(asked).toBeLessThan(10);
  });

  test('the same content is stored once, also by twenty at once', async () => {
    const bytes = randomBytes(100_000);
    const names = await Promise.all(Array.from({ length: 20 }, () => put(bytes)));
    expect(new Set(names)).toEqual(new Set([sha(bytes)]));
    expect(below()).toHaveLength(1);
    expect(await get(sha(bytes))).toEqual(bytes);
  });
});

describe('taking out', () => {
  test('bytes stay while somebody refers to them and go when nobody does', async () => {
    const sha256 = await put(Buffer.from('abc'));
    await files.discard(sha256, used);
    expect(await get(sha256)).toEqual(Buffer.from('abc'));
    await files.discard(sha256, unused);
    await files.discard(sha256, unused);
    expect(await get(sha256)).toBeUndefined();
    expect(below()).toEqual([]);
  });

  test('a reference that appears while the file is moved aside puts it back', async () => {
    const sha256 = await put(Buffer.from('abc'));
    const answers = [false, true];
    await files.discard(sha256, async () => answers.shift() ?? true);
    expect(await get(sha256)).toEqual(Buffer.from('abc'));
    expect(below()).toHaveLength(1);
  });

  test('one who keeps again after the removal has the bytes in place', async () => {
    const received = await files.receive(Readable.from([Buffer.from('abc')]), anything);
    await received.keep();
    await files.discard(received.sha256, unused);
    await received.keep();
    await received.drop();
    expect(await get(received.sha256)).toEqual(Buffer.from('abc'));
  });

  test('whatever order adders and removers meet in, a recorded file is there', async () => {
    const bytes = Buffer.from('shared');
    const sha256 = sha(bytes);
    let records = 0;
    const isUsed = async (): Promise<boolean> => records > 0;
    const once = async (): Promise<boolean> => {
      const received = await files.receive(Readable.from([bytes]), anything);
      await received.keep();
      records += 1;
      await received.keep();
      await received.drop();
      const there = (await get(sha256))?.equals(bytes) === true;
      records -= 1;
      await files.discard(sha256, isUsed);
      return there;
    };
    const rounds = await Promise.all(Array.from({ length: 100 }, once));
    expect(rounds.filter((there) => !there)).toEqual([]);
    expect(below()).toEqual([]);
  });
});

describe('what a crash leaves', () => {
  const age = (path: string): void => utimesSync(path, new Date(1_000), new Date(1_000));
  const cut = new Date(2_000);

  test('old temporary files and files without a record go, young ones stay', async () => {
    const [kept, orphan, young] = [
      await put(Buffer.from('kept')),
      await put(Buffer.from('orphan')),
      await put(Buffer.from('young')),
    ];
    mkdirSync(join(folder, 'coming'), { recursive: true });
    writeFileSync(join(folder, 'coming', 'OLD'), 'half');
    writeFileSync(join(folder, 'coming', 'NEW'), 'half');
    for (const path of [pathOf(kept), pathOf(orphan), join(folder, 'coming', 'OLD')]) age(path);
    await files.sweep(cut, async (sha256) => sha256 === kept);
    expect(below()).toEqual(
      [join('coming', 'NEW'), ...[kept, young].map((s) => join(s.slice(0, 2), s.slice(2, 4), s))].sort(),
    );
  });

  test('a removal that was cut short is finished, or undone when the file is wanted again', async () => {
    const [wanted, gone] = [sha(Buffer.from('wanted')), sha(Buffer.from('gone'))];
    mkdirSync(join(folder, 'going'), { recursive: true });
    writeFileSync(join(folder, 'going', `${wanted}.1`), 'wanted');
    writeFileSync(join(folder, 'going', `${gone}.1`), 'gone');
    await files.sweep(cut, async (sha256) => sha256 === wanted);
    expect(readFileSync(pathOf(wanted), 'utf8')).toBe('wanted');
    expect(below()).toHaveLength(1);
  });

  test('a folder that was never made is clean', async () => {
    await expect(files.sweep(cut, unused)).resolves.toBeUndefined();
  });
});
