import { describe, expect, test } from 'vitest';
import type { HubCode } from '../errors/catalogue.js';
import { HubError } from '../errors/hub-error.js';
import { afterFailure, afterNotFound, EFFECT_MOVES, nextStep } from './settle.js';

const now = new Date('2026-11-18T08:00:00Z');
const ago = (ms: number): Date => new Date(now.getTime() - ms);

describe('an unknown outcome', () => {
  test('is resent under the same key inside the window, and parked after it', () => {
    const sameKey = { kind: 'sameKey', windowMs: 1_000 } as const;
    expect(nextStep({ state: 'unknown', unknownSince: ago(999) }, sameKey, now)).toBe('send');
    expect(nextStep({ state: 'unknown', unknownSince: ago(1_000) }, sameKey, now)).toBe('park');
  });
  test('is asked for where the target can be asked', () => {
    expect(nextStep({ state: 'unknown' }, { kind: 'uniqueNumber' }, now)).toBe('ask');
    expect(nextStep({ state: 'unknown' }, { kind: 'lookup', settleAfterMs: 1 }, now)).toBe('ask');
  });
  test('waits for a person where nothing can tell, unless a repeat does no harm', () => {
    expect(nextStep({ state: 'unknown' }, { kind: 'none', harmless: false }, now)).toBe('park');
    expect(nextStep({ state: 'unknown' }, { kind: 'none', harmless: true }, now)).toBe('send');
  });
});

describe('not found', () => {
  const lookup = { kind: 'lookup', settleAfterMs: 10_000 } as const;
  test('counts only after the wait, and only the second time', () => {
    expect(afterNotFound({ notFound: 1, unknownSince: ago(9_999) }, lookup, now).state).toBe('unknown');
    expect(afterNotFound({ notFound: 0, unknownSince: ago(60_000) }, lookup, now).state).toBe('unknown');
    expect(afterNotFound({ notFound: 1, unknownSince: ago(10_000) }, lookup, now).state).toBe('planned');
  });
  test('is enough at once where the target refuses a second one by itself', () => {
    expect(afterNotFound({ notFound: 0, unknownSince: now }, { kind: 'uniqueNumber' }, now).state).toBe('planned');
  });
});

test.each<[HubCode, string]>([
  ['CONNECTOR_UNREACHABLE', 'planned'],
  ['CONNECTOR_THROTTLED', 'planned'],
  ['CONNECTOR_OUTCOME_UNKNOWN', 'unknown'],
  ['CONNECTOR_REFUSED', 'refused'],
  ['CONNECTOR_REFUSED_LOGIN', 'parked'],
  ['CONNECTOR_NO_PERMISSION', 'parked'],
])('%s leaves an effect %s', (code, state) => {
  expect(afterFailure(new HubError(code))).toBe(state);
});

test('an unforeseen error may have written something, so it is unknown', () => {
  expect(afterFailure(new TypeError('x'))).toBe('unknown');
});

test('confirmed is final and every state can be reached', () => {
  expect(EFFECT_MOVES.confirmed).toEqual([]);
  expect(new Set(Object.values(EFFECT_MOVES).flat())).toEqual(new Set(Object.keys(EFFECT_MOVES)));
});
