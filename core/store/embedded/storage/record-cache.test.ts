import { describe, expect, test } from 'vitest';
import { encode } from '../bson/encode.js';
import { doc } from '../bson/values.js';
import { RecordCache, StoredRecord } from './record-cache.js';

const record = (id: number, bytes: number) => new StoredRecord(id, encode(doc({ pad: 'x'.repeat(bytes) })));

describe('the cache of records', () => {
  test('stays below its limit and forgets what was not used for longest', () => {
    const cache = new RecordCache(100_000);
    for (let id = 1; id <= 10; id++) cache.set(1, record(id, 1_000));
    expect(cache.get(1, 1)?.id).toBe(1);
    for (let id = 11; id <= 20; id++) cache.set(1, record(id, 1_000));
    expect(cache.get(1, 1)?.id).toBe(1);
    expect(cache.get(1, 2)).toBeUndefined();
    expect(cache.bytes).toBeLessThanOrEqual(100_000);
  });

  test('does not take what would push out everything else', () => {
    const cache = new RecordCache(100_000);
    cache.set(1, record(1, 1_000));
    cache.set(1, record(2, 50_000));
    expect(cache.get(1, 2)).toBeUndefined();
    expect(cache.get(1, 1)).toBeDefined();
  });

  test('replaces, deletes and forgets a whole collection, and its size follows', () => {
    const cache = new RecordCache(100_000);
    cache.set(1, record(1, 10));
    const { bytes } = cache;
    cache.set(1, record(1, 10));
    expect(cache.bytes).toBe(bytes);
    cache.set(2, record(1, 10));
    cache.delete(1, 1);
    expect([cache.get(1, 1), cache.get(2, 1)?.id]).toEqual([undefined, 1]);
    cache.forget(2);
    expect(cache.bytes).toBe(0);
  });

  test('a record that became too large leaves no older state behind', () => {
    const cache = new RecordCache(100_000);
    cache.set(1, record(1, 10));
    cache.set(1, record(1, 50_000));
    expect(cache.get(1, 1)).toBeUndefined();
  });
});
