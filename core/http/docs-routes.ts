import Type from 'typebox';
import { errorsPage } from './docs/errors-page.js';
import { STYLE } from './docs/page.js';
import { referencePage } from './docs/reference-page.js';
import { type Language, preferredLanguage } from './language.js';
import { openApi } from './openapi.js';
import { type Headers, type Route, route } from './route.js';
import { systemRoutes } from './system-routes.js';

const LanguageQuery = Type.Object({ lang: Type.Optional(Type.Union([Type.Literal('en'), Type.Literal('zh')])) });
const HTML = { 'content-type': 'text/html; charset=utf-8' };

const languageOf = (query: { lang?: Language }, headers: Headers): Language =>
  query.lang ?? preferredLanguage(headers['accept-language']);

/** The reference: /openapi.json for programs, /docs and /docs/errors for people. Made once, from the route table. */
export function docsRoutes(apiRoutes: readonly Route[], version: string): Route[] {
  const system = systemRoutes({ ready: () => Promise.resolve(), version });
  const open = { tag: 'docs', method: 'GET', action: 'public' } as const;
  const docs: Route[] = [
    route({
      ...open,
      path: '/openapi.json',
      summary: { en: 'This reference as OpenAPI 3.1', zh: 'OpenAPI 3.1 格式的接口文档' },
      responses: { 200: Type.Unknown() },
      handler: () => ({ status: 200, body: api }),
    }),
    route({
      ...open,
      path: '/docs',
      summary: { en: 'The reference for people', zh: '接口文档页面' },
      query: LanguageQuery,
      responses: { 200: Type.String() },
      handler: ({ query, headers }) => ({ status: 200, headers: HTML, body: pages[languageOf(query, headers)] }),
    }),
    route({
      ...open,
      path: '/docs/errors',
      summary: { en: 'Every error and what to do about it', zh: '全部错误码与处理办法' },
      query: LanguageQuery,
      responses: { 200: Type.String() },
      handler: ({ query, headers }) => ({ status: 200, headers: HTML, body: errorsPage(languageOf(query, headers)) }),
    }),
    route({
      ...open,
      path: '/docs/style.css',
      summary: { en: 'The look of these pages', zh: '文档页面样式' },
      responses: { 200: Type.String() },
      handler: () => ({ status: 200, headers: { 'content-type': 'text/css; charset=utf-8' }, body: STYLE }),
    }),
  ];
  const api = openApi([...apiRoutes, ...system, ...docs], version);
  const pages = { en: referencePage(api, 'en'), zh: referencePage(api, 'zh') };
  return docs;
}
