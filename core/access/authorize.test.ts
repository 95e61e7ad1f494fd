import { describe, expect, test } from 'vitest';
import { ACTIONS, type Actor } from './actor.js';
import { authorize, authorizeTask, may, mayDecideTask, mayGrant } from './authorize.js';
import { BUILT_IN_ROLES } from './sample-people.js';

const actorOf = (...roles: string[]): Actor => ({
  id: 'u',
  kind: 'user',
  name: 'Somebody',
  roles,
  permissions: BUILT_IN_ROLES.filter(({ _id }) => roles.includes(_id)).flatMap(({ permissions }) => permissions),
});
const allowed = (role: string): string[] => ACTIONS.filter((action) => may(actorOf(role), action));

describe('what each built-in role may do', () => {
  test.each([
    ['upstream-system', ['order:read', 'order:create', 'attachment:read', 'attachment:add']],
    ['production', ['order:read', 'order:deliver', 'attachment:read', 'attachment:add', 'task:read', 'task:decide']],
    [
      'auditor',
      ['order:read', 'attachment:read', 'task:read', 'effect:read', 'journal:read', 'message:read', 'connection:read'],
    ],
  ])('%s: %j and nothing else', (role, actions) => {
    expect(allowed(role)).toEqual(actions);
  });

  test('an administrator may do everything; managing people, keys and the system is theirs alone', () => {
    expect(allowed('administrator')).toEqual([...ACTIONS]);
    for (const { _id } of BUILT_IN_ROLES.filter((role) => role._id !== 'administrator')) {
      expect(allowed(_id)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(user|key|system):/)]));
    }
  });

  test('roles name only actions that exist', () => {
    const named = new Set(BUILT_IN_ROLES.flatMap(({ permissions }) => permissions));
    expect([...named].filter((name) => name !== '*' && !ACTIONS.some((action) => action === name))).toEqual([]);
  });
});

test('nobody, somebody without the right, and somebody with it', () => {
  expect(() => authorize(undefined, 'order:read', 'order 1')).toThrow(
    expect.objectContaining({ code: 'ACCESS_SIGN_IN_NEEDED' }),
  );
  expect(() => authorize(undefined, 'signed-in', 'me')).toThrow(
    expect.objectContaining({ code: 'ACCESS_SIGN_IN_NEEDED' }),
  );
  expect(() => authorize(actorOf('auditor'), 'order:create', 'order 1')).toThrow(
    expect.objectContaining({
      code: 'ACCESS_DENIED',
      facts: { actor: 'Somebody', action: 'order:create', resource: 'order 1' },
    }),
  );
  expect(() => authorize(actorOf('auditor'), 'order:read', 'order 1')).not.toThrow();
  expect(() => authorize(actorOf(), 'signed-in', 'me')).not.toThrow();
});

test('a task is decided by its role and by administrators, not by a higher or neighbouring role', () => {
  const task = { id: 't1', role: 'sales-manager' };
  const deciders = BUILT_IN_ROLES.filter(({ _id }) => mayDecideTask(actorOf(_id), task.role)).map(({ _id }) => _id);
  expect(deciders).toEqual(['administrator', 'sales-manager']);
  expect(() => authorizeTask(actorOf('vice-president'), task)).toThrow(
    expect.objectContaining({ code: 'ACCESS_DENIED' }),
  );
  // Holding the role without the right to decide is not enough.
  expect(mayDecideTask({ ...actorOf(), roles: ['sales-manager'] }, 'sales-manager')).toBe(false);
});

test('nobody grants more than they hold', () => {
  const grantable = (...roles: string[]) =>
    BUILT_IN_ROLES.filter((role) => mayGrant(actorOf(...roles), role)).map(({ _id }) => _id);
  expect(grantable('administrator')).toEqual(BUILT_IN_ROLES.map(({ _id }) => _id));
  expect(grantable('sales-manager')).toEqual(['sales-manager', 'auditor']);
  expect(grantable('production')).toEqual(['production']);
});
