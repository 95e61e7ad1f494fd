import type { Session } from '../api/types';

/** What a role may allow, as the hub names it. The hub checks again; this only hides what would be refused. */
export type Action =
  | 'order:read'
  | 'order:deliver'
  | 'order:return'
  | 'order:amend'
  | 'journal:read'
  | 'revenue:close'
  | 'task:read'
  | 'effect:read'
  | 'effect:settle'
  | 'attachment:add'
  | 'attachment:remove'
  | 'connection:read'
  | 'connection:manage';

export const may = (session: Session | undefined, action: Action): boolean => {
  const allowed = session?.actor.permissions ?? [];
  return allowed.includes('*') || allowed.includes(action);
};
