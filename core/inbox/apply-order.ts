import type { Clock } from '../clock.js';
import { HubError } from '../errors/hub-error.js';
import { amendmentFromChange } from '../order/amendment-from-change.js';
import { FIRST_STATES, moveAxis } from '../order/axes.js';
import { businessDate } from '../order/business-date.js';
import { type NormaliseContext, normaliseOrder } from '../order/normalise.js';
import type { Commercial, Hold, OrderContent } from '../order/order.js';
import { propose } from '../order/propose.js';
import { contentDigestInput } from '../order/same-content.js';
import type { OrderInput } from '../order/schema.js';
import { isDuplicateKey } from '../store/connect.js';
import { fulfilmentState, outcomeChange } from '../store/fulfilment-state.js';
import type { HubModels } from '../store/models/index.js';
import type { ActorStamp, OrderDoc, SourceState } from '../store/models/order.js';
import { moveFacts } from '../store/move-facts.js';
import type { OrderRepository } from '../store/order-repository.js';
import { searchKeys } from '../store/search-keys.js';
import { sha256 } from './payload.js';

/** What a source says about an order, after mapping. */
export interface Said {
  readonly connection: string;
  readonly kind: string;
  readonly messageId: string;
  readonly sourceVersion?: string;
  readonly mapping?: { name: string; revision: string };
  readonly input: OrderInput;
  /** Fields the hub itself writes into that source. */
  readonly writtenBack: readonly string[];
  readonly actor: ActorStamp;
  readonly externalIds: readonly string[];
}

/** Before acceptance a source may still change its order; afterwards only an amendment does. */
const OPEN_TO_CHANGE: ReadonlySet<Commercial> = new Set(['draft', 'in-approval', 'rejected']);

export type Applied = 'mapped' | 'unchanged' | 'stale';

export interface ApplyOrderDeps {
  readonly models: HubModels;
  readonly orders: OrderRepository;
  readonly clock: Clock;
  readonly nextNumber: () => Promise<string>;
  readonly normalise: Omit<NormaliseContext, 'previous'>;
  readonly newId: () => string;
  /** The seller's time zone. */
  readonly zone: string;
}

const sourceOf = (doc: OrderDoc, said: Said): SourceState | undefined =>
  doc.sources.find((s) => s.connection === said.connection && s.kind === said.kind);

const withSource = (doc: OrderDoc, source: SourceState): SourceState[] => [
  ...doc.sources.filter((s) => s.connection !== source.connection || s.kind !== source.kind),
  source,
];

const isOlder = (said: Said, last: SourceState): boolean =>
  said.sourceVersion !== undefined && last.sourceVersion !== undefined && said.sourceVersion < last.sourceVersion;

const backToDraft = (doc: OrderDoc): OrderDoc['states'] =>
  doc.states.commercial === 'draft' ? doc.states : moveAxis(doc.states, 'commercial', 'draft', moveFacts(doc));

const noRateHold = (content: OrderContent, id: string, at: Date): Hold[] =>
  content.baseGrossMinor === undefined
    ? [
        {
          id,
          type: 'no-rate',
          reason: `no exchange rate ${content.currency} to ${content.baseCurrency} on ${content.orderDate}`,
          reasonZh: `${content.orderDate} 没有 ${content.currency} 兑 ${content.baseCurrency} 的汇率`,
          by: 'OrderHub',
          at,
        },
      ]
    : [];

/**
 * Makes or changes an order by what one source says. An echo or a repeat with equal content is `unchanged`, something
 * older than what the source said before is `stale`; neither makes a revision or an event.
 * @throws HubError ORDER_INVALID with every fault, ORDER_CHANGE_AFTER_ACCEPTANCE
 */
export function orderApplier(deps: ApplyOrderDeps) {
  const { models, orders, clock } = deps;

  async function keepRevision(orderId: string, revision: number, content: OrderContent, said: Said): Promise<void> {
    const { messageId, mapping, actor } = said;
    try {
      await models.revisions.create({
        _id: `${orderId}/${revision}`,
        orderId,
        revision,
        content,
        at: clock.now(),
        messageId,
        ...(mapping === undefined ? {} : { mapping }),
        actor,
      });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      await models.revisions.updateOne(
        { _id: `${orderId}/${revision}` },
        { $set: { content, at: clock.now(), messageId } },
      );
    }
  }

  async function create(orderId: string, said: Said, source: SourceState, idempotency?: OrderDoc['idempotency']) {
    const content = normaliseOrder(said.input, deps.normalise);
    const orderNumber = await deps.nextNumber();
    const now = clock.now();
    const holds = noRateHold(content, deps.newId(), now);
    await keepRevision(orderId, 1, content, said);
    return orders.insert(
      {
        _id: orderId,
        orderNumber,
        revision: 1,
        states: { ...FIRST_STATES },
        holds,
        content,
        sources: [source],
        ...(idempotency === undefined ? {} : { idempotency }),
        deliveries: [],
        applied: [],
        searchKeys: searchKeys(orderNumber, content, said.externalIds),
        attention: holds.length > 0,
        held: holds.length > 0,
        createdAt: now,
        updatedAt: now,
        createdBy: said.actor,
      },
      [{ type: 'order.received', data: { messageId: said.messageId, connection: said.connection, revision: 1 } }],
      said.actor,
    );
  }

  /** After acceptance a source's change becomes an amendment, when it only adds, reduces or cancels. */
  async function amend(doc: OrderDoc, said: Said, source: SourceState): Promise<void> {
    const changes = amendmentFromChange(doc.content, said.input);
    if (changes === undefined) {
      throw new HubError('ORDER_CHANGE_AFTER_ACCEPTANCE', { order: doc.orderNumber, connection: said.connection });
    }
    const today = businessDate(clock.now(), deps.zone);
    const effectiveDate = [today, doc.content.orderDate].sort().at(-1) ?? today;
    const reason = `${said.connection} ${said.messageId}`;
    await orders.change(doc._id, said.actor, (now) => {
      const sources = withSource(now, source);
      if (changes.length === 0) return { set: { sources }, events: [] };
      const outcome = propose(
        fulfilmentState(now),
        { effectiveDate, reason, changes },
        said.actor.name,
        deps.normalise,
      );
      const { set, events } = outcomeChange(outcome);
      return { set: { ...set, sources }, events };
    });
  }

  async function change(doc: OrderDoc, said: Said, source: SourceState): Promise<void> {
    if (!OPEN_TO_CHANGE.has(doc.states.commercial)) return amend(doc, said, source);
    const content = normaliseOrder(said.input, { ...deps.normalise, previous: doc.content });
    const revision = doc.revision + 1;
    const kept = doc.holds.filter((hold) => hold.type !== 'no-rate' || hold.released !== undefined);
    const holds = [...kept, ...noRateHold(content, deps.newId(), clock.now())];
    const held = holds.some((hold) => hold.released === undefined);
    await keepRevision(doc._id, revision, content, said);
    await orders.change(doc._id, said.actor, (now) =>
      now.revision !== doc.revision
        ? undefined
        : {
            set: {
              content,
              revision,
              holds,
              held,
              attention: held,
              states: backToDraft(now),
              sources: withSource(now, source),
              searchKeys: searchKeys(doc.orderNumber, content, said.externalIds),
            },
            unset: ['rejection'],
            events: [
              { type: 'order.changed', data: { messageId: said.messageId, connection: said.connection, revision } },
            ],
          },
    );
  }

  return async function applyOrder(
    orderId: string,
    said: Said,
    idempotency?: OrderDoc['idempotency'],
  ): Promise<Applied> {
    const { connection, kind, messageId, sourceVersion } = said;
    const digest = sha256(contentDigestInput(said.input, [...said.writtenBack]));
    const source = { connection, kind, digest, messageId, ...(sourceVersion === undefined ? {} : { sourceVersion }) };
    const doc = await orders.find(orderId);
    if (doc === undefined) {
      return (await create(orderId, said, source, idempotency)) ? 'mapped' : 'unchanged';
    }
    const last = sourceOf(doc, said);
    if (last?.messageId === messageId) return 'mapped';
    if (last !== undefined && isOlder(said, last)) return 'stale';
    if (last?.digest === digest) {
      await orders.change(doc._id, said.actor, (now) => ({ set: { sources: withSource(now, source) }, events: [] }));
      return 'unchanged';
    }
    await change(doc, said, source);
    return 'mapped';
  };
}
