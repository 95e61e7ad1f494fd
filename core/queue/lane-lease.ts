import type { Clock } from '../clock.js';
import { isDuplicateKey } from '../store/connect.js';
import type { HubModels } from '../store/models/index.js';

export const LEASE_MS = 15_000;

/** A held lane. `signal` aborts when the lease could not be renewed in time, measured on the monotonic clock. */
export interface Lease {
  readonly fence: number;
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

/** Leases on lanes, kept in the store: one owner at a time works on one order. */
export function laneLeases(lanes: HubModels['lanes'], clock: Clock, owner: string) {
  const until = (): Date => new Date(clock.now().getTime() + LEASE_MS);

  async function take(laneId: string): Promise<number | undefined> {
    try {
      const doc = await lanes
        .findOneAndUpdate(
          { _id: laneId, until: { $lt: clock.now() } },
          { $set: { owner, until: until() }, $inc: { fence: 1 } },
          { upsert: true, returnDocument: 'after' },
        )
        .lean();
      return doc?.fence;
    } catch (error) {
      if (isDuplicateKey(error)) return undefined;
      throw error;
    }
  }

  /** @returns undefined while somebody else holds the lane. */
  async function acquire(laneId: string): Promise<Lease | undefined> {
    const fence = await take(laneId);
    if (fence === undefined) return undefined;
    const abort = new AbortController();
    let renewedAt = clock.monotonicMs();
    const renew = async (): Promise<void> => {
      const askedAt = clock.monotonicMs();
      const { matchedCount } = await lanes.updateOne({ _id: laneId, owner, fence }, { $set: { until: until() } });
      if (matchedCount === 1) renewedAt = askedAt;
      else abort.abort();
    };
    const timer = setInterval(() => {
      if (clock.monotonicMs() - renewedAt > LEASE_MS) abort.abort();
      renew().catch(() => undefined);
    }, LEASE_MS / 3);
    return {
      fence,
      signal: abort.signal,
      release: async () => {
        clearInterval(timer);
        await lanes.updateOne({ _id: laneId, owner, fence }, { $set: { until: new Date(0) } });
      },
    };
  }

  /** Ends all leases: only for a process that has the store for itself, after a crash of the one before. */
  const releaseAll = async (): Promise<void> => {
    await lanes.updateMany({ until: { $gte: clock.now() } }, { $set: { until: new Date(0) } });
  };

  return { acquire, releaseAll };
}
export type LaneLeases = ReturnType<typeof laneLeases>;
