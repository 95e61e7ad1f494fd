import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as words from './fulfilment-words';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const quoted = (text: string): string[] => [...text.matchAll(/'([a-z-]+)'/g)].map((m) => m[1] ?? '');
const FULFILMENT = read('core/order/fulfilment.ts');

/** Members of the first `state: 'a' | 'b';` of an interface. */
function statesOf(name: string): string[] {
  const text = new RegExp(`export interface ${name} \\{[\\s\\S]*?\\n  state: ([^;]+);`).exec(FULFILMENT)?.[1];
  if (text === undefined) throw new Error(`core/order/fulfilment.ts has no state of ${name}`);
  return quoted(text);
}

describe('every code of the core has its words, and none is left over', () => {
  test.each([
    ['PlanStep', words.STEP_STATES],
    ['Shipment', words.SHIPMENT_STATES],
    ['SubscriptionRun', words.SUBSCRIPTION_STATES],
    ['ReturnOrder', words.RETURN_STATES],
    ['Amendment', words.AMENDMENT_STATES],
  ] as const)('%s', (name, table) => {
    const codes = statesOf(name);
    expect(codes.length).toBeGreaterThan(2);
    expect(Object.keys(table).sort()).toEqual(codes.sort());
  });

  test('actions', () => {
    const text = /ACTIONS = \[([^\]]+)\]/.exec(FULFILMENT)?.[1] ?? '';
    expect(Object.keys(words.ACTIONS).sort()).toEqual(quoted(text).sort());
  });

  test('treatments of a modification', () => {
    const text = /readonly treatment: ([^;]+);/.exec(read('core/revenue/contract.ts'))?.[1] ?? '';
    expect(Object.keys(words.TREATMENTS).sort()).toEqual(quoted(text).sort());
  });

  test('periods', () => {
    const text = /export type PeriodState = ([^;]+);/.exec(read('core/store/models/books.ts'))?.[1] ?? '';
    expect(Object.keys(words.PERIOD_STATES).sort()).toEqual(quoted(text).sort());
  });
});
