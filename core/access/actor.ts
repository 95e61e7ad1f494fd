/** What may be allowed, as data in roles. `*` in a role allows everything. */
export const ACTIONS = [
  'order:read',
  'order:create',
  'order:deliver',
  'order:return',
  'order:amend',
  'attachment:read',
  'attachment:add',
  'attachment:remove',
  'task:read',
  'task:decide',
  'effect:read',
  'effect:settle',
  'journal:read',
  'revenue:close',
  'message:read',
  'message:replay',
  'connection:read',
  'connection:manage',
  'user:manage',
  'key:manage',
  'system:admin',
] as const;
export type Action = (typeof ACTIONS)[number];

export const ADMINISTRATOR = 'administrator';

/** Who does something. `permissions` are those of all roles together, read when the actor was authenticated. */
export interface Actor {
  readonly id: string;
  readonly kind: 'user' | 'api-key' | 'system' | 'connection' | 'local-operator';
  readonly name: string;
  readonly roles: readonly string[];
  /** Actions, or `*`. Text, because roles are data and may name actions of a later version. */
  readonly permissions: readonly string[];
}

/** The hub itself: sweepers, timers, pipelines. */
export const SYSTEM: Actor = { id: 'system', kind: 'system', name: 'OrderHub', roles: [], permissions: ['*'] };

/** Whoever may run commands in the data folder of this installation. */
export const LOCAL_OPERATOR: Actor = {
  id: 'local-operator',
  kind: 'local-operator',
  name: 'local operator',
  roles: [ADMINISTRATOR],
  permissions: ['*'],
};
