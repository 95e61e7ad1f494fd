import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { referencePage } from './docs/reference-page.js';
import { schemaRows } from './docs/schema-rows.js';
import { openApi } from './openapi.js';
import { route } from './route.js';

const Line = Type.Object({ ref: Type.String({ maxLength: 9 }) }, { $id: 'line/v1' });
const Order = Type.Object({ lines: Type.Array(Line), state: Type.Union([Type.Literal('open'), Type.Literal('done')]) });
const routes = [
  route({
    method: 'PUT',
    path: '/api/v1/orders/:order/lines/:line',
    summary: { en: 'Put <a line>', zh: '写入行' },
    action: 'order:create',
    query: Type.Object({ dryRun: Type.Optional(Type.Boolean()) }),
    headers: Type.Object({ 'if-match': Type.String() }),
    body: Line,
    responses: { 200: Order },
    errors: ['VERSION_CONFLICT'],
    handler: () => ({ status: 200, body: { lines: [], state: 'open' as const } }),
  }),
  route({
    method: 'POST',
    path: '/hooks/:connection',
    summary: { en: 'Take a message', zh: '接收报文' },
    action: 'public',
    raw: true,
    responses: { default: Type.String() },
    handler: () => ({ status: 200, body: 'ok' }),
  }),
];
const api = openApi(routes, '1.0.0');

describe('the description', () => {
  const put = api.paths['/api/v1/orders/{order}/lines/{line}']?.['put'];

  test('names every parameter with its place', () => {
    expect(put?.parameters.map(({ name, in: place, required }) => [name, place, required])).toEqual([
      ['order', 'path', true],
      ['line', 'path', true],
      ['dryRun', 'query', false],
      ['if-match', 'header', true],
    ]);
  });

  test('keeps a named schema once and refers to it', () => {
    expect(put?.requestBody?.content['application/json']?.schema).toEqual({ $ref: '#/components/schemas/line-v1' });
    expect(api.components.schemas['line-v1']).toMatchObject({ type: 'object', required: ['ref'] });
    expect(JSON.stringify(api)).not.toContain('$id');
  });

  test('tells the right that is needed and the errors that may come', () => {
    expect(put?.['x-action']).toBe('order:create');
    expect(Object.keys(put?.responses ?? {})).toEqual(['200', '400', '401', '403', '409', '413', '415']);
    expect(put?.security).toEqual([{ apiKey: [] }, { session: [] }]);
    expect(api.paths['/hooks/{connection}']?.['post']?.security).toEqual([]);
  });
});

test('a schema reads as rows, references followed', () => {
  expect(schemaRows(Order, api.components.schemas)).toEqual([
    { name: 'lines', type: 'object[]', required: true, notes: '' },
    { name: 'lines[].ref', type: 'string', required: true, notes: 'maxLength 9' },
    { name: 'state', type: '"open" | "done"', required: true, notes: '' },
  ]);
});

test('the page shows every address in both languages and escapes what it shows', () => {
  const [en, zh] = [referencePage(api, 'en'), referencePage(api, 'zh')];
  for (const page of [en, zh]) {
    expect(page).toContain('/api/v1/orders/{order}/lines/{line}');
    expect(page).toContain('href="/docs/errors#VERSION_CONFLICT"');
    expect(page).not.toContain('<script');
  }
  expect(en).toContain('Put &lt;a line&gt;');
  expect(zh).toContain('写入行');
});
