import Type from 'typebox';
import type { InboundMessage, InboundOutcome, RawRequest, WebhookTrigger } from '../../connector/contract.js';
import { HubError } from '../../errors/hub-error.js';
import type { Source } from '../../inbox/inbox.js';
import type { MessageDoc } from '../../store/models/inbox.js';
import { type Answer, type HubRequest, type Route, route } from '../route.js';
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
  raw: RawRequest,
): Promise<readonly InboundMessage[]> {
  try {
    const messages = trigger.read(raw);
    return Array.isArray(messages) ? messages : [messages as InboundMessage];
  } catch (error) {
    if (error instanceof HubError && error.code === 'INBOX_BAD_SIGNATURE') {
      await deps.inbox.keepQuarantined(source, raw.body, error.message);
    } else if (error instanceof HubError) await deps.inbox.keepRefused(source, raw.body, error);
    throw error;
  }
}

/** Takes one request of a source in and answers it as the sender's protocol asks. */
async function take(
  deps: ResourceDeps,
  trigger: WebhookTrigger,
  connection: string,
  request: RawRequest,
): Promise<Answer<number>> {
  const actor = { kind: 'connection', id: connection, name: connection };
  const notice = trigger.lookUp === undefined ? {} : { noticeOf: trigger.name };
  const source = { connection, mapping: trigger.mapping, headers: request.headers, actor, ...notice };
  const messages = await read(deps, trigger, source, request);
  const accepted: InboundOutcome[] = [];
  for (const message of messages) {
    accepted.push(await deps.inbox.accept({ ...source, mapping: message.mapping ?? trigger.mapping }, message));
  }
  const wait = waitMs(request.headers['prefer']);
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
}

/** The trigger of this name, or the connection's first webhook. @throws HubError CONNECTION_UNKNOWN */
async function webhookOf(deps: ResourceDeps, connection: string, name?: string): Promise<WebhookTrigger> {
  const webhooks = (await deps.connections.get(connection)).triggers('webhook');
  const trigger = name === undefined ? webhooks[0] : webhooks.find((candidate) => candidate.name === name);
  if (trigger === undefined) throw new HubError('CONNECTION_UNKNOWN', { connection });
  return trigger;
}

const shared = {
  method: 'POST',
  tag: 'inbound',
  action: 'public',
  raw: true,
  bodyLimitBytes: BODY_LIMIT,
  headers: Type.Object({ prefer: Type.Optional(Type.String({ maxLength: 200 })) }, { additionalProperties: true }),
  responses: { default: Type.Any() },
  errors: ['CONNECTION_UNKNOWN', 'INBOX_BAD_SIGNATURE', 'INBOX_BODY_MALFORMED', 'INBOX_BODY_TOO_LARGE'],
} as const;

/** Both addresses: that of the connection's first webhook, and that of the one named. */
export const inboundRoutes = (deps: ResourceDeps): Route[] => {
  const receive = async (
    connection: string,
    name: string | undefined,
    request: HubRequest<unknown, unknown, Buffer>,
  ) => {
    const trigger = await webhookOf(deps, connection, name);
    const query = request.url.split('?')[1] ?? '';
    try {
      return await take(deps, trigger, connection, { headers: request.headers, query, body: request.body });
    } catch (error) {
      if (trigger.refuse === undefined || !(error instanceof HubError)) throw error;
      return { ...trigger.refuse(error) };
    }
  };
  return [
    route({
      ...shared,
      path: '/api/v1/inbound/:connection',
      summary: {
        en: 'A message from a source system, in its own format and signed its own way',
        zh: '来源系统以自身格式与签名推送的报文',
      },
      handler: (request) => receive(request.params.connection, undefined, request),
    }),
    route({
      ...shared,
      path: '/api/v1/inbound/:connection/:trigger',
      summary: {
        en: 'The same, for one of several webhooks of a connection',
        zh: '同上，用于同一连接下的某个具名 webhook',
      },
      handler: (request) => receive(request.params.connection, request.params.trigger, request),
    }),
  ];
};
