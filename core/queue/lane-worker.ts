import type { Clock } from '../clock.js';
import type { EffectLedger } from '../effect/ledger.js';
import { HubError } from '../errors/hub-error.js';
import type { messageApplier } from '../inbox/apply-message.js';
import { isAlarmed, raiseAlarm } from '../order/alarm.js';
import { businessDate } from '../order/business-date.js';
import type { RunBook } from '../pipeline/runs.js';
import { fulfilmentState, outcomeChange } from '../store/fulfilment-state.js';
import type { MessageDoc } from '../store/models/inbox.js';
import type { HubModels } from '../store/models/index.js';
import type { ActorStamp, OrderDoc } from '../store/models/order.js';
import type { EffectDoc } from '../store/models/work.js';
import type { OrderRepository } from '../store/order-repository.js';
import type { TaskBook } from '../task/task-book.js';
import type { LaneLeases } from './lane-lease.js';
import type { Look } from './lane-queue.js';

const ROUNDS = 200;
const MESSAGES_A_LOOK = 50;
const HUB: ActorStamp = { kind: 'system', id: 'orderhub', name: 'OrderHub' };

export interface LaneDeps {
  readonly models: HubModels;
  readonly clock: Clock;
  readonly leases: LaneLeases;
  readonly orders: OrderRepository;
  readonly runs: RunBook;
  readonly tasks: TaskBook;
  readonly effects: Pick<EffectLedger, 'advance'>;
  readonly applyMessage: ReturnType<typeof messageApplier>;
  /** The seller's time zone: where a step becomes overdue. */
  readonly zone: string;
  /** Called between steps; the crash tests stop the process here. */
  readonly checkpoint?: (name: string, laneId: string) => void;
}

/** Everything that happens to one order happens here, one step after the other, under the lane's lease. */
export function laneWorker(deps: LaneDeps) {
  const { models, clock, orders, runs } = deps;

  async function applyMessages(laneId: string): Promise<boolean> {
    const received = await models.messages
      .find({ laneId, state: 'received' })
      .sort({ _id: 1 })
      .limit(MESSAGES_A_LOOK)
      .lean<MessageDoc[]>();
    const due = received.filter((m) => m.dueAt === undefined || m.dueAt <= clock.now());
    // Messages of one source are applied in the order of the source's own versions, whatever order they came in.
    due.sort((a, b) => ((a.sourceVersion ?? a._id) < (b.sourceVersion ?? b._id) ? -1 : 1));
    for (const message of due) {
      deps.checkpoint?.('message', laneId);
      await deps.applyMessage(message, laneId);
    }
    return due.length > 0;
  }

  /** Tells once that steps are overdue; `alarmOn` says whether there is anything to tell. */
  async function alarm(doc: OrderDoc): Promise<OrderDoc> {
    const today = businessDate(clock.now(), deps.zone);
    if (typeof doc.alarmOn !== 'string' || doc.alarmOn >= today) return doc;
    return orders.change(doc._id, HUB, (now) => {
      const outcome = raiseAlarm(fulfilmentState(now), today);
      return outcome === undefined ? undefined : outcomeChange(outcome);
    });
  }

  async function relayEvents(laneId: string): Promise<boolean> {
    const found = await orders.find(laneId);
    if (found === undefined) return false;
    const doc = await alarm(found);
    if (doc.outbox.length === 0) return false;
    await orders.relay(doc, async (event) => {
      deps.checkpoint?.(event.type, laneId);
      if (event.type === 'order.changed') await runs.cancelFor(laneId, event.seq);
      await runs.start(laneId, event);
    });
    return true;
  }

  async function advanceRuns(laneId: string): Promise<boolean> {
    let moved = false;
    for (const run of await runs.open(laneId)) {
      if (run.dueAt !== undefined && run.dueAt > clock.now()) continue;
      deps.checkpoint?.(`run:${run.pipeline}`, laneId);
      moved = (await runs.advance(run)) || moved;
    }
    await deps.tasks.told(laneId);
    return moved;
  }

  async function advanceEffects(laneId: string): Promise<boolean> {
    const open = await models.effects
      .find({ orderId: laneId, state: { $in: ['planned', 'sending', 'unknown'] } })
      .sort({ createdAt: 1 })
      .lean<EffectDoc[]>();
    let moved = false;
    for (const effect of open) {
      if (effect.state !== 'sending' && effect.dueAt !== undefined && effect.dueAt > clock.now()) continue;
      deps.checkpoint?.(`effect:${effect.operation}`, laneId);
      const after = await deps.effects.advance(effect);
      moved = moved || after.state !== effect.state;
    }
    return moved;
  }

  /** Keeps the order's attention flag true to what stands on it. */
  async function refreshAttention(laneId: string): Promise<void> {
    const doc = await models.orders.findOne({ _id: laneId }, { attention: 1, held: 1, states: 1, plan: 1 }).lean();
    if (doc === null) return;
    const stuck =
      (await models.effects.countDocuments({ orderId: laneId, state: { $in: ['unknown', 'refused', 'parked'] } })) >
        0 || (await models.runs.countDocuments({ orderId: laneId, status: 'parked' })) > 0;
    const attention = stuck || doc.held || isAlarmed(doc.plan ?? []) || doc.states.commercial === 'rejected';
    if (attention !== doc.attention) await models.orders.updateOne({ _id: laneId }, { $set: { attention } });
  }

  /** Works until nothing moves any more. @returns busy while another worker holds the lane. */
  return async function workLane(laneId: string): Promise<Look> {
    const lease = await deps.leases.acquire(laneId);
    if (lease === undefined) return { busy: true };
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const moved = [
          await applyMessages(laneId),
          await relayEvents(laneId),
          await advanceRuns(laneId),
          await advanceEffects(laneId),
        ];
        if (lease.signal.aborted) throw new HubError('VERSION_CONFLICT', { what: 'lane', id: laneId });
        if (!moved.includes(true)) break;
      }
      await refreshAttention(laneId);
      return {};
    } finally {
      await lease.release();
    }
  };
}
