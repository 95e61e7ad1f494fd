import type { Clock } from '../clock.js';
import type { ExternalRef } from '../connector/contract.js';
import { isDuplicateKey } from '../store/connect.js';
import type { HubModels } from '../store/models/index.js';

export const refKey = (connection: string, ref: ExternalRef): string => `${connection}|${ref.type}|${ref.id}`;

export type Refs = ReturnType<typeof refBook>;

/** External references: each names one order, for good. */
export function refBook({ refs, messages }: HubModels, clock: Clock) {
  const find = async (connection: string, ref: ExternalRef): Promise<string | undefined> =>
    (await refs.findOne({ _id: refKey(connection, ref) }).lean())?.orderId;

  /** Claims a reference for an order. @returns the order it belongs to: ours, or the one that was first. */
  async function claim(connection: string, ref: ExternalRef, orderId: string): Promise<string> {
    const _id = refKey(connection, ref);
    try {
      await refs.create({ _id, connection, type: ref.type, externalId: ref.id, orderId, at: clock.now() });
      return orderId;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return (await refs.findOne({ _id }).lean())?.orderId ?? orderId;
    }
  }

  /** Sends the messages that came before their reference on to its lane. */
  async function releaseEarly(connection: string, ref: ExternalRef, orderId: string): Promise<void> {
    await messages.updateMany(
      { refKey: refKey(connection, ref), state: 'early' },
      { $set: { state: 'received', laneId: orderId, dueAt: clock.now() }, $unset: { deadline: 1 } },
    );
  }

  /** Claims, then lets waiting messages through: called in the step that plans an effect, so no callback is too early. */
  async function register(connection: string, ref: ExternalRef, orderId: string): Promise<string> {
    const owner = await claim(connection, ref, orderId);
    await releaseEarly(connection, ref, owner);
    return owner;
  }

  const ofOrder = (orderId: string) => refs.find({ orderId }).sort({ _id: 1 }).limit(100).lean();

  return { find, claim, register, releaseEarly, ofOrder };
}
