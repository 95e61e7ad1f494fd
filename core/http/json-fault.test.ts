import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonFault } from './json-fault.js';

test.each([
  ['', 0, /value is expected.*ends/],
  ['{"a": 1,}', 8, /name in double quotes is expected/],
  ['{"a" 1}', 5, /colon/],
  ['{"a": abc}', 6, /value is expected/],
  ['[1, 2', 5, /comma or \] is expected.*ends/],
  ['[1 2]', 3, /comma or \]/],
  ['{"a": 1 "b": 2}', 8, /comma or }/],
  ['{} x', 3, /nothing more/],
  ["{'a': 1}", 1, /double quotes or }/],
  ['{"a": "b', 6, /value is expected/],
  ['{"a": 01}', 7, /comma or }/],
  ['{"a": "\t"}', 6, /value is expected/],
])('%j breaks at %i', (text, offset, why) => {
  expect(() => JSON.parse(text)).toThrow();
  const fault = findJsonFault(text);
  expect(fault.offset).toBe(offset);
  expect(fault.why).toMatch(why);
});

test('deep nesting is walked without recursion', () => {
  expect(findJsonFault('['.repeat(500_000)).offset).toBe(500_000);
});

test('valid JSON is walked to its end: the walker knows the whole grammar', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(findJsonFault(text).offset).toBe(text.length);
    }),
  );
});
