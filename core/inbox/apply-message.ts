import type { Clock } from '../clock.js';
import { HubError, toProblem } from '../errors/hub-error.js';
import type { MappingRegistry } from '../mapping/registry.js';
import { readOrderInput } from '../order/validate-input.js';
import { backoffMs } from '../queue/backoff.js';
import type { MessageDoc, MessageState } from '../store/models/inbox.js';
import type { HubModels } from '../store/models/index.js';
import type { Applied, orderApplier } from './apply-order.js';
import { isAboutOrder, type reportApplier } from './apply-report.js';
import { unpackText } from './payload.js';
import type { noticeReader } from './read-notice.js';
import type { Refs } from './refs.js';

export interface ApplyDeps {
  readonly models: HubModels;
  readonly clock: Clock;
  readonly random: () => number;
  readonly mappings: MappingRegistry;
  readonly refs: Refs;
  readonly applyOrder: ReturnType<typeof orderApplier>;
  readonly applyReport: ReturnType<typeof reportApplier>;
  /** Fields the hub writes back into a connection, left out of comparisons. */
  readonly writtenBack: (connection: string) => readonly string[];
  readonly notices: ReturnType<typeof noticeReader>;
  readonly log: { error(facts: object, text: string): void };
}

/** Applies one received message in its lane: maps it, checks it, changes the order, and notes what became of it. */
export function messageApplier(deps: ApplyDeps) {
  const { models, clock } = deps;

  async function mapped(
    message: MessageDoc,
  ): Promise<{ output: unknown; mapping?: { name: string; revision: string } }> {
    const body: unknown = JSON.parse(unpackText(message.body));
    if (message.mapping === undefined) return { output: body };
    const { output, revision } = await deps.mappings.run(message.mapping, body);
    return { output, mapping: { name: message.mapping, revision } };
  }

  async function apply(message: MessageDoc, laneId: string): Promise<{ applied: Applied; mappingRevision?: string }> {
    const { output, mapping } = await mapped(message);
    const { connection, kind, _id: messageId, sourceVersion, actor, ref, alsoRefs = [] } = message;
    if (isAboutOrder(kind, output)) {
      const applied = await deps.applyReport(laneId, { messageId, kind, body: output, actor });
      return mapping === undefined ? { applied } : { applied, mappingRevision: mapping.revision };
    }
    const applied = await deps.applyOrder(laneId, {
      connection,
      kind,
      messageId,
      ...(sourceVersion === undefined ? {} : { sourceVersion }),
      ...(mapping === undefined ? {} : { mapping }),
      input: readOrderInput(output),
      writtenBack: deps.writtenBack(connection),
      actor,
      externalIds: [ref, ...alsoRefs].flatMap((r) => (r === undefined ? [] : [r.id])),
    });
    for (const also of alsoRefs) await deps.refs.register(connection, also, laneId);
    return mapping === undefined ? { applied } : { applied, mappingRevision: mapping.revision };
  }

  const note = (message: MessageDoc, state: MessageState, set: Partial<MessageDoc>): Promise<unknown> =>
    models.messages.updateOne(
      { _id: message._id, state: 'received' },
      { $set: { ...set, state }, $unset: { dueAt: 1, ...(state === 'parked' ? {} : { problem: 1 }) } },
    );

  async function retryLater(message: MessageDoc, error: HubError): Promise<void> {
    const wait = backoffMs(message.attempts + 1, deps.random, { retryAfterMs: error.retryAfterMs });
    const dueAt = new Date(clock.now().getTime() + wait);
    await models.messages.updateOne(
      { _id: message._id, state: 'received' },
      { $set: { dueAt, problem: toProblem(error) }, $inc: { attempts: 1 } },
    );
  }

  /** A fault parks the message with its problem (time cures some: those are tried again); nothing is ever dropped. */
  return async function applyMessage(message: MessageDoc, laneId: string): Promise<void> {
    try {
      if (message.noticeOf !== undefined) return void (await note(message, await deps.notices(message), {}));
      const { applied, mappingRevision } = await apply(message, laneId);
      await note(message, applied, mappingRevision === undefined ? {} : { mappingRevision });
    } catch (error) {
      if (error instanceof HubError && error.cure === 'wait') return retryLater(message, error);
      if (!(error instanceof HubError)) deps.log.error({ err: error, message: message._id }, 'applying a message');
      await note(message, 'parked', { problem: toProblem(error) });
    }
  };
}
