import { expect, test } from 'vitest';
import { longId } from './row-id.js';

test.each([
  ['001A0000006Vm9u', '001A0000006Vm9uIAC'],
  ['001A0000006Vm9uIAC', '001A0000006Vm9uIAC'],
  ['8015g000000AbCd', '8015g000000AbCdAAK'],
  ['ABCDEFGHIJKLMNO', 'ABCDEFGHIJKLMNO555'],
])('%s is %s in its long form', (id, long) => expect(longId(id)).toBe(long));
