import type { Read } from '../../core/connector/contract.js';
import { listIn, textIn, type XmlElement } from '../../core/connector/kit/xml.js';
import { addQuantity, readQuantity } from '../../core/order/quantity.js';
import type { QimenClient } from './client.js';
import { refused } from './errors.js';
import { StockAnswer, StockQuestion } from './payload.js';
import { type Place, placeOf } from './place.js';

type Row = StockAnswer['items'][number];

/** Batches of one item and kind count together. */
function summed(rows: readonly Row[]): readonly Row[] {
  const sums = new Map<string, Row>();
  for (const row of rows) {
    const key = `${row.itemCode}\n${row.inventoryType}`;
    const there = sums.get(key);
    const quantity = addQuantity(there?.quantity ?? '0', row.quantity);
    sums.set(key, { ...row, quantity, locked: addQuantity(there?.locked ?? '0', row.locked) });
  }
  return [...sums.values()];
}

const TYPES = ['ZP', 'CC', 'JS', 'XS'] as const;

/** Undefined when a quantity or the kind of stock cannot be read. */
function rowOf(item: XmlElement): Row | undefined {
  const itemCode = textIn(item, 'itemCode');
  const type = textIn(item, 'inventoryType') ?? 'ZP';
  const inventoryType = TYPES.find((known) => known === type);
  const quantity = textIn(item, 'quantity') ?? '';
  const locked = textIn(item, 'lockQuantity') ?? '0';
  if (itemCode === undefined || inventoryType === undefined) return undefined;
  if (readQuantity(quantity) === undefined || readQuantity(locked) === undefined) return undefined;
  return { itemCode, inventoryType, quantity, locked };
}

/** What of some items lies in the warehouse (`inventory.query`). */
export const stockQuery = (client: QimenClient, place: Place): Read => ({
  name: 'stock.query',
  label: { en: 'Ask for stock', zh: '查询库存' },
  input: StockQuestion,
  output: StockAnswer,
  ask: async (input, signal): Promise<StockAnswer> => {
    const { items, inventoryType } = input as StockQuestion;
    const deed = { what: 'inventory.query', writes: false };
    const criteria = items.map((itemCode) => ({
      ...placeOf(place),
      itemCode,
      ...(inventoryType === undefined ? {} : { inventoryType }),
    }));
    const answer = await client.call('inventory.query', { criteriaList: { criteria } }, deed, signal);
    if (!answer.ok) throw refused(deed, `${answer.message} (${answer.code})`);
    const rows = listIn(answer.content, 'items', 'item').map(rowOf);
    const read = rows.filter((row) => row !== undefined);
    if (read.length < rows.length) throw refused(deed, 'the answer has a stock line that cannot be read');
    return { items: [...summed(read)] };
  },
});
