import type { XmlElement } from '../../../core/connector/kit/xml.js';
import { SANDBOX } from './data.js';
import type { Confirm, Doc, Moved, WarehouseStore } from './store.js';

const headOf = (doc: Doc): XmlElement => ({
  ...(doc.kind === 'delivery'
    ? { deliveryOrderCode: doc.code, deliveryOrderId: doc.id }
    : { returnOrderCode: doc.code, returnOrderId: doc.id }),
  warehouseCode: SANDBOX.warehouseCode,
  orderType: doc.orderType,
});

const lineOf = (doc: Doc, lineNo: string): XmlElement => {
  const line = doc.lines.find((candidate) => candidate.lineNo === lineNo);
  return {
    orderLineNo: lineNo,
    ownerCode: SANDBOX.ownerCode,
    itemCode: line?.itemCode ?? '',
    planQty: String(line?.planQty ?? 0),
  };
};

const parcelOf = ({ carrier, tracking, moved }: Confirm): XmlElement => ({
  logisticsCode: carrier ?? '',
  expressCode: tracking ?? '',
  items: { item: moved.map(({ itemCode, quantity }) => ({ itemCode, quantity: String(quantity) })) },
});

/** What `deliveryorder.query` and `returnorder.query` tell: the document, its parcels, one page of its lines. */
export function docAnswer(doc: Doc, store: WarehouseStore, page: number, size: number): XmlElement {
  const confirms = store.confirms().filter((confirm) => confirm.kind === doc.kind && confirm.code === doc.code);
  const parcels = confirms.filter((confirm) => confirm.tracking !== undefined).map(parcelOf);
  const orderLine = doc.lines.slice((page - 1) * size, page * size).map((line) => ({
    ...lineOf(doc, line.lineNo),
    inventoryType: line.inventoryType,
    actualQty: String(line.actualQty),
  }));
  return {
    totalLines: String(doc.lines.length),
    [doc.kind === 'delivery' ? 'deliveryOrder' : 'returnOrder']: { ...headOf(doc), status: doc.status },
    ...(parcels.length === 0 ? {} : { packages: { package: parcels } }),
    ...(orderLine.length === 0 ? {} : { orderLines: { orderLine } }),
  };
}

const movedLine = (doc: Doc, { lineNo, inventoryType, quantity }: Moved): XmlElement => ({
  ...lineOf(doc, lineNo),
  inventoryType,
  actualQty: String(quantity),
});

/** The body of `deliveryorder.confirm` or `returnorder.confirm` about one confirmation. */
export function confirmRequest(doc: Doc, confirm: Confirm): XmlElement {
  const { outBizCode, status, final, at, tracking, carrier, reason, moved } = confirm;
  const orderLine = moved.map((one) => movedLine(doc, one));
  const lines = orderLine.length === 0 ? {} : { orderLines: { orderLine } };
  const remark = reason === undefined ? {} : { remark: reason };
  if (doc.kind === 'return') {
    const from = {
      logisticsCode: carrier ?? doc.carrier,
      ...(tracking === undefined ? {} : { expressCode: tracking }),
    };
    return { returnOrder: { ...headOf(doc), outBizCode, orderConfirmTime: at, ...from, ...remark }, ...lines };
  }
  return {
    deliveryOrder: {
      ...headOf(doc),
      status,
      outBizCode,
      confirmType: final ? '0' : '1',
      operateTime: at,
      ...remark,
    },
    ...(tracking === undefined ? {} : { packages: { package: [parcelOf(confirm)] } }),
    ...lines,
  };
}
