import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Authenticate } from '../access/authenticate.js';
import type { Clock } from '../clock.js';
import { HubError } from '../errors/hub-error.js';
import type { Logger } from '../log/logger.js';
import { serveConsole } from './console-files.js';
import { docsRoutes } from './docs-routes.js';
import { preferredLanguage } from './language.js';
import { perform } from './perform.js';
import { toProblemJson } from './problem-json.js';
import { requestLog } from './request-log.js';
import type { Route } from './route.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { systemRoutes } from './system-routes.js';
import { createValidators } from './validate.js';

export interface AppDeps {
  readonly routes: readonly Route[];
  readonly authenticate: Authenticate;
  /** Resolves when the store answers; anything thrown makes /readyz answer 503. */
  readonly ready: () => Promise<void>;
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  /** Folder of the built console; without it `/` leads to the reference. */
  readonly consoleDir?: string;
  /** Address as people see the hub, e.g. `https://hub.example.com`, when a proxy stands before it. */
  readonly publicUrl?: string;
  /** Default limits of bodies, in bytes. */
  readonly limits?: { readonly jsonBytes?: number; readonly rawBytes?: number };
  /** Also checks every JSON answer against its schema; for tests: a wrong answer becomes UNEXPECTED. */
  readonly checkAnswers?: boolean;
}

const METHODS = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

const unknownAddress: RequestHandler = (request) => {
  throw new HubError('RESOURCE_NOT_FOUND', {
    what: 'address',
    whatZh: '地址',
    id: `${request.method} ${request.baseUrl}${request.path}`,
  });
};

const wrongMethod =
  (allowed: string): RequestHandler =>
  (request, response) => {
    response.setHeader('allow', allowed);
    throw new HubError('REQUEST_METHOD_WRONG', { path: request.path, method: request.method, allowed });
  };

const answerProblem =
  (log: Logger): ErrorRequestHandler =>
  (error, request, response, _next) => {
    const id = String(response.locals['requestId']);
    if (!(error instanceof HubError) || error.cure === 'code')
      log.error({ request: id, err: error }, 'request ended unforeseen');
    response.locals['code'] = error instanceof HubError ? error.code : 'UNEXPECTED';
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const problem = toProblemJson(error, id, preferredLanguage(request.headers['accept-language']));
    for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value);
    if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer realm="OrderHub"');
    response.status(problem.status).end(JSON.stringify(problem.body));
  };

/** Routes by path, in the order in which the paths first appear. */
function byPath(routes: readonly Route[]): Map<string, Route[]> {
  const paths = new Map<string, Route[]>();
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  return paths;
}

/**
 * The whole web surface as an express app that does not listen yet. Every route goes through authentication,
 * `authorize`, reading and validation before its handler; every error leaves as problem+json.
 * @throws when a schema of a route does not compile.
 */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.use(requestLog(deps.log, deps.clock));
  app.use((_request, response, next) => {
    response.setHeaders(new Map(Object.entries(SECURITY_HEADERS)));
    next();
  });

  const validators = createValidators();
  const routes = [...systemRoutes(deps), ...docsRoutes(deps.routes, deps.version), ...deps.routes];
  for (const [path, here] of byPath(routes)) {
    for (const route of here) app[METHODS[route.method]](path, perform(route, validators, deps));
    const allowed = here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
    app.all(path, wrongMethod(allowed));
  }
  app.use('/api', unknownAddress);
  app.use(serveConsole(deps.consoleDir));
  app.use(unknownAddress);
  app.use(answerProblem(deps.log));
  return app;
}
