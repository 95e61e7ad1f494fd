import mongoose from 'mongoose';
import { describe, expect, test } from 'vitest';
import { match, matchExactly } from './match.js';

const { Long, Int32, Double, ObjectId } = mongoose.mongo;
const lookup = (id: string): unknown => ({ known: { a: 1 } })[id];

const fits = (expected: unknown, actual: unknown): boolean => {
  try {
    match(expected, actual, lookup);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'Mismatch') return false;
    throw error;
  }
};

const id = new ObjectId();

describe('values match', () => {
  test.each<[string, unknown, unknown, boolean]>([
    ['numbers of all types by value', { a: 1 }, { a: Long.fromNumber(1) }, true],
    ['int32 and double', new Int32(2), new Double(2), true],
    ['but not other numbers', { a: 1 }, { a: new Double(1.5) }, false],
    ['nor a number and its text', 1, '1', false],
    ['keys in any order', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['with more keys at the root', { a: 1 }, { a: 1, b: 2 }, true],
    ['with more keys at the root of a list', [{ a: 1 }], [{ a: 1, b: 2 }], true],
    ['but not inside', { a: { b: 1 } }, { a: { b: 1, c: 2 } }, false],
    ['a missing key is no undefined one', { a: null }, {}, false],
    ['lists of the same length', [1, 2], [1, 2, 3], false],
    ['lists in order', [1, 2], [2, 1], false],
    ['ids by their bytes', { a: id }, { a: new ObjectId(id.toHexString()) }, true],
    ['and other ids not', { a: id }, { a: new ObjectId() }, false],
    ['a map as a document', { sort: { a: -1 } }, { sort: new Map([['a', -1]]) }, true],
    ['null is not a document', null, {}, false],
  ])('%s', (_, expected, actual, result) => {
    expect(fits(expected, actual)).toBe(result);
  });
});

describe('special operators', () => {
  test.each<[string, unknown, unknown, boolean]>([
    ['$$exists true with a value', { a: { $$exists: true } }, { a: null }, true],
    ['$$exists true without', { a: { $$exists: true } }, {}, false],
    ['$$exists false without', { a: { $$exists: false } }, {}, true],
    ['$$exists false with a value', { a: { $$exists: false } }, { a: 1 }, false],
    ['$$type of one', { a: { $$type: 'string' } }, { a: 'x' }, true],
    ['$$type of several', { a: { $$type: ['string', 'object'] } }, { a: { b: 1 } }, true],
    ['$$type of none of them', { a: { $$type: ['string', 'object'] } }, { a: 1 }, false],
    ['$$type of nothing', { a: { $$type: 'string' } }, {}, false],
    ['$$type int is no fraction', { a: { $$type: 'int' } }, { a: 1.5 }, false],
    ['$$type double', { a: { $$type: 'double' } }, { a: 1.5 }, true],
    ['$$unsetOrMatches without', { a: { $$unsetOrMatches: 1 } }, {}, true],
    ['$$unsetOrMatches with it', { a: { $$unsetOrMatches: 1 } }, { a: 1 }, true],
    ['$$unsetOrMatches with another', { a: { $$unsetOrMatches: 1 } }, { a: 2 }, false],
    ['$$unsetOrMatches at the root keeps it the root', { $$unsetOrMatches: { a: 1 } }, { a: 1, b: 2 }, true],
    ['$$matchesEntity', { a: { $$matchesEntity: 'known' } }, { a: { a: 1 } }, true],
    ['$$matchesEntity of another', { a: { $$matchesEntity: 'known' } }, { a: { a: 2 } }, false],
    ['$$lte', { a: { $$lte: 5 } }, { a: Long.fromNumber(5) }, true],
    ['$$lte above', { a: { $$lte: 5 } }, { a: 6 }, false],
    ['$$matchesHexBytes', { $$matchesHexBytes: 'ff00' }, Buffer.from('ff00', 'hex'), true],
    ['$$matchAsRoot', { a: { $$matchAsRoot: { b: 1 } } }, { a: { b: 1, c: 2 } }, true],
    ['$$matchAsDocument', { a: { $$matchAsDocument: { b: 1 } } }, { a: '{"b":1}' }, true],
    ['one $ is an ordinary key', { a: { $exists: true } }, { a: 1 }, false],
  ])('%s', (_, expected, actual, result) => {
    expect(fits(expected, actual)).toBe(result);
  });

  test('an unknown one is never passed over', () => {
    expect(() => match({ a: { $$something: 1 } }, { a: 1 }, lookup)).toThrow('unknown operator $$something');
  });
});

test('an outcome allows no more keys, and a mismatch says where', () => {
  expect(() => matchExactly([{ a: 1 }], [{ a: 1, b: 2 }], lookup, 'outcome')).toThrow('outcome.0: has unexpected b');
  expect(() => match({ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, lookup)).toThrow('a.0.b: is 2, not 1');
});
