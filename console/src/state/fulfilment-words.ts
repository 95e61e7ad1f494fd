import type { Amendment, StepState } from '../api/fulfilment-types';
import type { Label } from '../api/types';
import type { Look } from './states';

const look = (tone: Look['tone'], en: string, zh: string): Look => ({ tone, en, zh });

/** What has to be done to a line. */
export const ACTIONS: Record<string, Label> = {
  reserve: { en: 'Reserve', zh: '备货' },
  ship: { en: 'Ship', zh: '发货' },
  install: { en: 'Install', zh: '安装' },
  'licence-key': { en: 'Issue licence key', zh: '发放许可密钥' },
  tenant: { en: 'Set up subscription', zh: '开通订阅' },
  perform: { en: 'Perform service', zh: '实施服务' },
  train: { en: 'Train', zh: '培训' },
  accept: { en: 'Customer acceptance', zh: '客户验收' },
};

export const STEP_STATES: Record<StepState, Look> = {
  waiting: look('planned', 'Waiting', '等待前序'),
  ready: look('running', 'Ready', '可执行'),
  done: look('confirmed', 'Done', '已完成'),
  cancelled: look('planned', 'Cancelled', '已取消'),
};

export const EVIDENCE_KINDS: Record<string, Label> = {
  report: { en: 'system report', zh: '系统回报' },
  task: { en: 'carried out', zh: '系统执行' },
  delivery: { en: 'delivery report', zh: '交付登记' },
};

export const SHIPMENT_STATES: Record<string, Look> = {
  planned: look('planned', 'Planned', '计划'),
  accepted: look('running', 'Taken by the warehouse', '仓库已接单'),
  'part-shipped': look('running', 'Part shipped', '部分发货'),
  shipped: look('confirmed', 'Shipped', '已发货'),
  cancelled: look('planned', 'Cancelled', '已取消'),
  rejected: look('refused', 'Refused by the warehouse', '仓库拒单'),
};

export const SUBSCRIPTION_STATES: Record<string, Look> = {
  planned: look('planned', 'Planned', '计划'),
  active: look('confirmed', 'Active', '已生效'),
  suspended: look('attention', 'Suspended', '已暂停'),
  cancelled: look('planned', 'Cancelled', '已取消'),
  expired: look('planned', 'Expired', '已到期'),
};

export const RETURN_STATES: Record<string, Look> = {
  announced: look('running', 'Announced', '待收货'),
  received: look('confirmed', 'Received', '已收货'),
  refused: look('refused', 'Refused', '被拒绝'),
};

export const AMENDMENT_STATES: Record<Amendment['state'], Look> = {
  proposed: look('running', 'Proposed', '已提出'),
  frozen: look('running', 'Frozen', '已冻结'),
  effective: look('confirmed', 'Effective', '已生效'),
  refused: look('refused', 'Refused', '被拒绝'),
};

/** What a system that was asked to give units back said. */
export const ASK_ANSWERS: Record<string, Look> = {
  open: look('running', 'Asked', '询问中'),
  agreed: look('confirmed', 'Agreed', '已同意'),
  refused: look('refused', 'Refused', '被拒绝'),
};

export const TREATMENTS: Record<string, Label> = {
  separate: { en: 'separate contract', zh: '单独合同' },
  prospective: { en: 'prospective', zh: '未来适用' },
  'catch-up': { en: 'cumulative catch-up', zh: '累计追补调整' },
};

export const PERIOD_STATES: Record<string, Look> = {
  open: look('quiet', 'Open', '开放'),
  closing: look('running', 'Closing', '结账中'),
  closed: look('confirmed', 'Closed', '已结账'),
};
