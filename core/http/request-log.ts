import type { RequestHandler } from 'express';
import { ulid } from 'ulid';
import type { Clock } from '../clock.js';
import type { Logger } from '../log/logger.js';

/** Asked every few seconds by machines; only worth a line when it goes wrong. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Names the request and writes one line when it ends: path without query (it may carry a token), status, duration,
 * who, and the code of an error. Headers and bodies are never logged.
 */
export const requestLog =
  (log: Logger, clock: Clock): RequestHandler =>
  (request, response, next) => {
    const id = ulid(clock.now().getTime());
    const startMs = clock.monotonicMs();
    const path = request.path;
    response.locals['requestId'] = id;
    response.setHeader('x-request-id', id);
    response.once('close', () => {
      const status = response.statusCode;
      const quiet = QUIET.has(path) || (request.method === 'GET' && status < 400);
      const level = status >= 500 ? 'warn' : quiet ? 'debug' : 'info';
      log[level](
        {
          request: id,
          method: request.method,
          path,
          status,
          ms: Math.round((clock.monotonicMs() - startMs) * 10) / 10,
          actor: response.locals['actor'],
          code: response.locals['code'],
          ...(response.writableFinished ? {} : { brokenOff: true }),
        },
        'request',
      );
    });
    next();
  };
