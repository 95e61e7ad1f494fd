import type { Clock } from '../clock.js';
import type { Operation, Settlement } from '../connector/contract.js';
import { HubError, toProblem } from '../errors/hub-error.js';
import { backoffMs } from '../queue/backoff.js';
import { isDuplicateKey } from '../store/connect.js';
import type { HubModels } from '../store/models/index.js';
import type { ActorStamp } from '../store/models/order.js';
import type { Attempt, EffectDoc, EffectState } from '../store/models/work.js';
import { afterFailure, afterNotFound, EFFECT_MOVES, nextStep } from './settle.js';

const KEPT_ATTEMPTS = 50;
const CALL_MS = 60_000;

/** What is to exist outside. Together the first five name it and make the key. */
export interface Intent {
  readonly connection: string;
  readonly operation: string;
  readonly businessKey: string;
  /** Number of the order's event that asks for it: the same when a run is repeated, another for a later change. */
  readonly contentVersion: string;
  readonly payload: Record<string, unknown>;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly cause: { readonly runId: string; readonly node: string };
}

/** A thing is created once, whatever its content; it may be changed once per content version. */
export const effectKey = (intent: Intent, operation: Pick<Operation, 'objectType' | 'intent'>): string => {
  const { connection, businessKey, contentVersion } = intent;
  const thing = [connection, operation.objectType, businessKey, operation.intent];
  return (operation.intent === 'change' ? [...thing, contentVersion] : thing).join('/');
};

/** A connection as the ledger sees it: its operations, and a guard that keeps calls within the target's limits. */
export interface Target {
  operation(name: string): Operation;
  guarded<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

export interface LedgerDeps {
  readonly models: HubModels;
  readonly clock: Clock;
  readonly random: () => number;
  readonly target: (connection: string) => Promise<Target>;
  /** Registers a number we chose before the target can call back about it. */
  readonly register: (connection: string, ref: { type: string; id: string }, orderId: string) => Promise<unknown>;
  /** Test hook: without the ledger an unfinished effect is sent again blindly, as a plain retry would. */
  readonly settles: boolean;
}

export type EffectLedger = ReturnType<typeof effectLedger>;

/** The ledger at the hub's exit: written before and after each call, so that no outside effect is ever doubled. */
export function effectLedger(deps: LedgerDeps) {
  const { effects } = deps.models;
  const { clock } = deps;

  const find = async (key: string): Promise<EffectDoc | undefined> =>
    (await effects.findOne({ _id: key }).lean<EffectDoc>()) ?? undefined;

  /** Plans an effect; planning the same again finds the first. */
  async function plan(intent: Intent): Promise<EffectDoc> {
    const operation = (await deps.target(intent.connection)).operation(intent.operation);
    const key = effectKey(intent, operation);
    const there = await find(key);
    if (there !== undefined) return there;
    await deps.register(intent.connection, { type: operation.objectType, id: intent.businessKey }, intent.orderId);
    const now = clock.now();
    const doc: EffectDoc = {
      ...intent,
      _id: key,
      cause: { ...intent.cause },
      objectType: operation.objectType,
      intent: operation.intent,
      settlement: operation.settlement.kind,
      state: 'planned',
      attempts: [],
      tries: 0,
      parts: {},
      notFound: 0,
      version: 1,
      createdAt: now,
      updatedAt: now,
      dueAt: now,
    };
    try {
      await effects.create(doc);
      return doc;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return (await find(key)) ?? doc;
    }
  }

  /** Moves an effect when it still stands where it was read. @throws HubError VERSION_CONFLICT when it does not. */
  async function move(doc: EffectDoc, state: EffectState, set: Partial<EffectDoc>, dueAt?: Date): Promise<EffectDoc> {
    if (state !== doc.state && !EFFECT_MOVES[doc.state].includes(state)) {
      throw new HubError('UNEXPECTED', { why: `an effect cannot go from ${doc.state} to ${state}` });
    }
    const { dueAt: _, ...rest } = doc;
    const next: EffectDoc = {
      ...rest,
      ...set,
      state,
      version: doc.version + 1,
      updatedAt: clock.now(),
      ...(dueAt === undefined ? {} : { dueAt }),
    };
    const { matchedCount } = await effects.replaceOne({ _id: doc._id, version: doc.version }, next);
    if (matchedCount !== 1) throw new HubError('VERSION_CONFLICT', { what: 'effect', id: doc._id });
    return next;
  }

  const begun = (doc: EffectDoc, did: Attempt['did'], by?: string): Attempt[] =>
    [...doc.attempts, { at: clock.now(), did, ...(by === undefined ? {} : { by }) }].slice(-KEPT_ATTEMPTS);

  const ended = (doc: EffectDoc, outcome: string, error?: unknown): Attempt[] => {
    const last = doc.attempts.at(-1);
    if (last === undefined) return doc.attempts;
    const problem = error === undefined ? {} : { problem: toProblem(error) };
    return [...doc.attempts.slice(0, -1), { ...last, endedAt: clock.now(), outcome, ...problem }];
  };

  const later = (ms: number): Date => new Date(clock.now().getTime() + ms);

  function call(current: () => EffectDoc, advance: (doc: EffectDoc) => void, signal: AbortSignal) {
    const { _id, businessKey, payload, parts } = current();
    return {
      key: _id,
      businessKey,
      payload,
      parts: deps.settles ? parts : {},
      firstSend: !deps.settles || current().tries <= 1,
      signal,
      record: async (part: string, said: unknown): Promise<void> => {
        advance(await move(current(), current().state, { parts: { ...current().parts, [part]: said } }));
      },
    };
  }

  async function fail(doc: EffectDoc, error: unknown): Promise<EffectDoc> {
    const state = afterFailure(error);
    const retryAfterMs = error instanceof HubError ? error.retryAfterMs : undefined;
    const due =
      state === 'planned' || state === 'unknown'
        ? later(backoffMs(doc.tries, deps.random, { retryAfterMs }))
        : undefined;
    const since = state === 'unknown' ? { unknownSince: doc.unknownSince ?? clock.now(), notFound: 0 } : {};
    return move(doc, state, { attempts: ended(doc, state, error), problem: toProblem(error), ...since }, due);
  }

  async function send(read: EffectDoc, operation: Operation, target: Target): Promise<EffectDoc> {
    let doc = await move(read, 'sending', { attempts: begun(read, 'send'), tries: read.tries + 1 }, later(CALL_MS * 2));
    try {
      const receipt = await target.guarded((signal) =>
        operation.send(
          call(
            () => doc,
            (next) => {
              doc = next;
            },
            signal,
          ),
        ),
      );
      const { problem: _, ...clean } = doc;
      return await move(clean, 'confirmed', {
        receipt,
        attempts: ended(doc, receipt.alreadyThere ? 'already there' : 'done'),
      });
    } catch (error) {
      return fail(doc, error);
    }
  }

  async function ask(read: EffectDoc, operation: Operation, target: Target): Promise<EffectDoc> {
    const look = operation.find;
    if (look === undefined) return park(read);
    const doc = { ...read, attempts: begun(read, 'ask'), tries: read.tries + 1 };
    try {
      const found = await target.guarded((signal) =>
        look.call(
          operation,
          call(
            () => doc,
            () => undefined,
            signal,
          ),
        ),
      );
      if (found === undefined) {
        const after = afterNotFound(doc, operation.settlement, clock.now());
        const set = { attempts: ended(doc, 'not found'), notFound: doc.notFound + 1, tries: doc.tries };
        return await move(read, after.state, set, after.state === 'planned' ? clock.now() : after.againAt);
      }
      if (!found.complete)
        return await send({ ...read, attempts: ended(doc, 'found in part'), tries: doc.tries }, operation, target);
      const { problem: _, ...clean } = read;
      return await move(clean, 'confirmed', {
        receipt: { ...found.receipt, alreadyThere: true },
        attempts: ended(doc, 'found'),
        tries: doc.tries,
      });
    } catch (error) {
      if (error instanceof HubError && error.code === 'VERSION_CONFLICT') throw error;
      const refused = afterFailure(error) === 'refused';
      const set = { attempts: ended(doc, 'no answer', error), problem: toProblem(error), tries: doc.tries };
      return move(
        read,
        refused ? 'refused' : 'unknown',
        set,
        refused ? undefined : later(backoffMs(doc.tries, deps.random)),
      );
    }
  }

  const park = (doc: EffectDoc): Promise<EffectDoc> => {
    const facts = { what: `${doc.objectType} ${doc.businessKey}`, system: doc.connection };
    return move(doc, 'parked', { problem: toProblem(new HubError('EFFECT_NEEDS_PERSON', facts)) });
  };

  /** `sending` that this lane finds was begun by someone who is gone: whether it arrived is unknown. */
  function recovered(doc: EffectDoc): Promise<EffectDoc> {
    const since = doc.attempts.at(-1)?.at ?? clock.now();
    const set = { attempts: ended(doc, 'interrupted'), unknownSince: doc.unknownSince ?? since, notFound: 0 };
    return move(doc, 'unknown', set, clock.now());
  }

  /** Does what is due for one effect. Only its lane calls this, so one effect is never worked on twice at once. */
  async function advance(read: EffectDoc): Promise<EffectDoc> {
    const doc = read.state === 'sending' ? await recovered(read) : read;
    const target = await deps.target(doc.connection);
    const operation = target.operation(doc.operation);
    const settlement: Settlement = deps.settles ? operation.settlement : { kind: 'none', harmless: true };
    const step = nextStep(doc, settlement, clock.now());
    if (step === 'send') return send(doc, operation, target);
    if (step === 'ask') return ask(doc, operation, target);
    return step === 'park' ? park(doc) : doc;
  }

  /** What a person says about an effect: ask now, it is there, it is not there, or try again. Audited by the caller. */
  async function settleByPerson(
    key: string,
    as: 'ask' | 'there' | 'not-there' | 'retry',
    by: ActorStamp,
    evidence?: string,
  ): Promise<EffectDoc> {
    const doc = await find(key);
    if (doc === undefined) throw new HubError('RESOURCE_NOT_FOUND', { what: 'effect', id: key });
    const allowed = as === 'ask' ? ['unknown', 'parked'] : ['unknown', 'refused', 'parked'];
    if (!allowed.includes(doc.state)) throw new HubError('EFFECT_NOT_SETTLEABLE', { effect: key, state: doc.state });
    const said = [...begun(doc, 'person', by.name)];
    const last = said.at(-1);
    if (last !== undefined)
      Object.assign(last, { endedAt: clock.now(), outcome: evidence === undefined ? as : `${as}: ${evidence}` });
    const set = { attempts: said };
    if (as === 'there') {
      const { problem: _, ...clean } = doc;
      return move(clean, 'confirmed', { ...set, receipt: { remoteId: evidence ?? 'by hand', alreadyThere: true } });
    }
    if (as === 'ask') return move(doc, 'unknown', set, clock.now());
    return move(doc, 'planned', set, clock.now());
  }

  return { plan, find, advance, settleByPerson };
}
