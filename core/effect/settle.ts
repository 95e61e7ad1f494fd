import type { Settlement } from '../connector/contract.js';
import type { HubCode } from '../errors/catalogue.js';
import { HubError } from '../errors/hub-error.js';
import type { EffectDoc, EffectState } from '../store/models/work.js';

/** Every step an effect can take. `confirmed` is final. `sending` that nobody holds any more is `unknown`. */
export const EFFECT_MOVES: Readonly<Record<EffectState, readonly EffectState[]>> = {
  planned: ['sending'],
  sending: ['confirmed', 'planned', 'unknown', 'refused', 'parked'],
  unknown: ['sending', 'confirmed', 'planned', 'parked', 'refused'],
  refused: ['planned', 'confirmed'],
  parked: ['planned', 'confirmed', 'unknown'],
  confirmed: [],
};

/** What to do next with an effect that is due. */
export type NextStep = 'send' | 'ask' | 'park' | 'nothing';

/**
 * Decides for one effect. An unknown outcome is never resent blindly: it is asked for (`lookup`), resent where the target
 * itself tells repeats apart (`sameKey` inside its window, `uniqueNumber` after a look), or parked (`none`).
 */
export function nextStep(
  effect: Pick<EffectDoc, 'state' | 'unknownSince'>,
  settlement: Settlement,
  now: Date,
): NextStep {
  if (effect.state === 'planned') return 'send';
  if (effect.state !== 'unknown') return 'nothing';
  switch (settlement.kind) {
    case 'sameKey':
      return now.getTime() - (effect.unknownSince ?? now).getTime() < settlement.windowMs ? 'send' : 'park';
    case 'uniqueNumber':
    case 'lookup':
      return 'ask';
    case 'none':
      return settlement.harmless ? 'send' : 'park';
  }
}

/** How often *not found* must be heard, and how long after the outcome became unknown, before it is believed. */
export const TIMES_NOT_FOUND = 2;

export type AfterNotFound = { readonly state: 'planned' } | { readonly state: 'unknown'; readonly againAt: Date };

/** A look found nothing. With `uniqueNumber` that is enough, since the target refuses a second one by itself. */
export function afterNotFound(
  effect: Pick<EffectDoc, 'notFound' | 'unknownSince'>,
  settlement: Settlement,
  now: Date,
): AfterNotFound {
  if (settlement.kind !== 'lookup') return { state: 'planned' };
  const since = (effect.unknownSince ?? now).getTime();
  const settled = now.getTime() >= since + settlement.settleAfterMs;
  if (settled && effect.notFound + 1 >= TIMES_NOT_FOUND) return { state: 'planned' };
  return { state: 'unknown', againAt: new Date(Math.max(since, now.getTime()) + settlement.settleAfterMs) };
}

const BY_CODE: Partial<Record<HubCode, EffectState>> = {
  CONNECTOR_OUTCOME_UNKNOWN: 'unknown',
  CONNECTOR_REFUSED: 'refused',
};

/** Where a failed call leaves the effect: unforeseen errors may have written something, so they count as unknown. */
export function afterFailure(error: unknown): EffectState {
  if (!(error instanceof HubError)) return 'unknown';
  const named = BY_CODE[error.code];
  if (named !== undefined) return named;
  return error.cure === 'wait' ? 'planned' : error.cure === 'setup' ? 'parked' : 'refused';
}
