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
  /** Of an order that comes over the API; 13 % when absent. */
  readonly taxRate?: string;
}

interface Units {
  /** Position of the line, from 0. */
  readonly line: number;
  readonly quantity: number;
}

/** What happens to an accepted order, one after the other. */
export type DemoStep =
  /** Reported over the API. */
  | { readonly do: 'deliver'; readonly date: string; readonly lines: readonly Units[] }
  /** A person reports a step of the plan; a part of it is a milestone. */
  | {
      readonly do: 'complete';
      readonly line: number;
      readonly action: string;
      readonly date: string;
      readonly quantity?: number;
    }
  /** The warehouse ships from the shipment that is open and tells the hub, `repeat` times more than it should. */
  | {
      readonly do: 'ship';
      readonly lines: readonly Units[];
      readonly final: boolean;
      readonly tracking: string;
      readonly repeat?: number;
    }
  | { readonly do: 'return'; readonly lines: readonly Units[]; readonly reason: string }
  /** The warehouse has received what was announced to come back. */
  | { readonly do: 'receive'; readonly lines: readonly Units[] }
  /** The tenant of the subscription system runs billing through that day and tells the hub. */
  | { readonly do: 'bill'; readonly through: string }
  | {
      readonly do: 'amend';
      readonly effectiveDate: string;
      readonly changes: readonly DemoChange[];
      readonly ends: 'effective' | 'refused';
    };

export type DemoChange =
  | { readonly do: 'add'; readonly of: number; readonly quantity: number; readonly unitPrice: string }
  | { readonly do: 'reduce'; readonly line: number; readonly quantity: number }
  | { readonly do: 'renew'; readonly line: number; readonly termEnd: string; readonly unitPrice: string };

/** A fault of a sandbox system that an order meets. */
export interface DemoFault {
  readonly system: 'kingdee' | 'wms' | 'zuora';
  readonly kind: 'dropAfterCommit' | 'dropBefore';
  readonly on: string;
  readonly times: number;
}

/** One order of the demo: how it comes in, what happens to it, and how it must end. */
export interface DemoOrder {
  readonly name: string;
  readonly about: Label;
  /** `sell`: a person sells it in Salesforce and the hub polls it. `push`: the same, and it is also pushed twice. `api`: posted twice with one key. */
  readonly by: 'sell' | 'push' | 'api';
  readonly account: string;
  readonly date?: string;
  readonly lines: readonly DemoLine[];
  readonly faults?: readonly DemoFault[];
  readonly steps: readonly DemoStep[];
  readonly ends: 'accepted' | 'rejected';
  /** Roles that must have approved, in order. */
  readonly approvals: readonly string[];
  /** Journals before any month is closed. */
  readonly journals: number;
  /** Where the units of the first lines must be at the end. */
  readonly units?: readonly { readonly delivered?: string; readonly returned?: string; readonly cancelled?: string }[];
}

export const DEMO_DATE = '2026-11-18';
/** Orders that the closed months tell of were sold on this day. */
export const AUTUMN = '2026-09-01';
export const CLOSED = ['2026-09', '2026-10'] as const;

const year = { termStart: '2026-12-01', termEnd: '2027-11-30' };
const autumnYear = { termStart: AUTUMN, termEnd: '2027-08-31' };

export const DEMO_ORDERS: readonly DemoOrder[] = [
  {
    name: 'small',
    about: { en: 'small, accepted by rule', zh: '小额订单，自动通过' },
    by: 'sell',
    account: 'C001',
    lines: [{ sku: 'SVC-IMPL', quantity: 3, unitPrice: '3000' }],
    steps: [{ do: 'deliver', date: DEMO_DATE, lines: [{ line: 0, quantity: 3 }] }],
    ends: 'accepted',
    approvals: [],
    journals: 1,
  },
  {
    name: 'three-levels',
    about: { en: '620,000: manager, director, vice-president', zh: '62 万：经理、总监、副总裁三级审批' },
    by: 'sell',
    account: 'C002',
    lines: [{ sku: 'LIC-PLATFORM', quantity: 1, unitPrice: '548672.57', listPrice: '548672.57' }],
    steps: [{ do: 'complete', line: 0, action: 'licence-key', date: DEMO_DATE }],
    ends: 'accepted',
    approvals: ['sales-manager', 'sales-director', 'vice-president'],
    journals: 1,
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
    steps: [
      { do: 'ship', lines: [{ line: 0, quantity: 2 }], final: true, tracking: 'SF1000000001' },
      { do: 'complete', line: 0, action: 'install', date: DEMO_DATE, quantity: 1 },
      { do: 'complete', line: 0, action: 'install', date: DEMO_DATE },
      { do: 'complete', line: 1, action: 'licence-key', date: DEMO_DATE },
    ],
    ends: 'accepted',
    approvals: ['sales-manager', 'sales-director', 'finance'],
    journals: 3,
    units: [{ delivered: '2' }, { delivered: '1' }, { delivered: '20' }],
  },
  {
    name: 'refused',
    about: { en: 'refused by validation, with reasons', zh: '校验不通过，给出原因' },
    by: 'sell',
    account: 'C005',
    lines: [{ sku: 'SAAS-BASIC', quantity: 50, unitPrice: '360', listPrice: '1200', discountPercent: 70 }],
    steps: [],
    ends: 'rejected',
    approvals: [],
    journals: 0,
  },
  {
    name: 'pushed-twice',
    about: { en: 'pushed twice by webhook and polled too: one order', zh: '推送两次并被轮询，只生成一个订单' },
    by: 'push',
    account: 'C006',
    lines: [{ sku: 'HW-GATEWAY', quantity: 2, unitPrice: '12000' }],
    steps: [{ do: 'deliver', date: DEMO_DATE, lines: [{ line: 0, quantity: 2 }] }],
    ends: 'accepted',
    approvals: ['sales-manager'],
    journals: 1,
  },
  {
    name: 'answer-lost',
    about: { en: 'Kingdee stores order and voucher, its answers are lost', zh: '金蝶已保存订单与凭证，但应答丢失' },
    by: 'sell',
    account: 'C007',
    lines: [{ sku: 'HW-GATEWAY', quantity: 4, unitPrice: '12000' }],
    faults: [
      { system: 'kingdee', kind: 'dropAfterCommit', on: 'SAL_SaleOrder.Save', times: 1 },
      { system: 'kingdee', kind: 'dropAfterCommit', on: 'GL_VOUCHER.Save', times: 1 },
    ],
    steps: [{ do: 'deliver', date: DEMO_DATE, lines: [{ line: 0, quantity: 4 }] }],
    ends: 'accepted',
    approvals: ['sales-manager'],
    journals: 1,
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
    steps: [
      { do: 'ship', lines: [{ line: 0, quantity: 1 }], final: true, tracking: 'SF1000000002' },
      { do: 'complete', line: 0, action: 'install', date: DEMO_DATE },
    ],
    ends: 'accepted',
    approvals: ['sales-manager', 'sales-director'],
    journals: 1,
    units: [{ delivered: '1' }],
  },
  {
    name: 'two-batches',
    about: {
      en: 'shipped in two batches with tracking, the first told twice',
      zh: '分两批发货并带运单号，首批重复回传',
    },
    by: 'sell',
    account: 'C001',
    lines: [{ sku: 'HW-GATEWAY', quantity: 10, unitPrice: '12000' }],
    steps: [
      { do: 'ship', lines: [{ line: 0, quantity: 6 }], final: false, tracking: 'SF1000000003', repeat: 1 },
      { do: 'ship', lines: [{ line: 0, quantity: 4 }], final: true, tracking: 'SF1000000004' },
    ],
    ends: 'accepted',
    approvals: ['sales-manager', 'sales-director'],
    journals: 2,
    units: [{ delivered: '10', returned: '0' }],
  },
  {
    name: 'one-returned',
    about: { en: 'one of three units comes back', zh: '三台中退回一台' },
    by: 'sell',
    account: 'C002',
    lines: [{ sku: 'HW-GATEWAY', quantity: 3, unitPrice: '12000' }],
    steps: [
      { do: 'ship', lines: [{ line: 0, quantity: 3 }], final: true, tracking: 'SF1000000005' },
      { do: 'return', lines: [{ line: 0, quantity: 1 }], reason: 'wrong model' },
      { do: 'receive', lines: [{ line: 0, quantity: 1 }] },
    ],
    ends: 'accepted',
    approvals: ['sales-manager'],
    journals: 2,
    units: [{ delivered: '3', returned: '1' }],
  },
  {
    name: 'targets-down',
    about: {
      en: 'warehouse down and back; the subscription’s answer is lost',
      zh: '仓库系统中断后恢复；订阅系统应答丢失',
    },
    by: 'sell',
    account: 'C006',
    lines: [
      { sku: 'HW-GATEWAY', quantity: 1, unitPrice: '12000' },
      { sku: 'SAAS-BASIC', quantity: 8, unitPrice: '1200', ...year },
    ],
    faults: [
      { system: 'wms', kind: 'dropBefore', on: 'deliveryorder.create', times: 2 },
      { system: 'zuora', kind: 'dropAfterCommit', on: 'Order.create', times: 1 },
    ],
    steps: [{ do: 'ship', lines: [{ line: 0, quantity: 1 }], final: true, tracking: 'SF1000000006' }],
    ends: 'accepted',
    approvals: ['sales-manager'],
    journals: 1,
    units: [{ delivered: '1' }, { delivered: '8' }],
  },
  {
    name: 'reduced',
    about: { en: 'two of seven cancelled while they are at the warehouse', zh: '发货前减少两台，仓库撤单后重新下发' },
    by: 'sell',
    account: 'C007',
    lines: [{ sku: 'HW-GATEWAY', quantity: 7, unitPrice: '12000' }],
    steps: [
      { do: 'amend', effectiveDate: DEMO_DATE, changes: [{ do: 'reduce', line: 0, quantity: 2 }], ends: 'effective' },
      { do: 'ship', lines: [{ line: 0, quantity: 5 }], final: true, tracking: 'SF1000000007' },
    ],
    ends: 'accepted',
    approvals: ['sales-manager'],
    journals: 1,
    units: [{ delivered: '5', cancelled: '2' }],
  },
  {
    name: 'too-late',
    about: {
      en: 'reduced below what has shipped: refused, becomes a return',
      zh: '减少至已发货数量以下：拒绝并转为退货',
    },
    by: 'sell',
    account: 'C004',
    lines: [{ sku: 'HW-GATEWAY', quantity: 5, unitPrice: '12000' }],
    steps: [
      { do: 'ship', lines: [{ line: 0, quantity: 3 }], final: false, tracking: 'SF1000000008' },
      { do: 'amend', effectiveDate: DEMO_DATE, changes: [{ do: 'reduce', line: 0, quantity: 4 }], ends: 'refused' },
      { do: 'ship', lines: [{ line: 0, quantity: 2 }], final: true, tracking: 'SF1000000009' },
      { do: 'receive', lines: [{ line: 0, quantity: 2 }] },
    ],
    ends: 'accepted',
    approvals: ['sales-manager'],
    journals: 3,
    units: [{ delivered: '5', returned: '2', cancelled: '0' }],
  },
  {
    name: 'seats-added',
    about: { en: 'subscription and maintenance; five seats more in mid-term', zh: '订阅与维保，期中增加五个席位' },
    by: 'sell',
    account: 'C001',
    date: AUTUMN,
    lines: [
      { sku: 'SAAS-PRO', quantity: 20, unitPrice: '3600', ...autumnYear },
      { sku: 'MNT-GOLD', quantity: 1, unitPrice: '30000', ...autumnYear },
    ],
    steps: [
      { do: 'bill', through: AUTUMN },
      {
        do: 'amend',
        effectiveDate: '2026-10-15',
        changes: [{ do: 'add', of: 0, quantity: 5, unitPrice: '3150' }],
        ends: 'effective',
      },
      { do: 'bill', through: '2026-10-15' },
    ],
    ends: 'accepted',
    approvals: ['sales-manager', 'sales-director'],
    journals: 2,
    units: [{ delivered: '20' }, { delivered: '1' }, { delivered: '5' }],
  },
  {
    name: 'renewed',
    about: { en: 'a short subscription is renewed for a year', zh: '短期订阅续订一年' },
    by: 'sell',
    account: 'C002',
    date: AUTUMN,
    lines: [
      { sku: 'SAAS-BASIC', quantity: 10, unitPrice: '200', listPrice: '200', termStart: AUTUMN, termEnd: '2026-10-31' },
    ],
    steps: [
      { do: 'bill', through: AUTUMN },
      {
        do: 'amend',
        effectiveDate: '2026-10-20',
        changes: [{ do: 'renew', line: 0, termEnd: '2027-10-31', unitPrice: '1200' }],
        ends: 'effective',
      },
    ],
    ends: 'accepted',
    approvals: [],
    journals: 1,
    units: [{ delivered: '10' }, { delivered: '10' }],
  },
  {
    name: 'milestones',
    about: { en: 'twenty days of service in two milestones, and a training', zh: '二十人天服务分两个里程碑，另含培训' },
    by: 'api',
    account: 'C009',
    date: AUTUMN,
    lines: [
      { sku: 'SVC-IMPL', quantity: 20, unitPrice: '3000', taxRate: '0.06' },
      { sku: 'TRN-ADMIN', quantity: 1, unitPrice: '8000', taxRate: '0.06' },
    ],
    steps: [
      { do: 'complete', line: 0, action: 'perform', date: '2026-09-20', quantity: 8 },
      { do: 'complete', line: 1, action: 'train', date: '2026-10-12' },
      { do: 'complete', line: 0, action: 'perform', date: '2026-10-25' },
      { do: 'complete', line: 0, action: 'accept', date: '2026-10-28' },
    ],
    ends: 'accepted',
    approvals: ['sales-manager'],
    journals: 3,
    units: [{ delivered: '20' }, { delivered: '1' }],
  },
];

/** Told only after its month was closed; it is booked in the first month that is open. */
export const LATE_ORDER: DemoOrder = {
  name: 'late',
  about: { en: 'delivered in a month that is closed by now', zh: '交付日所在月份已结账' },
  by: 'sell',
  account: 'C007',
  date: '2026-10-10',
  lines: [{ sku: 'HW-GATEWAY', quantity: 1, unitPrice: '12000' }],
  steps: [{ do: 'deliver', date: '2026-10-20', lines: [{ line: 0, quantity: 1 }] }],
  ends: 'accepted',
  approvals: ['sales-manager'],
  journals: 1,
};

/** The canonical form of an order that comes over the API. */
export const canonicalOf = (order: DemoOrder): OrderInput => ({
  schema: 'order/v1',
  orderDate: order.date ?? DEMO_DATE,
  currency: 'CNY',
  customer: { code: order.account, name: '厦门鹭岛新能源有限公司', taxNumber: '91350200MA2DEMO09K', level: 'Gold' },
  shipTo: {
    country: 'CN',
    region: '福建省',
    city: '厦门',
    street: '软件园二期望海路 10 号',
    contact: '王工',
    phone: '0592-5550100',
  },
  region: 'South',
  channel: 'partner-portal',
  owner: { code: 'S001', name: '李伟' },
  paymentTermsDays: 30,
  lines: order.lines.map((line, i) => ({
    ref: `line-${i + 1}`,
    product: line.sku,
    quantity: String(line.quantity),
    unitPrice: line.unitPrice,
    taxRate: line.taxRate ?? '0.13',
  })),
});
