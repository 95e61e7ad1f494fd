/** Where to go after signing in: a path of this console, else Home. Never another host. */
export function safeNext(next: string | null): string {
  if (next === null || !/^\/(?![/\\])/.test(next) || next.startsWith('/sign-in')) return '/';
  const url = new URL(next, 'http://console.invalid');
  return url.host === 'console.invalid' ? `${url.pathname}${url.search}${url.hash}` : '/';
}
