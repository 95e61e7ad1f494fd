import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InboundMessage } from '../../../core/connector/contract.js';
import { inbox as openInbox } from '../../../core/inbox/inbox.js';
import { refBook } from '../../../core/inbox/refs.js';
import { laneLeases } from '../../../core/queue/lane-lease.js';
import { standingClock, startStoreRig } from '../../support/store-rig.js';

let rig: Awaited<ReturnType<typeof startStoreRig>>;
beforeAll(async () => {
  rig = await startStoreRig();
});
afterAll(async () => rig.stop());

const actor = { kind: 'connection', id: 'wms', name: 'wms' };
const source = { connection: 'wms', headers: {}, actor };

function hub() {
  const clock = standingClock();
  const poked: string[] = [];
  const refs = refBook(rig.models, clock);
  return { clock, poked, refs, inbox: openInbox(rig.models, refs, clock, (lane) => poked.push(lane)) };
}

const message = (id: string, dedupeKey: string, creates: boolean): InboundMessage => ({
  kind: 'wms.event',
  body: { id },
  correlation: { ref: { type: 'Shipment', id }, creates, dedupeKey },
});

test('a message about an unknown reference waits, and goes on when the reference is registered', async () => {
  const { inbox, refs, poked } = hub();
  const early = await inbox.accept(source, message('S-1', 'S-1/1', false));
  expect(early.state).toBe('early');
  expect(poked).toEqual([]);
  await refs.register('wms', { type: 'Shipment', id: 'S-1' }, 'order-1');
  const doc = await rig.models.messages.findOne({ _id: early.messageId }).lean();
  expect([doc?.state, doc?.laneId]).toEqual(['received', 'order-1']);
});

test('a reference registered between look and insert does not strand the message', async () => {
  const { inbox, refs, poked } = hub();
  const [outcome] = await Promise.all([
    inbox.accept(source, message('S-2', 'S-2/1', false)),
    refs.register('wms', { type: 'Shipment', id: 'S-2' }, 'order-2'),
  ]);
  const doc = await rig.models.messages.findOne({ _id: outcome.messageId }).lean();
  expect(doc?.laneId).toBe('order-2');
  expect(poked).toContain('order-2');
});

test('past its deadline an early message is parked with its reason', async () => {
  const { inbox, clock } = hub();
  const { messageId } = await inbox.accept(source, message('S-3', 'S-3/1', false));
  clock.pass(25 * 3_600_000);
  const doc = await rig.models.messages.findOne({ _id: messageId }).lean();
  if (doc === null) throw new Error('the message is gone');
  await inbox.lookAgain(doc);
  const after = await rig.models.messages.findOne({ _id: messageId }).lean();
  expect([after?.state, after?.problem?.code]).toEqual(['parked', 'INBOX_EARLY_TIMED_OUT']);
});

test('parked for its reference, it waits again when replayed, and goes on once the reference is registered', async () => {
  const { inbox, refs, clock, poked } = hub();
  const { messageId } = await inbox.accept(source, message('S-9', 'S-9/1', false));
  const read = () => rig.models.messages.findOne({ _id: messageId }).orFail().lean();
  clock.pass(25 * 3_600_000);
  await inbox.lookAgain(await read());
  expect((await inbox.replay(messageId))?.state).toBe('early');
  expect((await read()).state).toBe('early');
  await rig.models.messages.updateOne({ _id: messageId }, { $set: { state: 'parked' } });
  await refs.claim('wms', { type: 'Shipment', id: 'S-9' }, 'order-9');
  await inbox.replay(messageId);
  const after = await read();
  expect([after.state, after.laneId]).toEqual(['received', 'order-9']);
  expect(poked).toContain('order-9');
  expect(await inbox.replay(messageId)).toBeUndefined();
});

test('the same message twenty times at once is stored once and counted', async () => {
  const { inbox } = hub();
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => inbox.accept(source, message('S-4', 'S-4/1', true))),
  );
  expect(new Set(outcomes.map((o) => o.messageId)).size).toBe(1);
  const [doc] = await rig.models.messages.find({ dedupeKey: 'S-4/1' }).lean();
  expect(doc?.duplicates).toBe(19);
});

test('different messages that may create one order join one lane', async () => {
  const { inbox } = hub();
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, i) => inbox.accept(source, message('S-5', `S-5/${i}`, true))),
  );
  expect(new Set(outcomes.map((o) => o.orderId)).size).toBe(1);
});

test('quarantine keeps the newest hundred of a connection', async () => {
  const { inbox } = hub();
  for (let i = 0; i < 120; i += 1) await inbox.keepQuarantined(source, Buffer.from(`${i}`), 'wrong');
  expect(await rig.models.quarantine.countDocuments({ connection: 'wms' })).toBe(100);
});

test('a lane has one owner, and a dead owner is waited out', async () => {
  const clock = standingClock();
  const one = laneLeases(rig.models.lanes, clock, 'one');
  const two = laneLeases(rig.models.lanes, clock, 'two');
  const first = await one.acquire('lane-1');
  expect(first?.fence).toBe(1);
  expect(await two.acquire('lane-1')).toBeUndefined();
  await first?.release();
  clock.pass(1);
  const second = await two.acquire('lane-1');
  expect(second?.fence).toBe(2);
  clock.pass(60_000);
  const third = await one.acquire('lane-1');
  expect(third?.fence).toBe(3);
  await second?.release();
  await third?.release();
});
