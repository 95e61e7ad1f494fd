import { HubError } from '../errors/hub-error.js';
import { type Action, type Actor, ADMINISTRATOR } from './actor.js';

/** `signed-in` asks only who it is; it is for what everybody may see of themselves. */
export type Asked = Action | 'signed-in';

/** Rights that come with another: who may read an order may read what is attached to it. */
const COMES_WITH: Readonly<Partial<Record<Asked, Action>>> = { 'attachment:read': 'order:read' };

export const may = (actor: Actor, action: Asked): boolean =>
  action === 'signed-in' ||
  [action, COMES_WITH[action], '*'].some((right) => right !== undefined && actor.permissions.includes(right));

/**
 * @param resource what is acted on, for the answer and the audit, e.g. `order 01J…`.
 * @throws HubError ACCESS_SIGN_IN_NEEDED without an actor, ACCESS_DENIED when no role of the actor allows the action.
 */
export function authorize(actor: Actor | undefined, action: Asked, resource: string): asserts actor is Actor {
  if (actor === undefined) {
    throw new HubError('ACCESS_SIGN_IN_NEEDED', { why: 'nobody is signed in', whyZh: '尚未登录' });
  }
  if (!may(actor, action)) throw new HubError('ACCESS_DENIED', { actor: actor.name, action, resource });
}

/** A task belongs to a role: deciding takes `task:decide` and that role; an administrator stands in for every role. */
export const mayDecideTask = (actor: Actor, taskRole: string): boolean =>
  may(actor, 'task:decide') && (actor.roles.includes(taskRole) || actor.roles.includes(ADMINISTRATOR));

/** @throws HubError ACCESS_DENIED */
export function authorizeTask(actor: Actor, task: { id: string; role: string }): void {
  if (mayDecideTask(actor, task.role)) return;
  throw new HubError('ACCESS_DENIED', {
    actor: actor.name,
    action: 'task:decide',
    resource: `task ${task.id} of role ${task.role}`,
    resourceZh: `任务 ${task.id}（角色 ${task.role}）`,
  });
}

/**
 * Nobody hands out more than they hold: a role may be given by someone who has everything, who holds the role, or whose
 * permissions cover it, except that deciding tasks goes with the role itself and never by covering.
 */
export const mayGrant = (actor: Actor, role: { _id: string; permissions: readonly string[] }): boolean =>
  actor.permissions.includes('*') ||
  actor.roles.includes(role._id) ||
  role.permissions.every((permission) => permission !== 'task:decide' && actor.permissions.includes(permission));
