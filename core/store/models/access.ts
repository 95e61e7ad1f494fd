import type { Connection } from 'mongoose';
import { defineModel, Plain } from './define.js';

export interface UserDoc {
  _id: string;
  name: string;
  email?: string;
  /** Department. */
  unit?: string;
  /** User id of the manager. */
  manager?: string;
  roles: string[];
  active: boolean;
  createdAt: Date;
}

export interface OrgUnitDoc {
  _id: string;
  name: { en: string; zh: string };
  parent?: string;
  manager?: string;
}

/** A role is data: its permissions are actions, or `*`. */
export interface RoleDoc {
  _id: string;
  name: { en: string; zh: string };
  permissions: string[];
}

/** `_id` is the public part of the key; only the hash of the secret part is kept. */
export interface ApiKeyDoc {
  _id: string;
  name: string;
  secretHash: string;
  roles: string[];
  createdBy: string;
  createdAt: Date;
  expiresAt?: Date;
  usedAt?: Date;
  revokedAt?: Date;
}

/** `_id` is the SHA-256 of the token. */
export interface TokenDoc {
  _id: string;
  userId: string;
  createdAt: Date;
  expiresAt: Date;
  usedAt?: Date;
}

/** One line of the audit log; each holds the hash of the one before in its process's chain. */
export interface AuditDoc {
  _id: string;
  chain: string;
  seq: number;
  at: Date;
  actor: { kind: string; id: string; name: string };
  action: string;
  resource: string;
  detail: Record<string, unknown>;
  previous: string;
  hash: string;
}

const tokenFields = { _id: String, userId: String, createdAt: Date, expiresAt: Date, usedAt: Date };
const untilExpiry = [[{ expiresAt: 1 }, { expireAfterSeconds: 0 }]] as const;

/** The collections of who may do what. */
export const accessModels = (connection: Connection) => ({
  users: defineModel<UserDoc>(
    connection,
    'users',
    {
      _id: String,
      name: String,
      email: String,
      unit: String,
      manager: String,
      roles: [String],
      active: Boolean,
      createdAt: Date,
    },
    [[{ roles: 1 }]],
  ),
  orgUnits: defineModel<OrgUnitDoc>(connection, 'org_units', {
    _id: String,
    name: Plain,
    parent: String,
    manager: String,
  }),
  roles: defineModel<RoleDoc>(connection, 'roles', { _id: String, name: Plain, permissions: [String] }),
  apiKeys: defineModel<ApiKeyDoc>(connection, 'api_keys', {
    _id: String,
    name: String,
    secretHash: String,
    roles: [String],
    createdBy: String,
    createdAt: Date,
    expiresAt: Date,
    usedAt: Date,
    revokedAt: Date,
  }),
  sessions: defineModel<TokenDoc>(connection, 'sessions', tokenFields, untilExpiry),
  signInLinks: defineModel<TokenDoc>(connection, 'sign_in_links', tokenFields, untilExpiry),
  audit: defineModel<AuditDoc>(
    connection,
    'audit',
    {
      _id: String,
      chain: String,
      seq: Number,
      at: Date,
      actor: Plain,
      action: String,
      resource: String,
      detail: Plain,
      previous: String,
      hash: String,
    },
    [[{ chain: 1, seq: 1 }, { unique: true }], [{ at: -1 }]],
  ),
});
export type AccessModels = ReturnType<typeof accessModels>;
