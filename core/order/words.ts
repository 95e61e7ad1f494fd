import type { Label } from '../connector/contract.js';
import type { Action } from './fulfilment.js';
import type { Axis, AxisStates } from './order.js';

const word = (en: string, zh: string): Label => ({ en, zh });

export const AXIS_WORDS: Readonly<Record<Axis, Label>> = {
  commercial: word('commercial', '商务'),
  fulfilment: word('fulfilment', '履约'),
  billing: word('billing', '开票'),
  payment: word('payment', '回款'),
  revenue: word('revenue', '收入'),
};

/** The one word for every state, in lists, pages and messages alike. */
export const STATE_WORDS: { readonly [A in Axis]: Readonly<Record<AxisStates[A], Label>> } = {
  commercial: {
    draft: word('draft', '草稿'),
    'in-approval': word('in approval', '审批中'),
    accepted: word('accepted', '已接受'),
    amended: word('amended', '已变更'),
    rejected: word('rejected', '已驳回'),
    cancelled: word('cancelled', '已取消'),
    closed: word('closed', '已关闭'),
  },
  fulfilment: {
    'not-started': word('not started', '未开始'),
    reserved: word('reserved', '已预留'),
    'back-ordered': word('back-ordered', '缺货待补'),
    'part-shipped': word('part shipped', '部分发货'),
    shipped: word('shipped', '已发货'),
    'part-delivered': word('part delivered', '部分交付'),
    delivered: word('delivered', '已交付'),
    accepted: word('accepted', '已验收'),
    returned: word('returned', '已退货'),
    cancelled: word('cancelled', '已取消'),
  },
  billing: {
    unbilled: word('unbilled', '未开票'),
    'part-billed': word('part billed', '部分开票'),
    billed: word('billed', '已开票'),
    credited: word('credited', '已红冲'),
  },
  payment: {
    'not-due': word('not due', '未到期'),
    unpaid: word('unpaid', '未回款'),
    'part-paid': word('part paid', '部分回款'),
    paid: word('paid', '已回款'),
    overdue: word('overdue', '逾期'),
    refunded: word('refunded', '已退款'),
  },
  revenue: {
    'not-started': word('not started', '未确认'),
    'part-recognised': word('part recognised', '部分确认'),
    recognised: word('recognised', '已确认'),
    'on-hold': word('on hold', '暂缓确认'),
    reversed: word('reversed', '已冲回'),
  },
};

export const HELD: Label = word('on hold', '已暂挂');

/** What a step of the fulfilment plan is called when somebody is asked to do it. */
export const STEP_WORDS: Readonly<Record<Action, Label>> = {
  reserve: word('Reserve stock', '预留库存'),
  ship: word('Ship', '发货'),
  install: word('Install on site', '上门安装'),
  'licence-key': word('Deliver the licence key', '交付授权码'),
  tenant: word('Open the tenant', '开通租户'),
  perform: word('Perform the service', '实施服务'),
  train: word('Hold the training', '开展培训'),
  accept: word('Get the acceptance signed', '取得验收单'),
};
