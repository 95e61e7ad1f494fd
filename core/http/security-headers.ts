const BASE = [
  "default-src 'self'",
  "script-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

/**
 * What pages may load: the hub's own files only, no inline script. Style attributes are allowed because charts set them
 * in markup; style elements need the nonce that the served page names.
 */
export const contentSecurityPolicy = (nonce?: string): string =>
  [...BASE, `style-src 'self'${nonce === undefined ? '' : ` 'nonce-${nonce}'`}`, "style-src-attr 'unsafe-inline'"].join(
    '; ',
  );

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy(),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};
