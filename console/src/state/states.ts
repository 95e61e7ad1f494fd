import type * as Core from '../../../core/order/order.js';
import type { Axis, EffectState, Label, Task } from '../api/types';
import type { Tone } from '../theme/tokens';

/** `quiet` is plain ink; `attention` is amber with an exclamation mark and says that somebody must look. Only `unknown` is hatched. */
export type LookTone = Tone | 'quiet' | 'attention';

/** How a state is shown: its word in both languages, and the tone that fixes glyph and colour. */
export interface Look extends Label {
  tone: LookTone;
}

const look = (tone: Look['tone'], en: string, zh: string): Look => ({ tone, en, zh });

/** Finished or ordinary states are quiet ink. Only what somebody must look at is warm. */
export const AXIS_STATES: { [A in Axis]: Record<Core.AxisStates[A], Look> } = {
  commercial: {
    draft: look('planned', 'Draft', '草稿'),
    'in-approval': look('running', 'In approval', '审批中'),
    accepted: look('quiet', 'Accepted', '已接受'),
    amended: look('quiet', 'Amended', '已变更'),
    rejected: look('refused', 'Rejected', '已驳回'),
    cancelled: look('planned', 'Cancelled', '已取消'),
    closed: look('quiet', 'Closed', '已关闭'),
  },
  fulfilment: {
    'not-started': look('planned', 'Not started', '未开始'),
    reserved: look('running', 'Reserved', '已预留'),
    'back-ordered': look('attention', 'Back-ordered', '缺货待补'),
    'part-shipped': look('running', 'Part shipped', '部分发货'),
    shipped: look('running', 'Shipped', '已发货'),
    'part-delivered': look('running', 'Part delivered', '部分交付'),
    delivered: look('quiet', 'Delivered', '已交付'),
    accepted: look('quiet', 'Accepted', '已验收'),
    returned: look('attention', 'Returned', '已退货'),
    cancelled: look('planned', 'Cancelled', '已取消'),
  },
  billing: {
    unbilled: look('planned', 'Unbilled', '未开票'),
    'part-billed': look('running', 'Part billed', '部分开票'),
    billed: look('quiet', 'Billed', '已开票'),
    credited: look('planned', 'Credited', '已红冲'),
  },
  payment: {
    'not-due': look('planned', 'Not due', '未到期'),
    unpaid: look('planned', 'Unpaid', '未回款'),
    'part-paid': look('running', 'Part paid', '部分回款'),
    paid: look('quiet', 'Paid', '已回款'),
    overdue: look('attention', 'Overdue', '逾期'),
    refunded: look('planned', 'Refunded', '已退款'),
  },
  revenue: {
    'not-started': look('planned', 'Not started', '未确认'),
    'part-recognised': look('running', 'Part recognised', '部分确认'),
    recognised: look('quiet', 'Recognised', '已确认'),
    'on-hold': look('attention', 'On hold', '暂缓确认'),
    reversed: look('planned', 'Reversed', '已冲回'),
  },
};

export const AXIS_NAMES: Record<Axis, Label & { letter: Label }> = {
  commercial: { en: 'Commercial', zh: '商务', letter: { en: 'C', zh: '商' } },
  fulfilment: { en: 'Fulfilment', zh: '履约', letter: { en: 'F', zh: '履' } },
  billing: { en: 'Billing', zh: '开票', letter: { en: 'B', zh: '票' } },
  payment: { en: 'Payment', zh: '回款', letter: { en: 'P', zh: '款' } },
  revenue: { en: 'Revenue', zh: '收入', letter: { en: 'R', zh: '收' } },
};

export const EFFECT_STATES: Record<EffectState, Look> = {
  planned: look('planned', 'Planned', '计划'),
  sending: look('running', 'Sending', '发送中'),
  confirmed: look('confirmed', 'Confirmed', '已确认'),
  unknown: look('unknown', 'Unknown', '结果未知'),
  refused: look('refused', 'Refused', '被拒绝'),
  parked: look('parked', 'Parked', '搁置'),
};

export const TASK_STATES: Record<Task['state'], Look> = {
  waiting: look('running', 'Waiting', '待审批'),
  approved: look('confirmed', 'Approved', '已同意'),
  rejected: look('refused', 'Rejected', '已驳回'),
  done: look('confirmed', 'Done', '已完成'),
  recalled: look('planned', 'Recalled', '已撤销'),
};

/** A step of an approval path that is not a task yet, or that a rule settled. */
export const PATH_STATES: Record<string, Look> = {
  ...TASK_STATES,
  planned: look('planned', 'Later', '待到达'),
  later: look('planned', 'Later', '待到达'),
  next: look('planned', 'Later', '待到达'),
  passed: look('quiet', 'Passed by rule', '自动通过'),
  skipped: look('quiet', 'Passed by rule', '自动通过'),
};

export const CONNECTION_STATES: Record<string, Look> = {
  unfinished: look('planned', 'Unfinished', '未完成'),
  proven: look('confirmed', 'Proven', '已验证'),
  slow: look('attention', 'Slow', '缓慢'),
  silent: look('attention', 'Silent', '静默'),
  'breaker-open': look('refused', 'Breaker open', '已熔断'),
  paused: look('planned', 'Paused', '已停用'),
};

export const VOUCHER_STATES: Record<string, Look> = {
  ...EFFECT_STATES,
  'to-post': look('planned', 'To post', '待过账'),
  posted: look('confirmed', 'Posted', '已过账'),
  reversed: look('planned', 'Reversed', '已冲销'),
};

export const LINE_KINDS: Record<string, Label> = {
  hardware: { en: 'Hardware', zh: '硬件' },
  licence: { en: 'Licence', zh: '许可' },
  subscription: { en: 'Subscription', zh: '订阅' },
  service: { en: 'Service', zh: '服务' },
  training: { en: 'Training', zh: '培训' },
  maintenance: { en: 'Maintenance', zh: '维保' },
  usage: { en: 'Usage', zh: '用量' },
};

/** Somebody must look at it. */
export const isWarm = (tone: LookTone): boolean => tone === 'attention' || tone === 'unknown' || tone === 'refused';

/** An entry of a table, or the code itself as its word: an unknown code is shown, never hidden. */
export const lookOf = (table: Readonly<Record<string, Look>>, code: string): Look =>
  (Object.hasOwn(table, code) ? table[code] : undefined) ?? { tone: 'planned', en: code, zh: code };

export const axisLook = (axis: Axis, code: string): Look => lookOf(AXIS_STATES[axis], code);
