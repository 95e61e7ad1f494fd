import { expect, test } from 'vitest';
import { formatBytes } from './bytes';

test.each([
  [1, '1 B'],
  [1023, '1023 B'],
  [1024, '1 KB'],
  [1434, '1.4 KB'],
  [20 * 1024 * 1024, '20 MB'],
  [3 * 1024 ** 4, '3072 GB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
