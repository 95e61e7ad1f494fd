import { expect, test } from 'vitest';
import { safeNext } from './safe-next';

test.each([
  ['/orders/SO-1?tab=lines', '/orders/SO-1?tab=lines'],
  ['/inbox/01J', '/inbox/01J'],
  [null, '/'],
  ['', '/'],
  ['https://evil.example/x', '/'],
  ['//evil.example/x', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/sign-in?next=/sign-in', '/'],
])('%s goes to %s', (next, to) => {
  expect(safeNext(next)).toBe(to);
});
