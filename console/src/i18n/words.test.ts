import { expect, test } from 'vitest';
import { en } from './en';
import { chooseLang } from './i18n';
import { zh } from './zh';

const placeholders = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1] ?? '').sort();

test('Chinese has every word of English but its singulars', () => {
  const needed = Object.keys(en).filter((key) => !key.endsWith('_one'));
  expect(Object.keys(zh).sort()).toEqual(needed.sort());
});

test.each(Object.entries(zh))('%s has the same placeholders in both languages', (key, text) => {
  expect(placeholders(text)).toEqual(placeholders(en[key as keyof typeof zh]));
});

test('Chinese uses full-width punctuation after Han text', () => {
  const wrong = Object.entries(zh).filter(([, text]) => /[\u4e00-\u9fff][,;:?!](\s|$)/.test(text));
  expect(wrong).toEqual([]);
});

test('the language is what was chosen, else what the browser prefers, else English', () => {
  expect(chooseLang('en', ['zh-CN'])).toBe('en');
  expect(chooseLang(null, ['zh-TW', 'en'])).toBe('zh-CN');
  expect(chooseLang(null, ['fr', 'en-GB', 'zh'])).toBe('en');
  expect(chooseLang('klingon', ['fr'])).toBe('en');
});
