import type { Doc, WarehouseStore } from './store.js';

/** Fields in which an honest second order would differ; code, id and state are left out on purpose. */
const contentOf = (doc: Doc): string =>
  [
    doc.party,
    ...doc.lines.map((line) => `${line.source ?? ''}|${line.itemCode}|${line.inventoryType}|${line.planQty}`).sort(),
  ].join('\n');

/** Codes of documents whose content stands more than once. */
function repeated(docs: readonly Doc[]): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const doc of docs) groups.set(contentOf(doc), [...(groups.get(contentOf(doc)) ?? []), doc.code]);
  return [...groups.values()].filter((codes) => codes.length > 1);
}

/** What stands in the warehouse, told by content. */
export function inspect(store: WarehouseStore): Readonly<Record<string, unknown>> {
  const confirmsOf = (doc: Doc) =>
    store
      .confirms()
      .filter((confirm) => confirm.kind === doc.kind && confirm.code === doc.code)
      .map(({ outBizCode, status, final, moved, told }) => ({
        outBizCode,
        status,
        final,
        quantity: moved.reduce((sum, one) => sum + one.quantity, 0),
        ...told,
      }));
  const view = (doc: Doc) => ({
    state: doc.status,
    party: doc.party,
    lines: doc.lines.map(({ lineNo, itemCode, planQty, actualQty }) => ({ lineNo, itemCode, planQty, actualQty })),
    confirms: confirmsOf(doc),
  });
  return {
    shipments: store.docs('delivery').map((doc) => ({ deliveryOrderCode: doc.code, ...view(doc) })),
    duplicates: repeated(store.docs('delivery').filter((doc) => doc.status !== 'CANCELED')),
    returns: store.docs('return').map((doc) => ({ returnOrderCode: doc.code, ...view(doc) })),
    stock: store.stock(),
  };
}
