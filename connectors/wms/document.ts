import type { EffectCall } from '../../core/connector/contract.js';
import { isElement, listIn, textIn, type XmlElement } from '../../core/connector/kit/xml.js';
import { addQuantity, compareQuantity, readQuantity } from '../../core/order/quantity.js';
import type { QimenClient } from './client.js';
import { type Place, placeOf } from './place.js';

/** Words of the protocol for one kind of document. */
export interface DocumentKind {
  /** Method prefix: `deliveryorder` or `returnorder`; also the type of the hub's reference. */
  readonly object: 'deliveryorder' | 'returnorder';
  readonly head: 'deliveryOrder' | 'returnOrder';
  readonly codeField: 'deliveryOrderCode' | 'returnOrderCode';
  readonly idField: 'deliveryOrderId' | 'returnOrderId';
  /** Name of the code in a query. */
  readonly askedBy: 'orderCode' | 'returnOrderCode';
}

export const DELIVERY: DocumentKind = {
  object: 'deliveryorder',
  head: 'deliveryOrder',
  codeField: 'deliveryOrderCode',
  idField: 'deliveryOrderId',
  askedBy: 'orderCode',
};
export const RETURN: DocumentKind = {
  object: 'returnorder',
  head: 'returnOrder',
  codeField: 'returnOrderCode',
  idField: 'returnOrderId',
  askedBy: 'returnOrderCode',
};

/** A document as the warehouse tells it; lines only as far as it names items and planned quantities. */
export interface Found {
  readonly id: string;
  readonly status: string;
  readonly lines: readonly { readonly item: string; readonly planned: string | undefined }[];
}

/** Most lines of one answer of a query. */
const PAGE_LINES = 100;
const MAX_PAGES = 20;

/**
 * Looks a document up by our code. Undefined when the warehouse knows none: it says so by `flag=failure` in words of
 * its own, so that every business failure of a query counts as *not found*.
 */
export async function findDocument(
  client: QimenClient,
  kind: DocumentKind,
  place: Place,
  call: Pick<EffectCall, 'businessKey' | 'signal'>,
): Promise<Found | undefined> {
  const deed = { what: `${kind.object} ${call.businessKey}`, writes: false };
  const lines: Found['lines'][number][] = [];
  for (let page = 1; ; page++) {
    const asked = { ...placeOf(place), [kind.askedBy]: call.businessKey };
    const pages = { page: String(page), pageSize: String(PAGE_LINES) };
    const answer = await client.call(`${kind.object}.query`, { ...asked, ...pages }, deed, call.signal);
    const head = answer.content[kind.head];
    if (!answer.ok || !isElement(head)) return undefined;
    const read = listIn(answer.content, 'orderLines', 'orderLine');
    lines.push(...read.map((line) => ({ item: textIn(line, 'itemCode') ?? '', planned: textIn(line, 'planQty') })));
    const total = Number(textIn(answer.content, 'totalLines') ?? 0);
    if (read.length === 0 || lines.length >= total || page === MAX_PAGES) {
      const id = textIn(head, kind.idField) ?? call.businessKey;
      return { id, status: textIn(head, 'status') ?? '', lines };
    }
  }
}

/** Planned pieces by item. */
function totals(lines: readonly { readonly item: string; readonly planned: string }[]): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  for (const { item, planned } of lines) sums.set(item, addQuantity(sums.get(item) ?? '0', planned));
  return sums;
}

/** Why the document under our code is not ours; undefined when it is, or when its lines are not told. */
export function difference(found: Found, payload: Readonly<Record<string, unknown>>): string | undefined {
  const told = found.lines.flatMap(({ item, planned }) =>
    planned === undefined || readQuantity(planned) === undefined ? [] : [{ item, planned }],
  );
  if (told.length === 0 || told.length < found.lines.length) return undefined;
  const lines = listIn(payload as XmlElement, 'orderLines', 'orderLine');
  const ours = totals(lines.map((l) => ({ item: textIn(l, 'itemCode') ?? '', planned: textIn(l, 'planQty') ?? '0' })));
  const theirs = totals(told);
  const items = new Set([...ours.keys(), ...theirs.keys()]);
  const other = [...items].find((i) => compareQuantity(ours.get(i) ?? '0', theirs.get(i) ?? '0') !== 0);
  if (other === undefined) return undefined;
  const [our, their] = [ours.get(other) ?? '0', theirs.get(other) ?? '0'];
  return `another order has this code: it holds ${their} of ${other}, not ${our}`;
}
