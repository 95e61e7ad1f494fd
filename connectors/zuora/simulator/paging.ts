import type { Json } from './store.js';

const MOST = 40;
const USUAL = 20;

/** One page of a list; `nextPage` is a whole address and absent on the last page. Larger page sizes are cut to 40. */
export function paged(name: string, rows: readonly Json[], query: URLSearchParams, address: string): Json {
  const size = Math.max(1, Math.min(MOST, Number(query.get('pageSize') ?? USUAL) || USUAL));
  const page = Math.max(1, Number(query.get('page') ?? 1) || 1);
  const body = { [name]: rows.slice((page - 1) * size, page * size) };
  if (page * size >= rows.length) return body;
  const next = new URLSearchParams(query);
  next.set('page', String(page + 1));
  next.set('pageSize', String(size));
  return { ...body, nextPage: `${address}?${next.toString()}` };
}
