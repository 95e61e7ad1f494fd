import type { Connection } from 'mongoose';
import { defineModel, Plain } from './define.js';

/** A connection to one outside system; `_id` is its name. Secrets are sealed, one text each. */
export interface ConnectionDoc {
  _id: string;
  type: string;
  /** Sandbox connections reach a simulator and are refused in production mode. */
  sandbox: boolean;
  settings: Record<string, unknown>;
  sealed: Record<string, string>;
  provenAt?: Date;
  createdAt: Date;
  updatedAt: Date;
}

/** A revision of a pipeline that runs may still need; `_id` is name and hash. */
export interface PipelineRevisionDoc {
  _id: string;
  name: string;
  definition: unknown;
  at: Date;
}

export const connectionModel = (connection: Connection) =>
  defineModel<ConnectionDoc>(connection, 'connections', {
    _id: String,
    type: { type: String },
    sandbox: Boolean,
    settings: Plain,
    sealed: Plain,
    provenAt: Date,
    createdAt: Date,
    updatedAt: Date,
  });

export const pipelineRevisionModel = (connection: Connection) =>
  defineModel<PipelineRevisionDoc>(connection, 'pipeline_revisions', {
    _id: String,
    name: String,
    definition: Plain,
    at: Date,
  });
