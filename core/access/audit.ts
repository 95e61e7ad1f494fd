import { createHash } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import type { Clock } from '../clock.js';
import type { AccessModels, AuditDoc } from '../store/models/access.js';
import type { Actor } from './actor.js';

const ulid = monotonicFactory();

/** The hash that the next record of a chain holds. */
export const hashOfRecord = (record: Omit<AuditDoc, 'hash'>): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        record.chain,
        record.seq,
        record.at.toISOString(),
        record.actor,
        record.action,
        record.resource,
        record.detail,
        record.previous,
      ]),
    )
    .digest('hex');

/** The audit log of this process: a chain of its own, so that no document is written by everybody. */
export function auditLog({ audit }: AccessModels, clock: Clock) {
  let chain = ulid();
  let seq = 0;
  let previous = '';
  let last: Promise<void> = Promise.resolve();

  async function append(
    actor: Actor,
    action: string,
    resource: string,
    detail: Record<string, unknown>,
  ): Promise<void> {
    const { kind, id, name } = actor;
    const record = {
      _id: ulid(),
      chain,
      seq: seq + 1,
      at: clock.now(),
      actor: { kind, id, name },
      action,
      resource,
      detail,
      previous,
    };
    const hash = hashOfRecord(record);
    try {
      await audit.create({ ...record, hash });
    } catch (error) {
      // The record may stand there although the answer was lost: its number is spent, so a new chain begins.
      chain = ulid();
      seq = 0;
      previous = '';
      throw error;
    }
    seq += 1;
    previous = hash;
  }

  /** Appends one record; records of this process keep their order. `detail` must hold no secrets. */
  return (actor: Actor, action: string, resource: string, detail: Record<string, unknown> = {}): Promise<void> => {
    const mine = last.catch(() => undefined).then(() => append(actor, action, resource, detail));
    last = mine;
    return mine;
  };
}
