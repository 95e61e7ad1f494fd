import type { Label } from '../connector/contract.js';
import type { PresentedOrder } from '../order/present.js';
import { STEP_WORDS } from '../order/words.js';
import type { PresentedContract } from '../revenue/present-contract.js';
import { type Column, table } from './output.js';

/** What `GET /api/v1/orders/:order` tells, as far as the page shows it. */
export interface OrderView {
  readonly orderNumber: string;
  readonly customer: { readonly name: string };
  readonly gross: string;
  readonly currency: string;
  readonly label: Label;
  readonly holds: readonly { readonly reason: string; readonly reasonZh: string; readonly released?: unknown }[];
  readonly rejection?: readonly { readonly rule: string; readonly why: string }[];
  readonly order: PresentedOrder;
  readonly contract?: PresentedContract;
}

export interface TimelineItem {
  readonly at: string;
  readonly tone: string;
  readonly title: Label;
  readonly detail?: Label;
  readonly by?: string;
}

type Line = PresentedOrder['lines'][number];
type Step = PresentedOrder['plan'][number];
type Amendment = PresentedOrder['amendments'][number];
const both = ({ en, zh }: Label): string => `${en} ${zh}`;

/** `1: 4/6, 2: 1`: of each line how many, where known out of how many. */
const units = (
  lines: readonly { readonly lineNo: number; readonly quantity: string; readonly done?: string }[],
): string =>
  lines.map(({ lineNo, quantity, done }) => `${lineNo}: ${done === undefined ? '' : `${done}/`}${quantity}`).join(', ');

const LINES: readonly Column<Line>[] = [
  { head: 'line 行', cell: (l) => String(l.lineNo), right: true },
  { head: 'product 产品', cell: (l) => l.product },
  { head: 'ordered 订购', cell: (l) => l.quantity, right: true },
  { head: 'open 未交', cell: (l) => l.quantities.open, right: true },
  { head: 'frozen 冻结', cell: (l) => l.quantities.frozen, right: true },
  { head: 'under way 履约中', cell: (l) => l.quantities.inFulfilment, right: true },
  { head: 'delivered 已交', cell: (l) => l.quantities.delivered, right: true },
  { head: 'cancelled 取消', cell: (l) => l.quantities.cancelled, right: true },
  { head: 'returned 退回', cell: (l) => l.quantities.returned, right: true },
];

const PLAN: readonly Column<Step>[] = [
  { head: 'step 步骤', cell: (s) => s.stepId },
  { head: '', cell: (s) => both(STEP_WORDS[s.action]) + (s.passesControl ? ' ◆' : '') },
  { head: 'state 状态', cell: (s) => s.state },
  { head: 'done 完成', cell: (s) => `${s.done}/${s.quantity}`, right: true },
  { head: 'due 到期', cell: (s) => s.dueDate ?? '' },
  { head: 'who 负责', cell: (s) => s.role ?? '' },
  { head: 'after 前置', cell: (s) => s.after.join(', ') },
  { head: 'evidence 凭据', cell: (s) => s.evidence.map(({ id, date }) => `${id} ${date}`).join(', ') },
];

const SHIPMENTS: readonly Column<PresentedOrder['shipments'][number]>[] = [
  { head: 'shipment 发货单', cell: (s) => s.number },
  { head: 'state 状态', cell: (s) => s.state },
  {
    head: 'line: shipped 行：已发',
    cell: (s) => units(s.lines.map((line) => ({ ...line, done: line.shipped }))),
  },
  { head: 'parcels 包裹', cell: (s) => s.parcels.map(({ carrier, tracking }) => `${carrier} ${tracking}`).join(', ') },
  { head: 'reason 原因', cell: (s) => s.reason ?? '' },
];

const SUBSCRIPTIONS: readonly Column<PresentedOrder['subscriptions'][number]>[] = [
  { head: 'subscription 订阅', cell: (s) => s.number },
  { head: 'state 状态', cell: (s) => s.state },
  { head: 'line: active 行：启用', cell: (s) => units(s.lines.map((line) => ({ ...line, done: line.active }))) },
];

const RETURNS: readonly Column<PresentedOrder['returns'][number]>[] = [
  { head: 'return 退货单', cell: (r) => r.number },
  { head: 'state 状态', cell: (r) => r.state },
  { head: 'line: quantity 行：数量', cell: (r) => units(r.lines) },
  { head: 'reason 原因', cell: (r) => r.reason },
];

/** What became of an amendment beyond its state: who said no, what was cut off, what can come back instead. */
function outcome({ asks, cutDown, refusal, instead }: Amendment, lineNo: (lineId: string) => string): string {
  const asked = asks.map(({ number, answer }) => `${number} ${answer ?? '…'}`);
  const cut = (cutDown ?? []).map((c) => `line 行 ${lineNo(c.lineId)}: ${c.done}/${c.asked}`);
  const back = (instead?.return ?? []).map((u) => `return 退货 ${lineNo(u.lineId)}: ${u.quantity}`);
  return [...(refusal === undefined ? [] : [both(refusal)]), ...asked, ...cut, ...back].join('; ');
}

const amendmentColumns = ({ lines }: PresentedOrder): readonly Column<Amendment>[] => {
  const lineNo = (id: string): string => String(lines.find(({ lineId }) => lineId === id)?.lineNo ?? id);
  return [
    { head: 'amendment 变更单', cell: (a) => a.number },
    { head: 'state 状态', cell: (a) => a.state },
    { head: 'from 生效', cell: (a) => a.effectiveDate },
    { head: 'changes 内容', cell: (a) => a.changes.map((change) => change.do).join(', ') },
    { head: 'by 提出人', cell: (a) => a.by },
    { head: 'reason 原因', cell: (a) => a.reason },
    { head: 'outcome 结果', cell: (a) => outcome(a, lineNo) },
  ];
};

const CONTRACT: readonly Column<PresentedContract>[] = [
  { head: 'contract 合同', cell: (c) => c.status },
  { head: '', cell: (c) => c.currency },
  { head: 'price 交易价格', cell: (c) => c.transactionPrice, right: true },
  { head: 'recognised 已确认', cell: (c) => c.recognised, right: true },
  { head: 'billed 已开票', cell: (c) => c.billed, right: true },
  { head: 'receivable 应收', cell: (c) => c.receivable, right: true },
  { head: 'liability 合同负债', cell: (c) => c.contractLiability, right: true },
  { head: 'asset 合同资产', cell: (c) => c.contractAsset, right: true },
  { head: 'VAT output 销项', cell: (c) => c.outputVat, right: true },
  { head: 'VAT pending 待转', cell: (c) => c.pendingVat, right: true },
  { head: 'due 待确认期间', cell: (c) => c.nextDue ?? '' },
];

const JOURNEY: readonly Column<TimelineItem>[] = [
  { head: 'at 时间', cell: (s) => s.at },
  { head: '', cell: (s) => s.tone },
  { head: 'what 事项', cell: (s) => both(s.title) },
  { head: 'by', cell: (s) => s.by ?? '' },
  { head: 'detail', cell: (s) => s.detail?.en ?? '' },
];

/** A table under its columns; nothing at all without rows. */
const section = <T>(rows: readonly T[], columns: readonly Column<T>[]): string[] =>
  rows.length === 0 ? [] : [table(rows, columns)];

/** One order as text: its head, lines, plan, what other systems were asked for, amendments, sums of its contract, journey. */
export function orderPage(view: OrderView, timeline: readonly TimelineItem[]): string {
  const { orderNumber, customer, gross, currency, label, holds, rejection = [], order, contract } = view;
  const { revision } = order;
  const head = [
    `${orderNumber}  ${customer.name}  ${gross} ${currency}  ${both(label)}  revision 版本 ${revision}`,
    ...rejection.map(({ rule, why }) => `  refused by ${rule}: ${why}`),
    ...holds
      .filter(({ released }) => released === undefined)
      .map(({ reason, reasonZh }) => `  held 暂挂: ${reason} ${reasonZh}`),
  ];
  return [
    head.join('\n'),
    ...section(order.lines, LINES),
    ...section(order.plan, PLAN),
    ...section(order.shipments, SHIPMENTS),
    ...section(order.subscriptions, SUBSCRIPTIONS),
    ...section(order.returns, RETURNS),
    ...section(order.amendments, amendmentColumns(order)),
    ...section(contract === undefined ? [] : [contract], CONTRACT),
    ...section(timeline, JOURNEY),
  ].join('\n\n');
}
