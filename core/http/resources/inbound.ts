import Type from 'typebox';
import type { InboundMessage, InboundOutcome, WebhookTrigger } from '../../connector/contract.js';
import { HubError } from '../../errors/hub-error.js';
import type { Source } from '../../inbox/inbox.js';
import type { MessageDoc } from '../../store/models/inbox.js';
import { type Route, route } from '../route.js';
import type { ResourceDeps } from './deps.js';

const MAX_WAIT_S = 30;
const BODY_LIMIT = 8 * 1024 * 1024;

/** `Prefer: wait=N` (RFC 7240): seconds the sender would wait for the outcome; 0 without it. */
const waitMs = (prefer: string | undefined): number => {
  const seconds = Number(/(?:^|[,;\s])wait=(\d{1,4})/.exec(prefer ?? '')?.[1] ?? 0);
  return Math.min(MAX_WAIT_S, seconds) * 1_000;
};

/** The message's state after the wait, for the sender. */
async function outcomeNow(deps: ResourceDeps, first: InboundOutcome): Promise<InboundOutcome> {
  const doc = await deps.models.messages.findOne({ _id: first.messageId }, { body: 0 }).lean<MessageDoc>();
  if (doc === null) return first;
  const order =
    doc.laneId === undefined ? null : await deps.models.orders.findOne({ _id: doc.laneId }, { orderNumber: 1 }).lean();
  return {
    messageId: doc._id,
    state: first.state === 'duplicate' ? 'duplicate' : doc.state,
    ...(doc.laneId === undefined ? {} : { orderId: doc.laneId }),
    ...(order === null ? {} : { orderNumber: order.orderNumber }),
    ...(doc.problem === undefined ? {} : { problem: doc.problem }),
  };
}

/** Reads the raw bytes by the sender's rules; what cannot be read is kept before it is refused. */
async function read(
  deps: ResourceDeps,
  trigger: WebhookTrigger,
  source: Source,
  raw: Buffer,
): Promise<readonly InboundMessage[]> {
  try {
    const messages = trigger.read({ headers: source.headers, body: raw });
    return Array.isArray(messages) ? messages : [messages as InboundMessage];
  } catch (error) {
    if (error instanceof HubError && error.code === 'INBOX_BAD_SIGNATURE') {
      await deps.inbox.keepQuarantined(source, raw, error.message);
    } else if (error instanceof HubError) await deps.inbox.keepRefused(source, raw, error);
    throw error;
  }
}

export const inboundRoutes = (deps: ResourceDeps): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/inbound/:connection',
    tag: 'inbound',
    summary: {
      en: 'A message from a source system, in its own format and signed its own way',
      zh: '来源系统以自身格式与签名推送的报文',
    },
    action: 'public',
    raw: true,
    bodyLimitBytes: BODY_LIMIT,
    headers: Type.Object({ prefer: Type.Optional(Type.String({ maxLength: 200 })) }, { additionalProperties: true }),
    responses: { default: Type.Any() },
    errors: ['CONNECTION_UNKNOWN', 'INBOX_BAD_SIGNATURE', 'INBOX_BODY_MALFORMED', 'INBOX_BODY_TOO_LARGE'],
    handler: async ({ params, body, headers }) => {
      const connection = await deps.connections.get(params.connection);
      const trigger = connection.trigger('webhook');
      if (trigger?.kind !== 'webhook') throw new HubError('CONNECTION_UNKNOWN', { connection: params.connection });
      const actor = { kind: 'connection', id: connection.name, name: connection.name };
      const source = { connection: connection.name, mapping: trigger.mapping, headers, actor };
      const messages = await read(deps, trigger, source, body);
      const accepted: InboundOutcome[] = [];
      for (const message of messages) accepted.push(await deps.inbox.accept(source, message));
      const wait = waitMs(headers['prefer']);
      if (wait > 0) await Promise.all(accepted.map(({ messageId }) => deps.settled(messageId, wait)));
      const outcomes = wait > 0 ? await Promise.all(accepted.map((o) => outcomeNow(deps, o))) : accepted;
      if (trigger.answer !== undefined) return { ...trigger.answer(outcomes) };
      const done = outcomes.every(({ state }) => state !== 'received' && state !== 'early');
      const applied = wait > 0 ? { 'preference-applied': `wait=${wait / 1_000}` } : {};
      return {
        status: done ? 200 : 202,
        body: { ...(outcomes.length === 1 ? outcomes[0] : { messages: outcomes }) },
        headers: { ...applied },
      };
    },
  }),
];
