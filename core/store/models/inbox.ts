import type { Connection } from 'mongoose';
import type { Problem } from '../../errors/hub-error.js';
import { defineModel, Plain } from './define.js';
import type { ActorStamp } from './order.js';

/**
 * `received` waits for its lane, `early` for its reference; the rest are final until a person replays:
 * `mapped` (made or changed something), `unchanged` (an echo or a repeat with the same content), `stale`
 * (older than what the source already said), `parked` (with its problem), `refused` (unreadable).
 */
export type MessageState = 'received' | 'early' | 'mapped' | 'unchanged' | 'stale' | 'parked' | 'refused';

export interface MessageDoc {
  _id: string;
  connection: string;
  kind: string;
  /** Mapping folder that reads it; absent for what the hub's own API took in canonical form. */
  mapping?: string;
  /** Hash of the mapping as it was when the message was applied. */
  mappingRevision?: string;
  /** A notice: this trigger of its connection looks up what changed; `body` does not hold it. */
  noticeOf?: string;
  dedupeKey: string;
  /** How often the same message came again. */
  duplicates: number;
  refKey?: string;
  ref?: { type: string; id: string };
  alsoRefs?: { type: string; id: string }[];
  creates?: boolean;
  sourceVersion?: string;
  headers: Record<string, string>;
  /** Deflated raw bytes. */
  body: Buffer;
  bodyBytes: number;
  bodySha256: string;
  actor: ActorStamp;
  receivedAt: Date;
  state: MessageState;
  laneId?: string;
  orderNumber?: string;
  problem?: Problem;
  attempts: number;
  /** An early message parks itself after this. */
  deadline?: Date;
  dueAt?: Date;
}

/** `_id` is connection, type and external id; it names the order (and so the lane) that the thing belongs to. */
export interface RefDoc {
  _id: string;
  connection: string;
  type: string;
  externalId: string;
  orderId: string;
  at: Date;
}

/** A message whose signature did not hold: kept small and capped, so that it can be verified again. */
export interface QuarantineDoc {
  _id: string;
  connection: string;
  at: Date;
  why: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface WatermarkDoc {
  _id: string;
  watermark: string;
  at: Date;
}

export const messageModel = (connection: Connection) =>
  defineModel<MessageDoc>(
    connection,
    'messages',
    {
      _id: String,
      connection: String,
      kind: String,
      mapping: String,
      mappingRevision: String,
      noticeOf: String,
      dedupeKey: String,
      duplicates: Number,
      refKey: String,
      ref: Plain,
      alsoRefs: { type: [Plain], default: undefined },
      creates: Boolean,
      sourceVersion: String,
      headers: Plain,
      body: Buffer,
      bodyBytes: Number,
      bodySha256: String,
      actor: Plain,
      receivedAt: Date,
      state: String,
      laneId: String,
      orderNumber: String,
      problem: Plain,
      attempts: Number,
      deadline: Date,
      dueAt: Date,
    },
    [
      [{ connection: 1, kind: 1, dedupeKey: 1 }, { unique: true }],
      [{ laneId: 1, state: 1, _id: 1 }],
      [{ state: 1, _id: -1 }],
      [{ connection: 1, _id: -1 }],
      [{ refKey: 1 }, { partialFilterExpression: { state: 'early' } }],
      [{ dueAt: 1 }, { sparse: true }],
    ],
  );

export const refModel = (connection: Connection) =>
  defineModel<RefDoc>(
    connection,
    'refs',
    { _id: String, connection: String, type: { type: String }, externalId: String, orderId: String, at: Date },
    [[{ orderId: 1 }]],
  );

export const quarantineModel = (connection: Connection) =>
  defineModel<QuarantineDoc>(
    connection,
    'quarantine',
    { _id: String, connection: String, at: Date, why: String, headers: Plain, body: Buffer },
    [[{ connection: 1, _id: 1 }]],
  );

export const watermarkModel = (connection: Connection) =>
  defineModel<WatermarkDoc>(connection, 'watermarks', { _id: String, watermark: String, at: Date });
