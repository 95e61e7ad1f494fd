import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import { contentSecurityPolicy } from './security-headers.js';

/** Stands in index.html where style elements' nonce belongs; a fresh one is put in for every answer. */
const NONCE_PLACE = '__CSP_NONCE__';
const YEAR_MS = 365 * 24 * 3_600_000;

const toReference: RequestHandler = (_request, response) => response.redirect(302, '/docs');

/** A page of the console: something a person opens, not a file that is missing. */
const isPage = (method: string, path: string): boolean =>
  (method === 'GET' || method === 'HEAD') && extname(path) === '';

/**
 * The built console: hashed files under `assets/` may be kept for a year, everything else is asked for anew, and any
 * address that is no file is a page of the console. Without a build, `/` leads to the reference.
 */
export function serveConsole(consoleDir: string | undefined): RequestHandler {
  const router = Router();
  const index = consoleDir === undefined ? undefined : join(consoleDir, 'index.html');
  if (consoleDir === undefined || index === undefined || !existsSync(index)) return router.get('/', toReference);

  const html = readFileSync(index, 'utf8');
  const files = { index: false, redirect: false } as const;
  router.use('/assets', express.static(join(consoleDir, 'assets'), { ...files, immutable: true, maxAge: YEAR_MS }));
  const others = express.static(consoleDir, { ...files, cacheControl: false });
  router.use((request, response, next) => {
    response.setHeader('cache-control', 'no-cache');
    if (request.path === '/index.html') next();
    else others(request, response, next);
  });
  router.use((request, response, next) => {
    if (!isPage(request.method, request.path) && request.path !== '/index.html') return next();
    const nonce = randomBytes(16).toString('base64url');
    response.setHeader('content-security-policy', contentSecurityPolicy(nonce));
    response.setHeader('cache-control', 'no-store');
    response.type('html').send(html.replaceAll(NONCE_PLACE, nonce));
  });
  return router;
}
