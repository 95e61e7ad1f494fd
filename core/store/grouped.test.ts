import { expect, test } from 'vitest';
import { grouped } from './grouped.js';

/** Work that ends when it is told to, and what it was given each time. */
function heldWork() {
  const batches: string[][] = [];
  const ends: (() => void)[] = [];
  const work = async (items: readonly string[]): Promise<string[]> => {
    batches.push([...items]);
    await new Promise<void>((resolve) => ends.push(resolve));
    if (items.includes('bad')) throw new Error('refused');
    return items.map((item) => item.toUpperCase());
  };
  return { batches, work, endOne: () => ends.shift()?.() };
}

test('what comes while work is under way is done together, each with its own result', async () => {
  const { batches, work, endOne } = heldWork();
  const ask = grouped(work);
  const answers = ['a', 'b', 'c'].map(ask);
  endOne();
  expect(await answers[0]).toBe('A');
  endOne();
  expect(await Promise.all(answers)).toEqual(['A', 'B', 'C']);
  expect(batches).toEqual([['a'], ['b', 'c']]);
});

test('a failure is told to those of its batch alone, and work goes on', async () => {
  const { work, endOne } = heldWork();
  const ask = grouped(work);
  const first = ask('bad');
  const second = ask('good');
  endOne();
  await expect(first).rejects.toThrow('refused');
  endOne();
  expect(await second).toBe('GOOD');
});
