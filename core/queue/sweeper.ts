import type { Clock } from '../clock.js';
import type { Inbox } from '../inbox/inbox.js';
import { businessDate } from '../order/business-date.js';
import type { MessageDoc } from '../store/models/inbox.js';
import type { HubModels } from '../store/models/index.js';

const BATCH = 500;

export interface SweeperDeps {
  readonly models: HubModels;
  readonly inbox: Inbox;
  readonly clock: Clock;
  /** The seller's time zone: where a step becomes overdue. */
  readonly zone: string;
  readonly poke: (laneId: string) => void;
}

/** Finds every document that still has work and is due, whatever a crash or a lost poke left behind. */
export function sweeper(deps: SweeperDeps) {
  const { models, inbox, clock, zone, poke } = deps;

  /** @returns how many lanes were poked. */
  return async function sweep(): Promise<number> {
    const due = { dueAt: { $lte: clock.now() } };
    const late = { alarmOn: { $lt: businessDate(clock.now(), zone) } };
    const [orders, overdue, runs, effects, tasks, messages] = await Promise.all([
      models.orders.find(due, { _id: 1 }).sort({ dueAt: 1 }).limit(BATCH).lean(),
      models.orders.find(late, { _id: 1 }).sort({ alarmOn: 1 }).limit(BATCH).lean(),
      models.runs.find(due, { orderId: 1 }).sort({ dueAt: 1 }).limit(BATCH).lean(),
      models.effects.find(due, { orderId: 1 }).sort({ dueAt: 1 }).limit(BATCH).lean(),
      models.tasks.find(due, { orderId: 1 }).sort({ dueAt: 1 }).limit(BATCH).lean(),
      models.messages.find(due, { body: 0 }).sort({ dueAt: 1 }).limit(BATCH).lean<MessageDoc[]>(),
    ]);
    const lanes = new Set(
      [...[...orders, ...overdue].map((o) => o._id), ...[...runs, ...effects, ...tasks].map((d) => d.orderId)].concat(
        messages.flatMap((m) => (m.laneId === undefined ? [] : [m.laneId])),
      ),
    );
    for (const laneId of lanes) poke(laneId);
    for (const message of messages) if (message.state === 'early') await inbox.lookAgain(message);
    return lanes.size;
  };
}
