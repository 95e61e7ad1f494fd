import { monotonicFactory } from 'ulid';
import type { Clock } from '../clock.js';
import { moveAxis } from '../order/axes.js';
import type { FulfilmentState, Outcome } from '../order/fulfilment.js';
import type { Axis, AxisStates, Hold } from '../order/order.js';
import { fulfilmentState, outcomeChange } from '../store/fulfilment-state.js';
import type { HubModels } from '../store/models/index.js';
import { type ActorStamp, KEPT_COMMANDS, type OrderDoc, type RuleReason } from '../store/models/order.js';
import { moveFacts } from '../store/move-facts.js';
import type { NewEvent, OrderChange, OrderRepository } from '../store/order-repository.js';

/** Events that caused each other; a longer chain is a loop between systems, and the order is held. */
export const MAX_DEPTH = 8;
const ulid = monotonicFactory();

/** Who asks, and under which key: the same key again changes nothing. */
export interface Command {
  readonly orderId: string;
  readonly key: string;
  readonly depth: number;
  readonly actor: ActorStamp;
}

export type OrderCommands = ReturnType<typeof orderCommands>;

const chainHold = (command: Command, at: Date): Hold => ({
  id: ulid(),
  type: 'causal-depth',
  reason: `more than ${MAX_DEPTH} events caused each other, the last by ${command.key}`,
  reasonZh: `超过 ${MAX_DEPTH} 个事件互相触发，最后一个来自 ${command.key}`,
  by: 'OrderHub',
  at,
});

/** What pipelines do to orders. Every command is idempotent by its key and emits its event in the same write. */
export function orderCommands(models: HubModels, orders: OrderRepository, clock: Clock) {
  function apply(command: Command, decide: (doc: OrderDoc) => OrderChange | undefined): Promise<OrderDoc> {
    return orders.change(command.orderId, command.actor, (doc) => {
      if (doc.applied.includes(command.key)) return undefined;
      const change = decide(doc);
      if (change === undefined) return undefined;
      const applied = [...doc.applied, command.key].slice(-KEPT_COMMANDS);
      if (command.depth > MAX_DEPTH) {
        const holds = [...doc.holds, chainHold(command, clock.now())];
        return { set: { applied, holds, held: true, attention: true }, events: [] };
      }
      return { ...change, set: { ...change.set, applied } };
    });
  }

  /** Moves one axis and says so. @throws HubError ORDER_MOVE_REFUSED when a guard does not hold. */
  async function move<A extends Axis>(
    command: Command,
    axis: A,
    to: AxisStates[A],
    event: NewEvent,
    more: { reasons?: readonly RuleReason[]; loaded?: Parameters<typeof moveFacts>[1] } = {},
  ): Promise<OrderDoc> {
    const waitingTasks = await models.tasks.countDocuments({
      orderId: command.orderId,
      state: 'waiting',
      kind: 'approval',
    });
    return apply(command, (doc) => {
      const { rejection: _, ...rest } = doc;
      const states =
        rest.states[axis] === to
          ? rest.states
          : moveAxis(rest.states, axis, to, moveFacts(doc, { waitingTasks, ...more.loaded }));
      const rejection = more.reasons === undefined ? {} : { rejection: [...more.reasons], attention: true };
      return { set: { states, ...rejection }, events: [{ ...event, depth: command.depth }] };
    });
  }

  const emit = (command: Command, event: NewEvent): Promise<OrderDoc> =>
    apply(command, () => ({ set: {}, events: [{ ...event, depth: command.depth }] }));

  /** Keeps the content of the revision that a command made; keeping it again changes nothing. */
  async function keepRevision({ actor }: Command, doc: OrderDoc): Promise<void> {
    const { _id: orderId, revision, content } = doc;
    await models.revisions.updateOne(
      { _id: `${orderId}/${revision}` },
      { $setOnInsert: { orderId, revision, content, at: clock.now(), actor } },
      { upsert: true },
    );
  }

  /**
   * Carries a fulfilment command out; it gives undefined when there is nothing to change.
   * @throws HubError whatever the command refuses.
   */
  const fulfil = (command: Command, decide: (state: FulfilmentState) => Outcome | undefined): Promise<OrderDoc> =>
    apply(command, (doc) => {
      const outcome = decide(fulfilmentState(doc));
      if (outcome === undefined) return undefined;
      const { set, events } = outcomeChange(outcome);
      return { set, events: events.map((event) => ({ ...event, depth: command.depth })) };
    });

  return { move, emit, fulfil, keepRevision };
}
