import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AXES, type Axis } from '../api/types';
import { AXIS_STATES, axisLook, EFFECT_STATES, LINE_KINDS, lookOf } from './states';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const words = (text: string): string[] => [...text.matchAll(/'([a-z-]+)'/g)].map((m) => m[1] ?? '');

/** Members of `export type Name = 'a' | 'b';` in the core's source. */
function unionOf(source: string, name: string): string[] {
  const text = new RegExp(`export type ${name} =([^;]+);`).exec(source)?.[1];
  if (text === undefined) throw new Error(`core/order/order.ts has no type ${name}`);
  return words(text);
}

const ORDER = read('core/order/order.ts');
const TYPE_OF: Record<Axis, string> = {
  commercial: 'Commercial',
  fulfilment: 'Fulfilment',
  billing: 'Billing',
  payment: 'Payment',
  revenue: 'Revenue',
};

describe('every state of the core has a look, and no look is left over', () => {
  test.each(AXES)('%s', (axis) => {
    const codes = unionOf(ORDER, TYPE_OF[axis]);
    expect(codes.length).toBeGreaterThan(3);
    expect(Object.keys(AXIS_STATES[axis]).sort()).toEqual([...codes].sort());
  });

  test('line kinds', () => {
    const text = /LINE_KINDS = \[([^\]]+)\]/.exec(read('core/order/schema.ts'))?.[1] ?? '';
    expect(Object.keys(LINE_KINDS).sort()).toEqual(words(text).sort());
  });
});

test('every word is there in both languages', () => {
  const looks = [...AXES.flatMap((a) => Object.values(AXIS_STATES[a])), ...Object.values(EFFECT_STATES)];
  for (const look of looks) {
    expect(look.en).toMatch(/^[A-Z][a-z -]+$/);
    expect(look.zh).toMatch(/^[\u4e00-\u9fff]+$/);
  }
});

test('a code that is not known is shown as it is', () => {
  expect(axisLook('payment', 'new-state').en).toBe('new-state');
  expect(lookOf(EFFECT_STATES, 'constructor')).toEqual({ tone: 'planned', en: 'constructor', zh: 'constructor' });
});
