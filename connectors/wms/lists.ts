/** Elements of the protocol that are lists, each inside its wrapper: `orderLines/orderLine` and so on. */
export const LISTS: ReadonlySet<string> = new Set([
  'orderLine', 'package', 'item', 'criteria', 'batch', 'invoice', 'sn', 'packageMaterial',
]); // biome-ignore format: a table reads better in rows
