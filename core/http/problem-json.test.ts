import { describe, expect, test } from 'vitest';
import { CATALOGUE, type Entry, type HubCode } from '../errors/catalogue.js';
import { HubError } from '../errors/hub-error.js';
import { errorsPage } from './docs/errors-page.js';
import { preferredLanguage } from './language.js';
import { ProblemJson, toProblemJson } from './problem-json.js';
import { createValidators } from './validate.js';

const isProblem = createValidators().body(ProblemJson);
const CODES = Object.keys(CATALOGUE) as HubCode[];
const factsOf = ({ says, zh, fix, fixZh }: Entry) =>
  Object.fromEntries(
    [...`${says}${zh}${fix}${fixZh}`.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, `<${name}>`]),
  );

describe.each(CODES)('%s', (code) => {
  test.each(['en', 'zh'] as const)('is a whole problem in %s', (language) => {
    const error = new HubError(code, factsOf(CATALOGUE[code]), { retryAfterMs: 1_500 });
    const { status, headers, body } = toProblemJson(error, 'r1', language);
    isProblem(body);
    expect(status).toBe(CATALOGUE[code].http);
    expect(headers).toMatchObject({ 'retry-after': '2', 'cache-control': 'no-store' });
    expect(body).toMatchObject({ type: `/docs/errors#${code}`, code, status, instance: 'r1' });
    expect(`${body.title}${body.titleZh}${body.detail}`).not.toContain('?>');
    expect(body.title).not.toMatch(/\{|\?$/);
    expect(body.title).toMatch(language === 'zh' ? /[\u4e00-\u9fff]/ : /^[^\u4e00-\u9fff]+$/);
    expect(body.detail).toMatch(language === 'zh' ? /[\u4e00-\u9fff]/ : /^[^\u4e00-\u9fff]+$/);
  });

  test('has its place on the page of errors', () => {
    for (const language of ['en', 'zh'] as const) expect(errorsPage(language)).toContain(`<article id="${code}">`);
  });
});

test('the text of an unknown error is withheld', () => {
  const { status, body } = toProblemJson(new Error('mongodb://user:pass@host'), 'r1', 'en');
  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toContain('pass');
});

test('a fact with a Chinese form takes its place in the Chinese sentence', () => {
  const { body } = toProblemJson(
    new HubError('ACCESS_SIGN_IN_NEEDED', { why: 'no key', whyZh: '没有密钥' }),
    'r',
    'zh',
  );
  expect(body.title).toContain('没有密钥');
  expect(body.title).not.toContain('no key');
});

test.each([
  [undefined, 'en'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-GB,zh;q=0.5', 'en'],
  ['de, zh;q=0.2', 'zh'],
  ['en;q=0.1, ZH-Hant;q=0.2', 'zh'],
  ['*', 'en'],
])('Accept-Language %s reads %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});
