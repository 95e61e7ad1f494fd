import { describe, expect, test } from 'vitest';
import { cleanName, dispositionOf, nameInHeader } from './file-name.js';

describe('names', () => {
  test.each([
    ['验收单 2026-11.pdf', '验收单 2026-11.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\li\\a.pdf', 'a.pdf'],
    ['..', 'file'],
    ['', 'file'],
    ['.htaccess', 'htaccess'],
    ['a\r\nSet-Cookie: x.pdf', 'aSet-Cookie_ x.pdf'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a\u200b.pdf', 'a.pdf'],
    ['con.pdf', '_con.pdf'],
    ['what?"<>|*.pdf', 'what______.pdf'],
    ['a. ', 'a'],
    ['e\u0301.pdf', 'é.pdf'],
  ])('%j becomes %j', (raw, clean) => {
    expect(cleanName(raw)).toBe(clean);
    expect(cleanName(clean)).toBe(clean);
  });

  test('a long name is cut between characters and keeps its ending', () => {
    const name = cleanName(`${'😀'.repeat(200)}.pdf`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(180);
    expect(name).toMatch(/^(😀)+\.pdf$/u);
  });
});

describe('Content-Disposition', () => {
  test.each([
    [undefined, undefined],
    ['attachment', undefined],
    ['attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'],
    ['attachment; filename=a.pdf', 'a.pdf'],
    ['attachment; filename="x.pdf"; filename*=UTF-8\'\'%E9%AA%8C.pdf', '验.pdf'],
    ["attachment; filename*=UTF-8''%E9%ZZ", undefined],
  ])('%s names %s', (header, name) => {
    expect(nameInHeader(header)).toBe(name);
  });

  test.each(['验收 "1".pdf', "it's 100%.pdf", 'plain.pdf', 'x\u{1f600}.pdf'])('%s goes out and comes back', (name) => {
    const header = dispositionOf(name);
    expect(header).toMatch(/^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[\w.~!#$&+^`|%-]+$/);
    expect(nameInHeader(header)).toBe(name);
  });
});
