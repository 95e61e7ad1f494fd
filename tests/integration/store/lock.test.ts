import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import mongoose from 'mongoose';
import { afterAll, describe, expect, test } from 'vitest';
import { HubError } from '../../../core/errors/hub-error.js';
import { startEmbeddedStore } from '../../../core/store/embedded/index.js';
import { startStoreProcess } from '../../support/store-process.js';

const root = mkdtempSync(join(tmpdir(), 'orderhub-lock-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const refused = (error: unknown): HubError => {
  if (error instanceof HubError) return error;
  throw error;
};
const open = async (folder: string, worker = false): Promise<HubError | 'opened'> =>
  startEmbeddedStore({ dataDir: folder, worker }).then(async (store) => {
    await store.stop();
    return 'opened' as const;
  }, refused);

describe('a data folder', () => {
  test('belongs to one process; the second is told which', async () => {
    const folder = join(root, 'two');
    const first = await startStoreProcess(folder);
    const second = await startStoreProcess(folder);
    expect(second.report).toMatchObject({ code: 'STORE_LOCKED', message: expect.stringContaining(String(first.pid)) });
    expect(second.report.message).toContain(join(folder, 'store.sock'));
    expect(await open(folder)).toMatchObject({ code: 'STORE_LOCKED', facts: { pid: first.pid } });
    expect(await open(folder, true)).toMatchObject({ code: 'STORE_LOCKED', facts: { pid: first.pid } });
    await first.kill('SIGTERM');
    expect(await open(folder)).toBe('opened');
  });

  test('is not opened twice by one process either', async () => {
    const folder = join(root, 'same');
    const store = await startEmbeddedStore({ dataDir: folder, worker: false });
    expect(await open(folder, true)).toMatchObject({ code: 'STORE_LOCKED', facts: { pid: process.pid } });
    await store.stop();
    expect(await open(folder, true)).toBe('opened');
  });

  test('whose holder is dead, or whose pid now belongs to another process, is taken over', async () => {
    const folder = join(root, 'stale');
    expect(await open(folder)).toBe('opened');
    const lock = (holder: object) => writeFileSync(join(folder, 'store.lock'), JSON.stringify(holder));
    lock({ pid: 2 ** 22 + 1, bornAt: '1', socket: join(folder, 'store.sock') });
    expect(await open(folder)).toBe('opened');
    lock({ pid: process.ppid, bornAt: '1', socket: join(folder, 'store.sock') });
    expect(await open(folder)).toBe('opened');
    writeFileSync(join(folder, 'store.lock'), '{"pid": 12');
    expect(await open(folder)).toBe('opened');
  });

  test('is taken over by one of several that try at once', async () => {
    const folder = join(root, 'race');
    const first = await startStoreProcess(folder);
    await first.kill('SIGKILL');
    const rivals = await Promise.all([1, 2, 3].map(() => startStoreProcess(folder)));
    expect(rivals.filter(({ report }) => report.uri !== undefined)).toHaveLength(1);
    expect(rivals.filter(({ report }) => report.code === 'STORE_LOCKED')).toHaveLength(2);
    for (const rival of rivals) if (rival.report.uri !== undefined) await rival.kill('SIGTERM');
  });
});

describe('the socket', () => {
  test('is for the owner alone, and lies elsewhere when the path of the folder is too long', async () => {
    const near = await startEmbeddedStore({ dataDir: join(root, 'near'), worker: false });
    expect(statSync(near.socketPath).mode & 0o777).toBe(0o600);
    await near.stop();
    const far = await startEmbeddedStore({ dataDir: join(root, 'f'.repeat(120)) });
    expect(far.socketPath.length).toBeLessThan(104);
    expect(statSync(far.socketPath).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(far.socketPath)).mode & 0o777).toBe(0o700);
    const client = await new mongoose.mongo.MongoClient(far.uri).connect();
    expect(await client.db().command({ ping: 1 })).toMatchObject({ ok: 1 });
    await client.close();
    await far.stop();
    expect(() => statSync(dirname(far.socketPath))).toThrow();
  });
});

describe('a stopped store', () => {
  test('ends its worker and tells so', async () => {
    const store = await startEmbeddedStore({ dataDir: join(root, 'worker') });
    const ended = new Promise((resolve) => store.onExit(resolve));
    await store.stop();
    expect(await ended).toBeUndefined();
  });
});
