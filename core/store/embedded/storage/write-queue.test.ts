import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../protocol-error.js';
import { atOnce, StorageFailure, type WriteJob, WriteQueue } from './write-queue.js';

/** A queue whose commits are let through one by one. */
function rig(options: { failAt?: number; sliceMs?: number } = {}) {
  const commits: (() => void)[] = [];
  const failures: Error[] = [];
  let clock = 0;
  let count = 0;
  const queue = new WriteQueue(
    async (work) => {
      work();
      count++;
      if (count === options.failAt) throw new Error('disk full');
      await new Promise<void>((resolve) => commits.push(resolve));
    },
    (error) => failures.push(error),
    () => (clock += options.sliceMs ?? 0),
  );
  const commit = async () => {
    while (commits.length === 0) await new Promise((resolve) => setImmediate(resolve));
    commits.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, commit, failures, started: () => count };
}

function* steps(count: number, seen: string[], name: string): WriteJob<string> {
  for (let step = 0; step < count; step++) {
    seen.push(name);
    yield;
  }
  return name;
}

describe('the queue of writes', () => {
  test('answers only after the commit, and puts what arrives meanwhile into the next one together', async () => {
    const { queue, commit, started } = rig();
    const answered: string[] = [];
    const run = (name: string) => queue.run(atOnce(() => name)).then((value) => answered.push(value));
    const first = run('a');
    while (started() === 0) await Promise.resolve();
    const rest = [run('b'), run('c')];
    expect(answered).toEqual([]);
    await commit();
    expect(answered).toEqual(['a']);
    await commit();
    expect(answered).toEqual(['a', 'b', 'c']);
    await Promise.all([first, ...rest]);
    expect(started()).toBe(2);
  });

  test('lets long jobs take turns, over several commits', async () => {
    const { queue, commit, started } = rig({ sliceMs: 4 });
    const seen: string[] = [];
    const jobs = Promise.all([queue.run(steps(4, seen, 'x')), queue.run(steps(4, seen, 'y'))]);
    for (let n = 0; n < 4; n++) await commit();
    expect(await jobs).toEqual(['x', 'y']);
    expect(seen.slice(0, 6)).toEqual(['x', 'y', 'x', 'y', 'x', 'y']);
    expect(started()).toBeGreaterThan(1);
  });

  test('gives a refusal to its own job alone, also after the commit', async () => {
    const { queue, commit } = rig();
    const refused = queue.run(
      atOnce(() => {
        throw new ProtocolError('BadValue', 'no');
      }),
    );
    const fine = queue.run(atOnce(() => 1));
    const outcome = Promise.allSettled([refused, fine]);
    await commit();
    expect(await outcome).toMatchObject([
      { status: 'rejected', reason: { code: 2 } },
      { status: 'fulfilled', value: 1 },
    ]);
  });

  test('stops for good when a commit fails: nothing is answered as done, nothing more is taken', async () => {
    const { queue, failures } = rig({ failAt: 1 });
    const jobs = await Promise.allSettled([queue.run(atOnce(() => 1)), queue.run(atOnce(() => 2))]);
    expect(jobs).toMatchObject([{ reason: { code: 91 } }, { reason: { code: 91 } }]);
    await expect(queue.run(atOnce(() => 3))).rejects.toMatchObject({ code: 91 });
    expect(failures.map(({ message }) => message)).toEqual(['disk full']);
  });

  test('treats a put that the engine refuses like a failed commit', async () => {
    const { queue, failures } = rig();
    const job = queue.run(
      atOnce(() => {
        throw new StorageFailure('writing');
      }),
    );
    await expect(job).rejects.toMatchObject({ code: 91 });
    expect(failures).toHaveLength(1);
  });
});
