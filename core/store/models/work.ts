import type { Connection } from 'mongoose';
import type { Label, Receipt, Settlement } from '../../connector/contract.js';
import type { Problem } from '../../errors/hub-error.js';
import type { Run } from '../../pipeline/contract.js';
import { defineModel, Plain } from './define.js';
import type { ActorStamp } from './order.js';

export type EffectState = 'planned' | 'sending' | 'confirmed' | 'unknown' | 'refused' | 'parked';

export interface Attempt {
  at: Date;
  did: 'send' | 'ask' | 'person';
  endedAt?: Date;
  outcome?: string;
  problem?: Problem;
  by?: string;
}

/** One outside effect. `_id` is its key: what is to exist outside. */
export interface EffectDoc {
  _id: string;
  connection: string;
  operation: string;
  objectType: string;
  businessKey: string;
  intent: string;
  contentVersion: string;
  orderId: string;
  orderNumber: string;
  cause: { runId: string; node: string };
  settlement: Settlement['kind'];
  payload: Record<string, unknown>;
  state: EffectState;
  attempts: Attempt[];
  /** How often it was begun; `attempts` keeps only the last 50. */
  tries: number;
  parts: Record<string, unknown>;
  receipt?: Receipt;
  problem?: Problem;
  /** Times that the target said it is not there, since the outcome became unknown. */
  notFound: number;
  unknownSince?: Date;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  dueAt?: Date;
}

export type TaskState = 'waiting' | 'approved' | 'rejected' | 'done' | 'recalled';

/** Something a person is asked for. `_id` is run, node and level: asking again finds the same task. */
export interface TaskDoc {
  _id: string;
  kind: 'approval' | 'todo';
  state: TaskState;
  orderId: string;
  orderNumber: string;
  customerName: string;
  currency: string;
  grossMinor: number;
  runId: string;
  node: string;
  title: Label;
  reason: Label;
  role: string;
  level: number;
  /** Roles of the whole path, in order, for showing. */
  path: { role: string; level: number }[];
  stepId?: string;
  dueDate?: string;
  /** What the decider saw. */
  revision: number;
  contentHash: string;
  createdAt: Date;
  decidedAt?: Date;
  decidedBy?: ActorStamp;
  comment?: string;
  dueAt?: Date;
}

export interface RunDoc extends Omit<Run, 'runId'> {
  _id: string;
  version: number;
  attempts: number;
  createdAt: Date;
  updatedAt: Date;
  dueAt?: Date;
}

/** The lease on one order's lane. `fence` rises with every owner. */
export interface LaneDoc {
  _id: string;
  owner: string;
  fence: number;
  until: Date;
}

export interface CounterDoc {
  _id: string;
  next: number;
}

const byDue = [{ dueAt: 1 }, { sparse: true }] as const;

export const effectModel = (connection: Connection) =>
  defineModel<EffectDoc>(
    connection,
    'effects',
    {
      _id: String,
      connection: String,
      operation: String,
      objectType: String,
      businessKey: String,
      intent: String,
      contentVersion: String,
      orderId: String,
      orderNumber: String,
      cause: Plain,
      settlement: String,
      payload: Plain,
      state: String,
      attempts: [Plain],
      tries: Number,
      parts: Plain,
      receipt: Plain,
      problem: Plain,
      notFound: Number,
      unknownSince: Date,
      version: Number,
      createdAt: Date,
      updatedAt: Date,
      dueAt: Date,
    },
    [[{ orderId: 1, createdAt: 1 }], [{ state: 1, createdAt: -1 }], [{ createdAt: -1 }], [{ 'cause.runId': 1 }], byDue],
  );

export const taskModel = (connection: Connection) =>
  defineModel<TaskDoc>(
    connection,
    'tasks',
    {
      _id: String,
      kind: String,
      state: String,
      orderId: String,
      orderNumber: String,
      customerName: String,
      currency: String,
      grossMinor: Number,
      runId: String,
      node: String,
      title: Plain,
      reason: Plain,
      role: String,
      level: Number,
      path: [Plain],
      stepId: String,
      dueDate: String,
      revision: Number,
      contentHash: String,
      createdAt: Date,
      decidedAt: Date,
      decidedBy: Plain,
      comment: String,
      dueAt: Date,
    },
    [[{ orderId: 1, createdAt: 1 }], [{ state: 1, createdAt: -1 }], [{ state: 1, role: 1, createdAt: -1 }], byDue],
  );

export const runModel = (connection: Connection) =>
  defineModel<RunDoc>(
    connection,
    'runs',
    {
      _id: String,
      pipeline: String,
      revision: String,
      orderId: String,
      event: Plain,
      status: String,
      tokens: [Plain],
      steps: [Plain],
      problem: Plain,
      version: Number,
      attempts: Number,
      createdAt: Date,
      updatedAt: Date,
      dueAt: Date,
    },
    [[{ orderId: 1, status: 1 }], [{ status: 1, _id: -1 }], byDue],
  );

export const laneModel = (connection: Connection) =>
  defineModel<LaneDoc>(connection, 'lanes', { _id: String, owner: String, fence: Number, until: Date });

export const counterModel = (connection: Connection) =>
  defineModel<CounterDoc>(connection, 'counters', { _id: String, next: Number });
