import { listIn, type XmlElement } from '../../../core/connector/kit/xml.js';
import { failure, success } from './answers.js';
import {
  CANCEL_RULES,
  check,
  checkedLines,
  DELIVERY_LINE_RULES,
  DELIVERY_RULES,
  INVENTORY_TYPES,
  RETURN_LINE_RULES,
  RETURN_RULES,
  RETURN_TYPES,
  textAt,
} from './checks.js';
import { SANDBOX } from './data.js';
import { docAnswer } from './documents.js';
import type { Doc, DocKind, Line, WarehouseStore } from './store.js';

export interface Warehouse {
  readonly store: WarehouseStore;
  /** `yyyy-MM-dd HH:mm:ss`, Beijing time. */
  readonly now: () => string;
  /** What a second order of one code gets: a refusal, or the answer of the first. Vendors differ. */
  readonly duplicates: 'refuse' | 'first';
}

type Method = (request: XmlElement, warehouse: Warehouse) => string;

function knownPlace(warehouseCode: string | undefined, ownerCode: string | undefined): void {
  if (warehouseCode !== undefined && warehouseCode !== SANDBOX.warehouseCode) {
    throw failure('unknown-warehouse', `warehouseCode ${warehouseCode} is not known`);
  }
  if (ownerCode !== undefined && ownerCode !== SANDBOX.ownerCode) {
    throw failure('unknown-owner', `ownerCode ${ownerCode} is not known`);
  }
}

function readLines(lines: readonly XmlElement[], { store }: Warehouse): readonly Line[] {
  const read = lines.map((line, i): Line => {
    const itemCode = textAt(line, 'itemCode') ?? '';
    const source = textAt(line, 'sourceOrderCode');
    knownPlace(undefined, textAt(line, 'ownerCode'));
    if (!store.knows(itemCode)) throw failure('unknown-item', `itemCode ${itemCode} is not known`);
    return {
      lineNo: textAt(line, 'orderLineNo') ?? String(i + 1),
      itemCode,
      inventoryType: textAt(line, 'inventoryType') ?? 'ZP',
      planQty: Number(textAt(line, 'planQty')),
      ...(source === undefined ? {} : { source }),
      actualQty: 0,
    };
  });
  if (new Set(read.map((line) => line.lineNo)).size !== read.length) {
    throw failure('field-invalid', 'orderLineNo stands more than once');
  }
  return read;
}

/** @throws Refusal when more is asked for than may still be promised. */
function demandStock(lines: readonly Line[], { store }: Warehouse): void {
  const wanted = new Map<string, number>();
  for (const line of lines) {
    const total = (wanted.get(`${line.itemCode} ${line.inventoryType}`) ?? 0) + line.planQty;
    wanted.set(`${line.itemCode} ${line.inventoryType}`, total);
    const there = store.stockOf(line.itemCode).find((stock) => stock.inventoryType === line.inventoryType);
    if (total > (there?.quantity ?? 0)) {
      throw failure('out-of-stock', `itemCode ${line.itemCode}: ${there?.quantity ?? 0} in stock, ${total} wanted`);
    }
  }
}

const opened = (doc: Doc): string =>
  success({
    ...(doc.kind === 'delivery' ? { deliveryOrderId: doc.id } : { returnOrderId: doc.id }),
    warehouseCode: SANDBOX.warehouseCode,
    logisticsCode: doc.carrier,
    createTime: doc.createdAt,
  });

function open(doc: Omit<Doc, 'id' | 'createdAt' | 'status'>, what: string, warehouse: Warehouse): string {
  const made: Doc = { ...doc, id: warehouse.store.nextId(), status: 'NEW', createdAt: warehouse.now() };
  warehouse.store.commit(what, { opened: made });
  return opened(made);
}

/** The answer for a code that is taken; undefined when it is free. */
function repeated(kind: DocKind, code: string, { store, duplicates }: Warehouse): string | undefined {
  const first = store.doc(kind, code);
  if (first === undefined) return undefined;
  if (duplicates === 'first') return opened(first);
  throw failure('already-exists', `${code} exists already`);
}

const deliveryOrderCreate: Method = (request, warehouse) => {
  check(request, DELIVERY_RULES);
  const lines = checkedLines(request, DELIVERY_LINE_RULES);
  const field = (name: string): string => textAt(request, `deliveryOrder.${name}`) ?? '';
  knownPlace(field('warehouseCode'), undefined);
  if (!SANDBOX.carriers.includes(field('logisticsCode'))) {
    throw failure('field-invalid', `deliveryOrder.logisticsCode ${field('logisticsCode')} is not known`);
  }
  const read = readLines(lines, warehouse);
  const code = field('deliveryOrderCode');
  const first = repeated('delivery', code, warehouse);
  if (first !== undefined) return first;
  demandStock(read, warehouse);
  const doc = {
    kind: 'delivery',
    code,
    orderType: field('orderType'),
    carrier: field('logisticsCode'),
    party: ['name', 'mobile', 'province', 'city', 'detailAddress'].map((f) => field(`receiverInfo.${f}`)).join(' '),
    lines: read,
  } as const;
  return open(doc, 'deliveryorder.create', warehouse);
};

const returnOrderCreate: Method = (request, warehouse) => {
  check(request, RETURN_RULES);
  const lines = checkedLines(request, RETURN_LINE_RULES);
  const field = (name: string): string => textAt(request, `returnOrder.${name}`) ?? '';
  knownPlace(field('warehouseCode'), undefined);
  const read = readLines(lines, warehouse);
  const code = field('returnOrderCode');
  const first = repeated('return', code, warehouse);
  if (first !== undefined) return first;
  const shipment = warehouse.store.doc('delivery', field('preDeliveryOrderCode'));
  if (shipment === undefined) {
    throw failure('unknown-order', `preDeliveryOrderCode ${field('preDeliveryOrderCode')} is not known`);
  }
  const doc = {
    kind: 'return',
    code,
    orderType: field('orderType'),
    carrier: field('logisticsCode'),
    party: ['name', 'mobile'].map((f) => field(`senderInfo.${f}`)).join(' '),
    lines: read,
  } as const;
  return open(doc, 'returnorder.create', warehouse);
};

/** Why a document in this state can no longer be cancelled; open ones can, and a cancelled one stays so. */
const NO_CANCEL: Partial<Record<Doc['status'], string>> = {
  PARTDELIVERED: 'goods have left the warehouse',
  DELIVERED: 'goods have left the warehouse',
  PARTFULFILLED: 'goods have been received',
  FULFILLED: 'goods have been received',
  REJECT: 'it was rejected',
};

const orderCancel: Method = (request, { store }) => {
  check(request, CANCEL_RULES);
  knownPlace(textAt(request, 'warehouseCode'), textAt(request, 'ownerCode'));
  const code = textAt(request, 'orderCode') ?? '';
  const kind = RETURN_TYPES.some((type) => type === textAt(request, 'orderType')) ? 'return' : 'delivery';
  const doc = store.doc(kind, code);
  if (doc === undefined) throw failure('unknown-order', `orderCode ${code} is not known`);
  const why = NO_CANCEL[doc.status];
  if (why !== undefined) throw failure('cancel-refused', `${code} cannot be cancelled: ${why}`);
  if (doc.status !== 'CANCELED') store.commit('order.cancel', { cancelled: { kind, code } });
  return success();
};

const inventoryQuery: Method = (request, { store }) => {
  const criteria = listIn(request, 'criteriaList', 'criteria');
  if (criteria.length === 0) throw failure('missing-field', 'criteriaList is missing');
  const items = criteria.flatMap((one, i) => {
    const needs = [
      { path: 'itemCode', needed: true },
      { path: 'inventoryType', oneOf: INVENTORY_TYPES },
    ];
    check(one, needs, `criteria[${i + 1}].`);
    knownPlace(textAt(one, 'warehouseCode'), textAt(one, 'ownerCode'));
    const type = textAt(one, 'inventoryType');
    return store
      .stockOf(textAt(one, 'itemCode') ?? '')
      .filter((stock) => type === undefined || stock.inventoryType === type);
  });
  const item = items.map((stock) => ({
    warehouseCode: SANDBOX.warehouseCode,
    itemCode: stock.itemCode,
    inventoryType: stock.inventoryType,
    quantity: String(stock.quantity),
    lockQuantity: String(stock.locked),
  }));
  return success(item.length === 0 ? {} : { items: { item } });
};

const query =
  (kind: DocKind, codeField: string): Method =>
  (request, { store }) => {
    check(request, [
      { path: codeField, needed: true },
      { path: 'page', pattern: /^[1-9]\d{0,5}$/ },
      { path: 'pageSize', pattern: /^([1-9]\d?|100)$/ },
    ]);
    knownPlace(textAt(request, 'warehouseCode'), textAt(request, 'ownerCode'));
    const doc = store.doc(kind, textAt(request, codeField) ?? '');
    if (doc === undefined) throw failure('unknown-order', `${textAt(request, codeField)} is not known`);
    const [page, size] = [Number(textAt(request, 'page') ?? 1), Number(textAt(request, 'pageSize') ?? 100)];
    return success(docAnswer(doc, store, page, size));
  };

/** What the owner of goods may ask of the warehouse. */
export const METHODS: Readonly<Record<string, Method>> = {
  'deliveryorder.create': deliveryOrderCreate,
  'deliveryorder.query': query('delivery', 'orderCode'),
  'returnorder.create': returnOrderCreate,
  'returnorder.query': query('return', 'returnOrderCode'),
  'order.cancel': orderCancel,
  'inventory.query': inventoryQuery,
};
