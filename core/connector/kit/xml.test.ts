import { describe, expect, test } from 'vitest';
import { readXml, writeXml } from './xml.js';

const read = (text: string, ...lists: string[]) => readXml(Buffer.from(text), new Set(lists));

describe('reading', () => {
  test('values stay text, lists stay lists, empty elements say nothing', () => {
    const text = '<r><n>007</n><b>true</b><lines><line><q>1.50</q></line></lines><none/><box><in></in></box></r>';
    expect(read(text, 'line')).toEqual({
      root: 'r',
      content: { n: '007', b: 'true', lines: { line: [{ q: '1.50' }] } },
    });
  });

  test('predefined and numeric entities, CDATA, comments, attributes and prefixes', () => {
    const text =
      '<?xml version="1.0"?><!-- c --><s:r xmlns:s="u" a="1"><t>a &amp;&lt; &#20013;&#x4e2d;</t><c><![CDATA[<x>&amp;]]></c></s:r>';
    expect(read(text)).toEqual({ root: 'r', content: { t: 'a &< 中中', c: '<x>&amp;' } });
  });

  test('a long text may be full of entities', () => {
    expect(read(`<r><t>${'&amp;'.repeat(20_000)}</t></r>`).content['t']).toBe('&'.repeat(20_000));
  });

  test.each([
    ['a document type', '<!DOCTYPE r [<!ENTITY e "x">]><r>&e;</r>'],
    ['an outer document type', '<!doctype r SYSTEM "file:///etc/hosts"><r/>'],
    ['an element left open', '<r><a></r>'],
    ['nothing', ''],
    ['text', 'hello'],
    ['two roots', '<a>1</a><b>2</b>'],
    ['very deep nesting', '<a>'.repeat(100) + '</a>'.repeat(100)],
    ['a dangerous name', '<r><__proto__><x>1</x></__proto__></r>'],
  ])('%s is refused', (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'INBOX_BODY_MALFORMED' }));
  });

  test('bytes that are no UTF-8 are refused', () => {
    expect(() => readXml(Buffer.from([0x3c, 0x72, 0x3e, 0xc3, 0xe6, 0x3c, 0x2f, 0x72, 0x3e]), new Set())).toThrow(
      expect.objectContaining({ code: 'INBOX_BODY_MALFORMED' }),
    );
  });
});

test('what is written reads back the same', () => {
  const content = { a: 'x < y & "z" \'q\'', list: { i: ['1', '2'] }, text: '面包]]>' };
  const text = writeXml('request', content);
  expect(text.startsWith('<?xml version="1.0" encoding="UTF-8"?><request>')).toBe(true);
  expect(read(text, 'i')).toEqual({ root: 'request', content });
  expect(writeXml('r', { a: 'x\u0000\u0007y' })).toContain('<a>xy</a>');
});
