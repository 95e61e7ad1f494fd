import type { Connection } from 'mongoose';
import { defineModel, Plain } from './define.js';
import type { ActorStamp } from './order.js';

/** What a file is attached to; always within one order. */
export interface AttachedTo {
  kind: 'order' | 'task' | 'evidence';
  orderId: string;
  taskId?: string;
  /** Step of the fulfilment plan that it proves. */
  stepId?: string;
}

/** A file on an order, without its bytes. Its record outlives its removal. */
export interface AttachmentDoc {
  _id: string;
  attachedTo: AttachedTo;
  name: string;
  /** A media type of core/attachment/media-types.ts. */
  type: string;
  /** Bytes. */
  size: number;
  sha256: string;
  by: ActorStamp;
  at: Date;
  removed?: { by: ActorStamp; at: Date };
  /** Place and content, while it is there: the same file is attached to the same place once. */
  liveAs?: string;
  /** What the timeline of the order has not been told yet. */
  untold?: 'added' | 'removed';
}

export const attachmentModel = (connection: Connection) =>
  defineModel<AttachmentDoc>(
    connection,
    'attachments',
    {
      _id: String,
      attachedTo: Plain,
      name: String,
      type: { type: String },
      size: Number,
      sha256: String,
      by: Plain,
      at: Date,
      removed: Plain,
      liveAs: String,
      untold: String,
    },
    [
      [{ 'attachedTo.orderId': 1, _id: -1 }],
      [{ sha256: 1 }],
      [{ liveAs: 1 }, { unique: true, sparse: true }],
      [{ untold: 1 }, { sparse: true }],
    ],
  );
