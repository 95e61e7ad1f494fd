import Type from 'typebox';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Operation, Settlement } from '../../../core/connector/contract.js';
import { effectLedger } from '../../../core/effect/ledger.js';
import { HubError } from '../../../core/errors/hub-error.js';
import { standingClock, startStoreRig } from '../../support/store-rig.js';

let rig: Awaited<ReturnType<typeof startStoreRig>>;
beforeAll(async () => {
  rig = await startStoreRig();
});
afterAll(async () => rig.stop());
beforeEach(async () => {
  await rig.models.effects.deleteMany({});
});

type Answer = 'stores' | 'stores, then is silent' | 'is silent' | 'refuses' | 'is away';

/** A target with a memory: what it stores is counted, whatever it answers. */
function target(settlement: Settlement, answers: Answer[]) {
  const stored: string[] = [];
  const registered: string[] = [];
  const clock = standingClock();
  const operation: Operation = {
    name: 'thing.create',
    label: { en: 'thing', zh: '物' },
    objectType: 'Thing',
    intent: 'create',
    input: Type.Object({}),
    settlement,
    send: async ({ businessKey }) => {
      const answer = answers.shift() ?? 'stores';
      if (answer === 'is away') throw new HubError('CONNECTOR_UNREACHABLE', { system: 't', why: 'away' });
      if (answer === 'refuses') throw new HubError('CONNECTOR_REFUSED', { system: 't', what: 'x', why: 'no' });
      if (answer !== 'is silent') stored.push(businessKey);
      if (answer !== 'stores')
        throw new HubError('CONNECTOR_OUTCOME_UNKNOWN', { system: 't', what: 'x', why: 'silent' });
      return { remoteId: `r-${businessKey}`, alreadyThere: false };
    },
    find: async ({ businessKey }) =>
      stored.includes(businessKey)
        ? { receipt: { remoteId: `r-${businessKey}`, alreadyThere: true }, complete: true }
        : undefined,
  };
  const ledger = effectLedger({
    models: rig.models,
    clock,
    random: () => 0.5,
    target: async () => ({ operation: () => operation, guarded: (call) => call(new AbortController().signal) }),
    register: async (_connection, ref) => registered.push(`${ref.type}/${ref.id}`),
    settles: true,
  });
  const plan = () =>
    ledger.plan({
      connection: 'target',
      operation: 'thing.create',
      businessKey: 'B-1',
      contentVersion: 'e1',
      payload: { a: 1 },
      orderId: 'o1',
      orderNumber: 'SO-1',
      cause: { runId: 'r1', node: 'n1' },
    });
  /** Advances until the state is one that only a person or nobody moves, letting time pass between looks. */
  async function run(passMs = 60_000, steps = 12) {
    let effect = await plan();
    for (let i = 0; i < steps && ['planned', 'sending', 'unknown'].includes(effect.state); i += 1) {
      effect = await ledger.advance(effect);
      clock.pass(passMs);
    }
    return effect;
  }
  return { ledger, plan, run, stored, registered, clock };
}

describe('each kind of settlement', () => {
  const lookup: Settlement = { kind: 'lookup', settleAfterMs: 30_000 };
  test.each<[string, Settlement, Answer[], string, number]>([
    ['lookup finds what was stored', lookup, ['stores, then is silent'], 'confirmed', 1],
    ['lookup sends again what is not there', lookup, ['is silent'], 'confirmed', 1],
    ['a unique number is looked up first', { kind: 'uniqueNumber' }, ['stores, then is silent'], 'confirmed', 1],
    ['a unique number is sent again', { kind: 'uniqueNumber' }, ['is silent'], 'confirmed', 1],
    ['none waits for a person', { kind: 'none', harmless: false }, ['stores, then is silent'], 'parked', 1],
    ['a refusal is final until a person acts', lookup, ['refuses'], 'refused', 0],
    ['a target that is away is tried again', lookup, ['is away', 'is away'], 'confirmed', 1],
  ])('%s', async (_name, settlement, answers, state, times) => {
    const rigged = target(settlement, answers);
    expect((await rigged.run()).state).toBe(state);
    expect(rigged.stored).toHaveLength(times);
  });

  test('the same key is resent inside its window and parked after it', async () => {
    const inside = target({ kind: 'sameKey', windowMs: 600_000 }, ['is silent']);
    expect((await inside.run(1_000)).state).toBe('confirmed');
    await rig.models.effects.deleteMany({});
    const after = target({ kind: 'sameKey', windowMs: 600_000 }, ['is silent', 'is silent', 'is silent']);
    expect((await after.run(400_000)).state).toBe('parked');
  });

  test('not found is believed the second time and not before the wait is over', async () => {
    const { ledger, plan, stored, clock } = target(lookup, ['is silent']);
    let effect = await ledger.advance(await plan());
    expect(effect.state).toBe('unknown');
    effect = await ledger.advance(effect);
    expect([effect.state, effect.notFound]).toEqual(['unknown', 1]);
    effect = await ledger.advance(effect);
    expect(effect.state).toBe('unknown');
    clock.pass(30_000);
    effect = await ledger.advance(effect);
    expect([effect.state, stored]).toEqual(['planned', []]);
    expect((await ledger.advance(effect)).state).toBe('confirmed');
  });
});

test('planning the same again finds the first, and its number is registered before anything is sent', async () => {
  const { plan, registered } = target({ kind: 'uniqueNumber' }, []);
  const [first, second] = await Promise.all([plan(), plan()]);
  expect(second._id).toBe(first._id);
  expect(await rig.models.effects.countDocuments({})).toBe(1);
  expect(registered).toContain('Thing/B-1');
});

test('an effect that was being sent when its process died is asked for, not sent again', async () => {
  const { ledger, plan, stored } = target({ kind: 'uniqueNumber' }, []);
  const planned = await plan();
  stored.push('B-1');
  await rig.models.effects.updateOne({ _id: planned._id }, { $set: { state: 'sending' } });
  const found = await ledger.find(planned._id);
  if (found === undefined) throw new Error('the effect is gone');
  const after = await ledger.advance(found);
  expect([after.state, after.receipt?.alreadyThere, stored.length]).toEqual(['confirmed', true, 1]);
});

test('two who advance the same effect at once send it once', async () => {
  const { ledger, plan, stored } = target({ kind: 'lookup', settleAfterMs: 1 }, []);
  const effect = await plan();
  const results = await Promise.allSettled([ledger.advance(effect), ledger.advance(effect)]);
  expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
  expect(stored).toHaveLength(1);
});

test('a person settles what is parked, with evidence, and never what is confirmed', async () => {
  const { ledger, run } = target({ kind: 'none', harmless: false }, ['stores, then is silent']);
  const parked = await run();
  const by = { kind: 'user', id: 'u', name: 'Zhao Min' };
  const there = await ledger.settleByPerson(parked._id, 'there', by, 'saw it in the list');
  expect([there.state, there.attempts.at(-1)?.by]).toEqual(['confirmed', 'Zhao Min']);
  await expect(ledger.settleByPerson(parked._id, 'retry', by)).rejects.toMatchObject({ code: 'EFFECT_NOT_SETTLEABLE' });
});
