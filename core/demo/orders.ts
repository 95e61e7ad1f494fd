import type { Label } from '../connector/contract.js';
import type { OrderInput } from '../order/schema.js';

export interface DemoLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: string;
  readonly listPrice?: string;
  readonly discountPercent?: number;
  readonly termStart?: string;
  readonly termEnd?: string;
}

/** One order of the demo: how it comes in, what happens to it, and how it must end. */
export interface DemoOrder {
  readonly name: string;
  readonly about: Label;
  /** `sell`: a person sells it in Salesforce and the hub polls it. `push`: the same, and it is also pushed twice. `api`: posted twice with one key. */
  readonly by: 'sell' | 'push' | 'api';
  readonly account: string;
  readonly lines: readonly DemoLine[];
  /** Deliveries by line position and quantity, one report each. */
  readonly deliveries: readonly (readonly { line: number; quantity: string }[])[];
  /** Calls of Kingdee whose answer is lost after it stored what was asked. */
  readonly lostAnswers?: readonly string[];
  readonly ends: 'accepted' | 'rejected';
  /** Roles that must have approved, in order. */
  readonly approvals: readonly string[];
}

const year = { termStart: '2026-12-01', termEnd: '2027-11-30' };
export const DEMO_DATE = '2026-11-18';

export const DEMO_ORDERS: readonly DemoOrder[] = [
  {
    name: 'small',
    about: { en: 'small, accepted by rule', zh: '小额订单，自动通过' },
    by: 'sell',
    account: 'C001',
    lines: [{ sku: 'SVC-IMPL', quantity: 3, unitPrice: '3000' }],
    deliveries: [[{ line: 0, quantity: '3' }]],
    ends: 'accepted',
    approvals: [],
  },
  {
    name: 'three-levels',
    about: { en: '620,000: manager, director, vice-president', zh: '62 万：经理、总监、副总裁三级审批' },
    by: 'sell',
    account: 'C002',
    lines: [{ sku: 'LIC-PLATFORM', quantity: 1, unitPrice: '548672.57', listPrice: '548672.57' }],
    deliveries: [[{ line: 0, quantity: '1' }]],
    ends: 'accepted',
    approvals: ['sales-manager', 'sales-director', 'vice-president'],
  },
  {
    name: 'mixed',
    about: {
      en: 'hardware, licence, SaaS and services; 25 % discount asks finance',
      zh: '软硬服混合订单，折扣 25% 需财务审批',
    },
    by: 'sell',
    account: 'C004',
    lines: [
      { sku: 'HW-SERVER', quantity: 2, unitPrice: '51000', listPrice: '68000', discountPercent: 25 },
      { sku: 'LIC-ANALYTICS', quantity: 1, unitPrice: '80000' },
      { sku: 'SAAS-PRO', quantity: 20, unitPrice: '3600', ...year },
      { sku: 'SVC-IMPL', quantity: 10, unitPrice: '3000' },
    ],
    deliveries: [
      [{ line: 0, quantity: '1' }],
      [
        { line: 0, quantity: '1' },
        { line: 1, quantity: '1' },
      ],
    ],
    ends: 'accepted',
    approvals: ['sales-manager', 'sales-director', 'finance'],
  },
  {
    name: 'refused',
    about: { en: 'refused by validation, with reasons', zh: '校验不通过，给出原因' },
    by: 'sell',
    account: 'C005',
    lines: [{ sku: 'SAAS-BASIC', quantity: 50, unitPrice: '360', listPrice: '1200', discountPercent: 70 }],
    deliveries: [],
    ends: 'rejected',
    approvals: [],
  },
  {
    name: 'pushed-twice',
    about: { en: 'pushed twice by webhook and polled too: one order', zh: '推送两次并被轮询，只生成一个订单' },
    by: 'push',
    account: 'C006',
    lines: [{ sku: 'HW-GATEWAY', quantity: 2, unitPrice: '12000' }],
    deliveries: [[{ line: 0, quantity: '2' }]],
    ends: 'accepted',
    approvals: ['sales-manager'],
  },
  {
    name: 'answer-lost',
    about: { en: 'Kingdee stores order and voucher, its answers are lost', zh: '金蝶已保存订单与凭证，但应答丢失' },
    by: 'sell',
    account: 'C007',
    lines: [{ sku: 'HW-GATEWAY', quantity: 4, unitPrice: '12000' }],
    deliveries: [[{ line: 0, quantity: '4' }]],
    lostAnswers: ['SAL_SaleOrder.Save', 'GL_VOUCHER.Save'],
    ends: 'accepted',
    approvals: ['sales-manager'],
  },
  {
    name: 'custom-hardware',
    about: {
      en: 'posted twice with one key; custom hardware tells production',
      zh: '同一幂等键提交两次；定制硬件通知生产',
    },
    by: 'api',
    account: 'C009',
    lines: [{ sku: 'HW-CUSTOM-RACK', quantity: 1, unitPrice: '150000' }],
    deliveries: [[{ line: 0, quantity: '1' }]],
    ends: 'accepted',
    approvals: ['sales-manager', 'sales-director'],
  },
];

/** The canonical form of an order that comes over the API. */
export const canonicalOf = (order: DemoOrder): OrderInput => ({
  schema: 'order/v1',
  orderDate: DEMO_DATE,
  currency: 'CNY',
  customer: { code: order.account, name: '厦门鹭岛新能源有限公司', taxNumber: '91350200MA2DEMO09K', level: 'Gold' },
  shipTo: { country: 'CN', city: '厦门', street: '软件园二期望海路 10 号', contact: '王工' },
  region: 'South',
  channel: 'partner-portal',
  owner: { code: 'S001', name: '李伟' },
  paymentTermsDays: 30,
  lines: order.lines.map((line, i) => ({
    ref: `line-${i + 1}`,
    product: line.sku,
    quantity: String(line.quantity),
    unitPrice: line.unitPrice,
    taxRate: '0.13',
  })),
});
