import { describe, expect, test } from 'vitest';
import { MappingFault } from './mapping-fault.js';
import { toPlain } from './plain-json.js';

const room = { size: 1_000, depth: 8 };

function fault(value: unknown): MappingFault {
  try {
    toPlain(value, room);
  } catch (error) {
    if (error instanceof MappingFault) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** `depth` lists inside each other. */
const nested = (depth: number): unknown => (depth === 0 ? 'x' : [nested(depth - 1)]);

describe('toPlain', () => {
  test('copies, drops undefined and hidden members', () => {
    const list: unknown[] = Object.defineProperty([1, undefined, { a: undefined, b: null }], 'sequence', {
      value: true,
    });
    const object: object = Object.assign(Object.create(null), { list });
    const copy = toPlain(object, room);
    expect(copy).toStrictEqual({ list: [1, { b: null }] });
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(toPlain(undefined, room)).toBeUndefined();
  });

  test.each([
    [{ a: [{ b: () => 1 }] }, '$.a[0].b', 'is a function'],
    [{ f: { _jsonata_lambda: true } }, '$.f', 'is a function'],
    [{ f: { _jsonata_function: true } }, '$.f', 'is a function'],
    [{ n: Number.NaN }, '$.n', 'is NaN'],
    [{ n: Number.NEGATIVE_INFINITY }, '$.n', 'is -Infinity'],
    [{ d: new Date(0) }, '$.d', 'is not plain JSON'],
    [{ b: 1n }, '$.b', 'is a bigint'],
    [JSON.parse('{"x": {"__proto__": {"admin": true}}}'), '$.x', 'has a field named __proto__'],
    [{ y: [{ constructor: 1 }] }, '$.y[0]', 'has a field named constructor'],
    [{ 'a b': Symbol('s') }, '$["a b"]', 'is a symbol'],
  ])('refuses %o', (value, path, why) => {
    const { kind, issue } = fault(value);
    expect(kind).toBe('value');
    expect(issue.path).toBe(path);
    expect(issue.why).toContain(why);
    expect(issue.whyZh).not.toBe('');
  });

  test('never makes a prototype of a key', () => {
    expect(() => toPlain(JSON.parse('{"__proto__": {"polluted": true}}'), room)).toThrow(MappingFault);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('allows the depth and no more', () => {
    expect(toPlain(nested(8), room)).toStrictEqual(nested(8));
    expect(fault(nested(9)).kind).toBe('limit');
    expect(fault(nested(5_000)).kind).toBe('limit');
  });

  test('stops at the size without walking the rest', () => {
    let read = 0;
    const wide = Array.from({ length: 100_000 });
    const get = (list: unknown[], key: string | symbol) => {
      if (key === 'length') return list.length;
      read++;
      return 'text';
    };
    const counting = new Proxy(wide, { get });
    expect(fault(counting).kind).toBe('limit');
    expect(read).toBeLessThan(1_000);
  });

  test('a circle ends at the depth', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(fault(circle).kind).toBe('limit');
  });
});
