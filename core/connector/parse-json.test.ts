import { describe, expect, test } from 'vitest';
import { parseJson } from './parse-json.js';

const faultOf = (source: string | Buffer): unknown => {
  try {
    parseJson(source);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('parseJson reads what JSON.parse reads', () => {
  test.each([
    '{"a":[1,-2.5,1e3,0.1,1E-7,true,false,null,"x"],"b":{"c":{}},"":[]}',
    ' [ ] ',
    '"\\u00e9\\ud83d\\ude00\\n\\/\\"\\\\"',
    '0',
    '-0',
    '5e-324',
    '1.7976931348623157e308',
    '{"constructor":1,"toString":2}',
  ])('%s', (text) => expect(parseJson(text)).toEqual(JSON.parse(text)));
});

describe('numbers a double cannot hold', () => {
  test.each([
    ['12345678901234567.89', '12345678901234567.89'],
    ['1.10000000000000000001', '1.10000000000000000001'],
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993.50', '-9007199254740993.5'],
    ['1.2345678901234567891e5', '123456.78901234567891'],
    ['1e-350', `0.${'0'.repeat(349)}1`],
  ])('%s becomes text', (text, said) => expect(parseJson(text)).toBe(said));

  test.each([
    ['9007199254740992', 9007199254740992],
    ['1.0000000000000000000', 1],
    ['0.10000000000000000000', 0.1],
    ['100000000000000000000', 100000000000000000000],
    ['0.0000000000000000000', 0],
  ])('%s stays a number', (text, said) => expect(parseJson(text)).toBe(said));

  test('an absurd exponent is refused', () => expect(faultOf('1e999')).toMatchObject({ code: 'INBOX_BODY_MALFORMED' }));
});

describe('a fault is told with path, line and column', () => {
  test.each([
    ['{"a": 1,}', '$', 'line 1, column 9'],
    ['{"order":\n {"lines":[1, 2,\n  nope]}}', '$.order.lines[2]', 'line 3, column 3'],
    ['{"a b":tru}', '$["a b"]', 'line 1, column 8'],
    ['[01]', '$', 'line 1, column 3'],
    ['[1] x', '$', 'line 1, column 5'],
    ['["a\nb"]', '$[0]', 'line 1, column 4'],
    ['["\\x"]', '$[0]', 'line 1, column 3'],
    ['{"a":1,"a":2}', '$.a', 'line 1, column 11'],
    ['{"a":{"__proto__":{}}}', '$.a.__proto__', 'line 1, column 18'],
    ['', '$', 'line 1, column 1'],
    ['"open', '$', 'line 1, column 6'],
    ["{'a':1}", '$', 'line 1, column 2'],
  ])('%s', (text, path, place) => {
    const fault = faultOf(text);
    expect(fault).toMatchObject({ code: 'INBOX_BODY_MALFORMED', facts: { path } });
    expect(String(fault)).toContain(place);
  });

  test('64 levels are read, 65 are refused', () => {
    expect(parseJson('['.repeat(64) + ']'.repeat(64))).toBeDefined();
    expect(faultOf('['.repeat(66) + ']'.repeat(66))).toMatchObject({ code: 'INBOX_BODY_MALFORMED' });
  });

  test('bytes that are not UTF-8', () => {
    expect(faultOf(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toMatchObject({ code: 'INBOX_BODY_MALFORMED' });
    expect(parseJson(Buffer.from('"订单"'))).toBe('订单');
  });
});
