import type { Actor } from '../../access/actor.js';
import { mayDecideTask } from '../../access/authorize.js';
import type { Label } from '../../connector/contract.js';
import { writeMoney } from '../../order/money.js';
import type { TaskDoc } from '../../store/models/work.js';
import { iso } from './schemas.js';

/** What people call the roles that tasks are given to. */
const ROLE_NAMES: Readonly<Record<string, Label>> = {
  'sales-manager': { en: 'Sales manager', zh: '销售经理' },
  'sales-director': { en: 'Sales director', zh: '销售总监' },
  'vice-president': { en: 'Vice-president', zh: '副总裁' },
  finance: { en: 'Finance', zh: '财务' },
  production: { en: 'Production', zh: '生产' },
  'field-service': { en: 'Field service', zh: '现场服务' },
  'licence-desk': { en: 'Licence desk', zh: '授权专员' },
  'service-delivery': { en: 'Service delivery', zh: '交付服务' },
  training: { en: 'Training', zh: '培训' },
  'sales-operations': { en: 'Sales operations', zh: '销售运营' },
};
export const roleName = (role: string): Label => ROLE_NAMES[role] ?? { en: role, zh: role };

/** @param siblings the tasks of the same path, so that each step shows its state. */
export function presentTask(task: TaskDoc, actor: Actor, siblings: readonly TaskDoc[] = [task]) {
  const { _id: taskId, kind, state, title, reason, role, level, orderId, orderNumber, customerName, currency } = task;
  const path = task.path.map((step) => {
    const made = siblings.find((s) => s.runId === task.runId && s.node === task.node && s.level === step.level);
    return {
      role: step.role,
      roleName: roleName(step.role),
      state: made?.state ?? 'planned',
      ...(made?.decidedBy === undefined ? {} : { by: made.decidedBy.name }),
      ...(made?.decidedAt === undefined ? {} : { at: iso(made.decidedAt) }),
    };
  });
  return {
    ...{ taskId, kind, state, title, reason, role, roleName: roleName(role), level, orderId, orderNumber },
    ...{ customerName, currency, gross: writeMoney(task.grossMinor, currency), createdAt: iso(task.createdAt) },
    ...(task.decidedAt === undefined ? {} : { decidedAt: iso(task.decidedAt) }),
    ...(task.decidedBy === undefined ? {} : { decidedBy: task.decidedBy.name }),
    ...(task.stepId === undefined ? {} : { stepId: task.stepId }),
    ...(task.dueDate === undefined ? {} : { dueDate: task.dueDate }),
    ...(task.comment === undefined ? {} : { comment: task.comment }),
    mayDecide: state === 'waiting' && mayDecideTask(actor, role),
    path,
  };
}
