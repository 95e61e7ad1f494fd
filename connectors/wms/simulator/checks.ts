import { listIn, textIn, type XmlElement } from '../../../core/connector/kit/xml.js';
import { failure } from './answers.js';

/** What a field must be; `needed` false lets it be absent. */
export interface FieldRule {
  readonly path: string;
  readonly needed?: boolean;
  readonly max?: number;
  readonly oneOf?: readonly string[];
  readonly pattern?: RegExp;
}

export const DELIVERY_TYPES = ['JYCK', 'HHCK', 'BFCK', 'QTCK'] as const;
export const RETURN_TYPES = ['THRK', 'HHRK'] as const;
export const INVENTORY_TYPES = ['ZP', 'CC', 'JS', 'XS'] as const;

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
const AMOUNT = /^\d{1,16}(\.\d{1,2})?$/;
const COUNT = /^[1-9]\d{0,8}$/;

const needed = (path: string, more: Omit<FieldRule, 'path' | 'needed'> = {}): FieldRule => ({
  path,
  needed: true,
  ...more,
});
const address = (group: string): readonly FieldRule[] =>
  ['name', 'mobile', 'province', 'city', 'detailAddress'].map((field) => needed(`${group}.${field}`, { max: 200 }));

export const DELIVERY_RULES: readonly FieldRule[] = [
  needed('deliveryOrder.deliveryOrderCode', { max: 50 }),
  needed('deliveryOrder.orderType', { oneOf: DELIVERY_TYPES }),
  needed('deliveryOrder.warehouseCode', { max: 50 }),
  needed('deliveryOrder.createTime', { pattern: TIME }),
  needed('deliveryOrder.placeOrderTime', { pattern: TIME }),
  needed('deliveryOrder.operateTime', { pattern: TIME }),
  needed('deliveryOrder.shopNick', { max: 200 }),
  needed('deliveryOrder.logisticsCode', { max: 50 }),
  { path: 'deliveryOrder.isUrgency', oneOf: ['Y', 'N'] },
  { path: 'deliveryOrder.invoiceFlag', oneOf: ['Y', 'N'] },
  { path: 'deliveryOrder.remark', max: 500 },
  ...address('deliveryOrder.senderInfo'),
  ...address('deliveryOrder.receiverInfo'),
];

export const DELIVERY_LINE_RULES: readonly FieldRule[] = [
  needed('ownerCode', { max: 50 }),
  needed('itemCode', { max: 50 }),
  needed('planQty', { pattern: COUNT }),
  needed('actualPrice', { pattern: AMOUNT }),
  { path: 'orderLineNo', max: 50 },
  { path: 'retailPrice', pattern: AMOUNT },
  { path: 'inventoryType', oneOf: INVENTORY_TYPES },
];

export const RETURN_RULES: readonly FieldRule[] = [
  needed('returnOrder.returnOrderCode', { max: 50 }),
  needed('returnOrder.orderType', { oneOf: RETURN_TYPES }),
  needed('returnOrder.warehouseCode', { max: 50 }),
  needed('returnOrder.preDeliveryOrderCode', { max: 50 }),
  needed('returnOrder.logisticsCode', { max: 50 }),
  { path: 'returnOrder.returnReason', max: 200 },
  ...address('returnOrder.senderInfo'),
];

export const RETURN_LINE_RULES: readonly FieldRule[] = [
  needed('ownerCode', { max: 50 }),
  needed('itemCode', { max: 50 }),
  needed('planQty', { pattern: COUNT }),
  { path: 'orderLineNo', max: 50 },
  { path: 'inventoryType', oneOf: INVENTORY_TYPES },
];

export const CANCEL_RULES: readonly FieldRule[] = [
  needed('warehouseCode', { max: 50 }),
  needed('orderCode', { max: 50 }),
  { path: 'orderType', oneOf: [...DELIVERY_TYPES, ...RETURN_TYPES] },
  { path: 'cancelReason', max: 500 },
];

/** A text by the dotted path to it. */
export const textAt = (element: XmlElement, path: string): string | undefined => textIn(element, ...path.split('.'));

/** @throws Refusal that names the first field at fault; tags nobody asked for are passed over. */
export function check(element: XmlElement, rules: readonly FieldRule[], where = ''): void {
  for (const rule of rules) {
    const value = textAt(element, rule.path);
    const name = `${where}${rule.path}`;
    if (value === undefined) {
      if (rule.needed === true) throw failure('missing-field', `${name} is missing`);
      continue;
    }
    if (rule.max !== undefined && [...value].length > rule.max) {
      throw failure('field-too-long', `${name} has more than ${rule.max} characters`);
    }
    if (rule.oneOf !== undefined && !rule.oneOf.includes(value)) {
      throw failure('field-invalid', `${name} must be one of ${rule.oneOf.join(', ')}`);
    }
    if (rule.pattern !== undefined && !rule.pattern.test(value)) {
      throw failure('field-invalid', `${name} cannot be ${value}`);
    }
  }
}

/** The lines, each checked. @throws Refusal also when there are none. */
export function checkedLines(request: XmlElement, rules: readonly FieldRule[]): readonly XmlElement[] {
  const lines = listIn(request, 'orderLines', 'orderLine');
  if (lines.length === 0) throw failure('missing-field', 'orderLines is missing');
  lines.forEach((line, i) => {
    check(line, rules, `orderLines[${i + 1}].`);
  });
  return lines;
}
