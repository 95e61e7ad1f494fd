import { STATUS_CODES } from 'node:http';
import type { TSchema } from 'typebox';
import type { Label } from '../connector/contract.js';
import { CATALOGUE, type HubCode } from '../errors/catalogue.js';
import { ProblemJson } from './problem-json.js';
import type { Route } from './route.js';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: JsonObject;
}
export interface Operation {
  operationId: string;
  summary: string;
  'x-summary-zh': string;
  'x-action': string;
  'x-errors': HubCode[];
  tags: string[];
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { required: true; content: Record<string, { schema: JsonObject }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: JsonObject }> }>;
}
export interface OpenApi {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  tags: { name: string; 'x-name-zh': string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonObject>; securitySchemes: JsonObject };
}

/** Names of the groups in the reference; a tag not listed shows as it is. */
const TAGS: Readonly<Record<string, Label>> = {
  'api-keys': { en: 'API keys', zh: 'API 密钥' },
  attachments: { en: 'Attachments', zh: '附件' },
  audit: { en: 'Audit', zh: '审计' },
  connections: { en: 'Connections', zh: '连接' },
  docs: { en: 'Reference', zh: '接口文档' },
  effects: { en: 'Effects', zh: '外部操作' },
  hooks: { en: 'Inbound messages of other systems', zh: '外部系统来报' },
  journals: { en: 'Revenue journals', zh: '收入分录' },
  messages: { en: 'Messages', zh: '报文' },
  orders: { en: 'Orders', zh: '订单' },
  session: { en: 'Sign-in', zh: '登录' },
  system: { en: 'System', zh: '系统' },
  tasks: { en: 'Tasks', zh: '待办' },
  users: { en: 'Users', zh: '用户' },
};

const tagOf = (route: Route): string => route.tag ?? /^\/api\/v\d+\/([\w-]+)/.exec(route.path)?.[1] ?? 'system';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Moves every schema that has an `$id` to the components and leaves a reference in its place. */
function hoist(schema: unknown, components: Record<string, JsonObject>): Json {
  if (Array.isArray(schema)) return schema.map((item) => hoist(item, components));
  if (!isObject(schema)) return schema as Json;
  const { $id, ...rest } = schema;
  const named = typeof $id === 'string';
  const plain = Object.fromEntries(
    Object.entries(named ? rest : schema).map(([name, inner]) => [name, hoist(inner, components)]),
  );
  if (!named) return plain;
  const name = $id.replace(/[^\w.-]/g, '-');
  components[name] = plain;
  return { $ref: `#/components/schemas/${name}` };
}

const properties = (schema: TSchema | undefined): [name: string, schema: TSchema, required: boolean][] => {
  const { properties: members = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, TSchema>;
    required?: readonly string[];
  };
  return Object.entries(members).map(([name, member]) => [name, member, required.includes(name)]);
};

const pathNames = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');

/** Errors any address of this kind may give, without saying so. */
const usualErrors = (route: Route): HubCode[] => [
  ...(route.action === 'public' ? [] : (['ACCESS_SIGN_IN_NEEDED'] as const)),
  ...(route.action === 'public' || route.action === 'signed-in' ? [] : (['ACCESS_DENIED'] as const)),
  ...(route.params || route.query || route.headers || route.body ? (['REQUEST_INVALID'] as const) : []),
  ...(route.body || route.raw || route.stream
    ? (['INBOX_BODY_MALFORMED', 'INBOX_BODY_TOO_LARGE', 'REQUEST_MEDIA_TYPE'] as const)
    : []),
];

function operationOf(route: Route, components: Record<string, JsonObject>): Operation {
  const schemaOf = (schema: TSchema): JsonObject => hoist(schema, components) as JsonObject;
  const described = new Map(properties(route.params).map(([name, schema]) => [name, schema]));
  const listed = (place: 'query' | 'header', schema: TSchema | undefined): Parameter[] =>
    properties(schema).map(([name, inner, required]) => ({ name, in: place, required, schema: schemaOf(inner) }));
  const errors = [...new Set([...usualErrors(route), ...(route.errors ?? [])])];
  const problems = new Set(errors.map((code) => String(CATALOGUE[code].http)));
  const problem = { 'application/problem+json': { schema: schemaOf(ProblemJson) } };
  const body = route.raw === true || route.stream === true ? { 'application/octet-stream': { schema: {} } } : undefined;
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[^A-Za-z0-9]+(\w)/g, (_, c: string) => c.toUpperCase())}`,
    summary: route.summary.en,
    'x-summary-zh': route.summary.zh,
    'x-action': route.action,
    'x-errors': errors,
    tags: [tagOf(route)],
    security: route.action === 'public' ? [] : [{ apiKey: [] }, { session: [] }],
    parameters: [
      ...pathNames(route.path).map((name) => ({
        name,
        in: 'path' as const,
        required: true,
        schema: schemaOf(described.get(name) ?? ({ type: 'string' } as TSchema)),
      })),
      ...listed('query', route.query),
      ...listed('header', route.headers),
    ],
    ...(body ? { requestBody: { required: true as const, content: body } } : {}),
    ...(route.body && !body
      ? { requestBody: { required: true as const, content: { 'application/json': { schema: schemaOf(route.body) } } } }
      : {}),
    responses: {
      ...Object.fromEntries(
        [...problems].map((status) => [status, { description: STATUS_CODES[status] ?? 'Error', content: problem }]),
      ),
      ...Object.fromEntries(
        Object.entries(route.responses).flatMap(([status, schema]) => {
          if (schema === undefined) return [];
          const description = STATUS_CODES[status] ?? 'Answer';
          const content = { 'application/json': { schema: schemaOf(schema) } };
          return [[status, status === '204' ? { description } : { description, content }]];
        }),
      ),
    },
  };
}

/** OpenAPI 3.1 of the route table: the very schemas that validate. */
export function openApi(routes: readonly Route[], version: string): OpenApi {
  const schemas: Record<string, JsonObject> = {};
  const paths: OpenApi['paths'] = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, schemas) };
  }
  const names = [...new Set(routes.map(tagOf))].sort();
  return {
    openapi: '3.1.0',
    info: { title: 'OrderHub', version, description: 'Errors are application/problem+json; see /docs/errors.' },
    tags: names.map((name) => {
      const label = TAGS[name] ?? { en: name, zh: name };
      return { name, 'x-name-zh': label.zh, description: label.en };
    }),
    paths,
    components: {
      schemas,
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, ohk_…' },
        session: { type: 'apiKey', in: 'cookie', name: 'orderhub_session' },
      },
    },
  };
}
