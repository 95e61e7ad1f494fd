import { monotonicFactory } from 'ulid';
import type { Clock } from '../clock.js';
import type { InboundMessage, InboundOutcome } from '../connector/contract.js';
import { HubError, toProblem } from '../errors/hub-error.js';
import { isDuplicateKey } from '../store/connect.js';
import type { MessageDoc } from '../store/models/inbox.js';
import type { HubModels } from '../store/models/index.js';
import type { ActorStamp } from '../store/models/order.js';
import { keptHeaders, pack, sha256 } from './payload.js';
import { type Refs, refKey } from './refs.js';

const ulid = monotonicFactory();
/** How long a message waits for its reference, and how often it looks again by itself. */
const EARLY_MS = 24 * 3_600_000;
const EARLY_LOOK_MS = 30_000;
/** Bad signatures kept per connection, and the bytes of each. */
const QUARANTINE_LIMIT = 100;
const QUARANTINE_BYTES = 64 * 1024;

export interface Source {
  readonly connection: string;
  readonly mapping?: string;
  /** Name of the trigger that looks up what its notices are about. */
  readonly noticeOf?: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly actor: ActorStamp;
}

export type Inbox = ReturnType<typeof inbox>;

/** The ledger at the hub's entrance: what is stored here is never lost, and a repeat is told from a new message. */
export function inbox(models: HubModels, refs: Refs, clock: Clock, poke: (laneId: string) => void) {
  const { messages, quarantine } = models;

  /** The order's lane, or undefined while nobody knows the reference. */
  async function laneOf(connection: string, message: InboundMessage): Promise<string | undefined> {
    const { ref, creates } = message.correlation;
    const known = await refs.find(connection, ref);
    if (known !== undefined || !creates) return known;
    return refs.claim(connection, ref, ulid());
  }

  async function duplicateOf(connection: string, message: InboundMessage): Promise<InboundOutcome> {
    const first = await messages
      .findOneAndUpdate(
        { connection, kind: message.kind, dedupeKey: message.correlation.dedupeKey },
        { $inc: { duplicates: 1 } },
        { returnDocument: 'after' },
      )
      .lean();
    if (first === null) throw new HubError('UNEXPECTED', { why: 'a duplicate without its first message' });
    return {
      messageId: first._id,
      state: 'duplicate',
      ...(first.laneId === undefined ? {} : { orderId: first.laneId }),
    };
  }

  /** Stores one message durably; resolves once it is. A repeat is counted on the first and answered with it. */
  async function accept(source: Source, message: InboundMessage): Promise<InboundOutcome> {
    const { connection } = source;
    const { ref, dedupeKey, creates, sourceVersion, alsoRefs } = message.correlation;
    const laneId = await laneOf(connection, message);
    const now = clock.now();
    const doc: MessageDoc = {
      _id: ulid(),
      connection,
      kind: message.kind,
      ...(source.mapping === undefined ? {} : { mapping: source.mapping }),
      ...(source.noticeOf === undefined ? {} : { noticeOf: source.noticeOf }),
      dedupeKey,
      duplicates: 0,
      ref: { ...ref },
      refKey: refKey(connection, ref),
      ...(alsoRefs === undefined ? {} : { alsoRefs: alsoRefs.map((r) => ({ ...r })) }),
      creates,
      ...(sourceVersion === undefined ? {} : { sourceVersion }),
      headers: keptHeaders(source.headers),
      ...pack(message.body),
      actor: source.actor,
      receivedAt: now,
      attempts: 0,
      ...(laneId === undefined
        ? {
            state: 'early',
            deadline: new Date(now.getTime() + EARLY_MS),
            dueAt: new Date(now.getTime() + EARLY_LOOK_MS),
          }
        : { state: 'received', laneId, dueAt: now }),
    };
    try {
      await messages.create(doc);
    } catch (error) {
      if (isDuplicateKey(error)) return duplicateOf(connection, message);
      throw error;
    }
    if (laneId !== undefined) poke(laneId);
    else await lookAgain(doc);
    return { messageId: doc._id, state: doc.state, ...(laneId === undefined ? {} : { orderId: laneId }) };
  }

  /** The reference may have become known between the look and the insert; past its deadline the message is parked. */
  async function lookAgain(doc: MessageDoc): Promise<void> {
    if (doc.ref === undefined) return;
    const orderId = await refs.find(doc.connection, doc.ref);
    if (orderId !== undefined) {
      await refs.releaseEarly(doc.connection, doc.ref, orderId);
      poke(orderId);
      return;
    }
    const late = doc.deadline !== undefined && doc.deadline <= clock.now();
    const problem = toProblem(new HubError('INBOX_EARLY_TIMED_OUT', { ref: doc.refKey ?? '' }));
    await messages.updateOne(
      { _id: doc._id, state: 'early' },
      late
        ? { $set: { state: 'parked', problem }, $unset: { dueAt: 1 } }
        : { $set: { dueAt: new Date(clock.now().getTime() + EARLY_LOOK_MS) } },
    );
  }

  /**
   * Takes a parked message up again: in its lane, or as an early one when its reference never became known.
   * @returns undefined when no message of this id is parked.
   */
  async function replay(messageId: string): Promise<MessageDoc | undefined> {
    const parked = { _id: messageId, state: 'parked' as const };
    const now = clock.now();
    const known = (await messages.findOne(parked, { laneId: 1 }).lean())?.laneId !== undefined;
    const set = known
      ? { state: 'received' as const, dueAt: now }
      : { state: 'early' as const, dueAt: now, deadline: new Date(now.getTime() + EARLY_MS) };
    const doc = await messages
      .findOneAndUpdate(parked, { $set: set }, { returnDocument: 'after', projection: { body: 0 } })
      .lean<MessageDoc>();
    if (doc === null) return undefined;
    if (doc.laneId === undefined) await lookAgain(doc);
    else poke(doc.laneId);
    return doc;
  }

  /** Keeps a message whose sender is known but whose body cannot be read, so that nothing is lost. */
  async function keepRefused(source: Source, raw: Buffer, error: HubError): Promise<string> {
    const packed = pack(raw);
    const _id = ulid();
    await messages.create({
      _id,
      connection: source.connection,
      kind: 'unreadable',
      dedupeKey: `${packed.bodySha256}/${_id}`,
      duplicates: 0,
      headers: keptHeaders(source.headers),
      ...packed,
      actor: source.actor,
      receivedAt: clock.now(),
      state: 'refused',
      problem: toProblem(error),
      attempts: 0,
    });
    return _id;
  }

  /** Keeps a message with a bad signature, at most 100 per connection, the oldest going first. */
  async function keepQuarantined(source: Source, raw: Buffer, why: string): Promise<void> {
    const { connection } = source;
    const { body } = pack(raw.subarray(0, QUARANTINE_BYTES));
    const headers = {
      ...keptHeaders(source.headers),
      'signature-sha256': sha256(source.headers['webhook-signature'] ?? ''),
    };
    await quarantine.create({ _id: ulid(), connection, at: clock.now(), why, headers, body });
    const over = await quarantine
      .find({ connection }, { _id: 1 })
      .sort({ _id: -1 })
      .skip(QUARANTINE_LIMIT)
      .limit(50)
      .lean();
    if (over.length > 0) await quarantine.deleteMany({ _id: { $in: over.map((doc) => doc._id) } });
  }

  /** Which of these a poll has brought before: an overlap is no news and is not even counted. */
  async function known(connection: string, polled: readonly InboundMessage[]): Promise<ReadonlySet<string>> {
    const found = await messages
      .find(
        {
          connection,
          kind: { $in: [...new Set(polled.map((m) => m.kind))] },
          dedupeKey: { $in: polled.map((m) => m.correlation.dedupeKey) },
        },
        { dedupeKey: 1 },
      )
      .lean();
    return new Set(found.map((doc) => doc.dedupeKey));
  }

  return { accept, lookAgain, replay, keepRefused, keepQuarantined, known };
}
