import { describe, expect, test } from 'vitest';
import { declaredType, HEAD_BYTES, MEDIA_TYPES, requireContent } from './media-types.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const refused = expect.objectContaining({ code: 'ATTACHMENT_TYPE_REFUSED' });
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

describe('what the sender says', () => {
  test.each([
    ['application/pdf', 'a.pdf', 'application/pdf', 'a.pdf'],
    ['Text/Plain; charset=utf-8', 'a.TXT', 'text/plain', 'a.TXT'],
    ['application/octet-stream', '验收单.PDF', 'application/pdf', '验收单.PDF'],
    [undefined, 'a.xlsx', XLSX, 'a.xlsx'],
    ['image/jpeg', 'photo', 'image/jpeg', 'photo.jpg'],
  ])('%s named %s is %s', (said, name, type, kept) => {
    expect(declaredType(said, name)).toEqual({ type, name: kept });
  });

  test.each([
    ['text/html', 'a.html'],
    ['image/svg+xml', 'a.svg'],
    ['application/octet-stream', 'a.js'],
    ['application/octet-stream', 'file'],
    ['constructor', 'file'],
    ['text/plain', 'a.html'],
    ['image/png', 'a.png.exe'],
  ])('%s named %s is refused', (said, name) => {
    expect(() => declaredType(said, name)).toThrow(refused);
  });

  test('no ending belongs to two types', () => {
    const endings = Object.values(MEDIA_TYPES).flatMap((type) => type.endings);
    expect(new Set(endings).size).toBe(endings.length);
  });
});

describe('what the bytes say', () => {
  const PROOFS: readonly [string, Buffer][] = [
    ['application/pdf', bytes('%PDF-1.7\n')],
    ['image/png', bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')],
    ['image/jpeg', bytes('\xff\xd8\xff\xe0\0\x10JFIF')],
    ['image/webp', bytes('RIFF\x10\0\0\0WEBPVP8 ')],
    ['image/heic', bytes('\0\0\0\x18ftypheic')],
    ['application/msword', bytes('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')],
    [XLSX, bytes('PK\x03\x04\x14\0')],
  ];

  test.each(PROOFS)('%s is known by its first bytes', (type, head) => {
    expect(() => requireContent(type, head)).not.toThrow();
    for (const [other, wrong] of PROOFS.filter(([name]) => name !== type)) {
      expect(() => requireContent(type, wrong), other).toThrow(refused);
    }
  });

  test.each([
    ['plain', 'serial 4711, 验收'],
    ['JSON', '{"html": "<p>not a page</p>"}'],
  ])('%s text is text', (_what, text) => {
    expect(() => requireContent('text/plain', Buffer.from(text))).not.toThrow();
  });

  test('a character cut by the end of the head is no fault, a wrong one is', () => {
    const long = Buffer.from(`x${'验'.repeat(HEAD_BYTES)}`).subarray(0, HEAD_BYTES);
    expect(long.at(-1)).toBeGreaterThan(127);
    expect(() => requireContent('text/plain', long)).not.toThrow();
    expect(() => requireContent('text/plain', bytes('caf\xe9'))).toThrow(refused);
  });

  test('a table may be in the encoding of Chinese spreadsheets', () => {
    expect(() => requireContent('text/csv', bytes('\xb1\xe0\xba\xc5,\xca\xfd\xc1\xbf\r\n1,2'))).not.toThrow();
  });

  test.each([
    '<!DOCTYPE html><p>',
    '  \n<html>',
    '\ufeff<script>alert(1)</script>',
    '<svg onload="x">',
    '<?xml version="1.0"?>',
    '#!/bin/sh',
    'a\0b',
    '',
  ])('%j is no text to attach', (text) => {
    for (const type of ['text/plain', 'text/csv', 'application/json']) {
      expect(() => requireContent(type, Buffer.from(text)), type).toThrow(refused);
    }
  });
});
