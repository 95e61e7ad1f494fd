import type { Readable } from 'node:stream';
import { monotonicFactory } from 'ulid';
import type { Actor } from '../access/actor.js';
import type { Clock } from '../clock.js';
import { HubError } from '../errors/hub-error.js';
import type { OrderCommands } from '../pipeline/order-commands.js';
import { isDuplicateKey } from '../store/connect.js';
import type { AttachedTo, AttachmentDoc } from '../store/models/attachments.js';
import type { HubModels } from '../store/models/index.js';
import type { ActorStamp, OrderDoc } from '../store/models/order.js';
import { cleanName } from './file-name.js';
import type { FileStore, Received } from './file-store.js';
import { type Declared, declaredType, requireContent } from './media-types.js';

/** Files that may be attached to one order, its tasks and steps together. */
export const MAX_PER_ORDER = 100;
const TELL_BATCH = 100;

const ulid = monotonicFactory();
const stampOf = ({ kind, id, name }: Actor): ActorStamp => ({ kind, id, name });
const liveAs = ({ kind, orderId, taskId, stepId }: AttachedTo, sha256: string): string =>
  [orderId, kind, taskId ?? stepId ?? '', sha256].join('|');

/** Where in an order; the order itself when neither is given. */
export interface Place {
  readonly taskId?: string;
  readonly stepId?: string;
}

export interface NewFile {
  /** As the sender wrote it. */
  readonly name: string;
  readonly contentType?: string;
  readonly body: Readable;
}

export interface BookDeps {
  readonly models: Pick<HubModels, 'attachments' | 'tasks'>;
  readonly files: FileStore;
  readonly emit: OrderCommands['emit'];
  readonly clock: Clock;
  readonly poke: (orderId: string) => void;
}

export type AttachmentBook = ReturnType<typeof attachmentBook>;

/** Attachments of orders: records in the store, bytes in the file store, and an event on the order for each change. */
export function attachmentBook({ models, files, emit, clock, poke }: BookDeps) {
  const { attachments } = models;

  const isUsed = async (sha256: string): Promise<boolean> =>
    (await attachments.exists({ sha256, liveAs: { $exists: true } })) !== null;

  const countOf = (orderId: string): Promise<number> =>
    attachments.countDocuments({ 'attachedTo.orderId': orderId, liveAs: { $exists: true } });

  const refuseFull = (order: OrderDoc): HubError =>
    new HubError('ATTACHMENT_LIMIT_REACHED', { order: order.orderNumber, limit: MAX_PER_ORDER });

  /** @throws HubError RESOURCE_NOT_FOUND when the order has no such task or step. */
  async function placeIn(order: OrderDoc, { taskId, stepId }: Place): Promise<AttachedTo> {
    const orderId = order._id;
    if (taskId !== undefined) {
      if ((await models.tasks.exists({ _id: taskId, orderId })) === null) {
        throw new HubError('RESOURCE_NOT_FOUND', { what: 'task', whatZh: '待办', id: taskId });
      }
      return { kind: 'task', orderId, taskId };
    }
    if (stepId !== undefined) {
      if (order.plan?.some((step) => step.stepId === stepId) !== true) {
        throw new HubError('RESOURCE_NOT_FOUND', { what: 'step', whatZh: '步骤', id: stepId });
      }
      return { kind: 'evidence', orderId, stepId };
    }
    return { kind: 'order', orderId };
  }

  /** Puts the change on the order's timeline, once: the command's key and the mark on the record see to it. */
  async function tell(doc: AttachmentDoc): Promise<void> {
    if (doc.untold === undefined) return;
    const actor = doc.untold === 'removed' && doc.removed !== undefined ? doc.removed.by : doc.by;
    const { orderId, taskId, stepId } = doc.attachedTo;
    const facts = { attachmentId: doc._id, name: doc.name, type: doc.type, size: doc.size, sha256: doc.sha256 };
    const type = `attachment.${doc.untold}`;
    await emit(
      { orderId, key: `${type}/${doc._id}`, depth: 0, actor },
      {
        type,
        data: {
          ...facts,
          ...(taskId === undefined ? {} : { taskId }),
          ...(stepId === undefined ? {} : { stepId }),
        },
      },
    );
    await attachments.updateOne({ _id: doc._id, untold: doc.untold }, { $unset: { untold: 1 } });
    poke(orderId);
  }

  /** What time cures, e.g. a full outbox of the order, `tellAll` tries again. */
  async function tellSoon(doc: AttachmentDoc): Promise<void> {
    await tell(doc).catch((error: unknown) => {
      if (!(error instanceof HubError) || error.cure !== 'wait') throw error;
    });
  }

  const findLive = async (key: string): Promise<AttachmentDoc | undefined> =>
    (await attachments.findOne({ liveAs: key }).lean<AttachmentDoc>()) ?? undefined;

  async function record(attachedTo: AttachedTo, declared: Declared, file: Received, actor: Actor) {
    const key = liveAs(attachedTo, file.sha256);
    const doc: AttachmentDoc = {
      ...{ _id: ulid(), attachedTo, ...declared, size: file.size, sha256: file.sha256 },
      ...{ by: stampOf(actor), at: clock.now(), liveAs: key, untold: 'added' },
    };
    for (;;) {
      const there = await findLive(key);
      if (there !== undefined) return { doc: there, created: false };
      try {
        await attachments.create(doc);
        return { doc, created: true };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  /**
   * Attaches a file. The same content on the same place gives the record that is there.
   * At the limit the one who finds too many withdraws, so of two who race for the last place both may be refused.
   * @throws HubError RESOURCE_NOT_FOUND, ATTACHMENT_TYPE_REFUSED, ATTACHMENT_LIMIT_REACHED, and what the body throws.
   */
  async function add(
    order: OrderDoc,
    place: Place,
    file: NewFile,
    actor: Actor,
  ): Promise<{ doc: AttachmentDoc; created: boolean }> {
    const attachedTo = await placeIn(order, place);
    const declared = declaredType(file.contentType, cleanName(file.name));
    const received = await files.receive(file.body, (head) => requireContent(declared.type, head));
    try {
      await received.keep();
      const { doc, created } = await record(attachedTo, declared, received, actor);
      if (created && (await countOf(order._id)) > MAX_PER_ORDER) {
        await attachments.deleteOne({ _id: doc._id });
        throw refuseFull(order);
      }
      await received.keep();
      await tellSoon(doc);
      return { doc, created };
    } catch (error) {
      await files.discard(received.sha256, isUsed);
      throw error;
    } finally {
      await received.drop();
    }
  }

  /** @throws HubError RESOURCE_NOT_FOUND */
  async function get(id: string): Promise<AttachmentDoc> {
    const doc = await attachments.findOne({ _id: id }).lean<AttachmentDoc>();
    if (doc === null) throw new HubError('RESOURCE_NOT_FOUND', { what: 'attachment', whatZh: '附件', id });
    return doc;
  }

  /**
   * The bytes of an attachment.
   * @throws HubError ATTACHMENT_REMOVED, ATTACHMENT_FILE_MISSING when the folder of files lacks it.
   */
  async function read(doc: AttachmentDoc): Promise<Readable> {
    if (doc.removed !== undefined) {
      throw new HubError('ATTACHMENT_REMOVED', { name: doc.name, by: doc.removed.by.name });
    }
    const bytes = await files.read(doc.sha256);
    if (bytes === undefined) throw new HubError('ATTACHMENT_FILE_MISSING', { id: doc._id, sha256: doc.sha256 });
    return bytes;
  }

  /** Removes an attachment: its record says by whom, its bytes go when nothing else has them. Again changes nothing. */
  async function remove(id: string, actor: Actor): Promise<AttachmentDoc> {
    await tell(await get(id));
    const removed = { by: stampOf(actor), at: clock.now() };
    await attachments.updateOne(
      { _id: id, liveAs: { $exists: true } },
      { $set: { removed, untold: 'removed' }, $unset: { liveAs: 1 } },
    );
    const doc = await get(id);
    await tellSoon(doc);
    await files.discard(doc.sha256, isUsed);
    return doc;
  }

  /** Newest first; one more than `limit`, so that the caller sees whether there is a next page. */
  async function list(orderId: string, filter: Place & { removed?: boolean; cursor?: string; limit: number }) {
    const { taskId, stepId, removed, cursor, limit } = filter;
    return attachments
      .find({
        'attachedTo.orderId': orderId,
        ...(taskId === undefined ? {} : { 'attachedTo.taskId': taskId }),
        ...(stepId === undefined ? {} : { 'attachedTo.stepId': stepId }),
        ...(removed === true ? {} : { liveAs: { $exists: true } }),
        ...(cursor === undefined ? {} : { _id: { $lt: cursor } }),
      })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<AttachmentDoc[]>();
  }

  /** Tells the timelines what a crash or a full outbox kept from them. */
  async function tellAll(): Promise<void> {
    const untold = { untold: { $exists: true } };
    for (const doc of await attachments.find(untold).limit(TELL_BATCH).lean<AttachmentDoc[]>()) await tellSoon(doc);
  }

  /** Clears the folder of what no record refers to, as far as it was last written before this instant. */
  const sweep = (before: Date): Promise<void> => files.sweep(before, isUsed);

  return { add, get, read, remove, list, tellAll, sweep };
}
