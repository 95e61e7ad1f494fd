import { sum } from '../order/money.js';
import type { ContractObligation, RevenueContract } from './contract.js';
import { monthsOf, type PlannedMonth, type Segment } from './schedule.js';

/**
 * How the price allocated to an obligation becomes revenue:
 * `allocated = recognised when performed + the months + unscheduled`. The segments are what the months come from.
 */
export interface ObligationSchedule {
  readonly obligationId: string;
  readonly lineId: string;
  readonly allocatedMinor: number;
  /** Recognised when units were performed; no month was planned for it. */
  readonly performedMinor: number;
  /** By month of service; revenue for days that were closed already is booked with the next period. */
  readonly months: readonly PlannedMonth[];
  /** Waits for units to be delivered, so nobody knows its month yet. */
  readonly unscheduledMinor: number;
  readonly segments: readonly Segment[];
}

function scheduleOfObligation(o: ContractObligation): ObligationSchedule {
  const months = monthsOf(o.segments);
  const performedMinor = o.trigger === 'over-time' ? 0 : o.recognisedMinor;
  return {
    obligationId: o.obligationId,
    lineId: o.lineId,
    allocatedMinor: o.allocatedMinor,
    performedMinor,
    months,
    unscheduledMinor: o.allocatedMinor - performedMinor - sum(months.map(({ amountMinor }) => amountMinor)),
    segments: o.segments,
  };
}

export const scheduleOf = (contract: RevenueContract): ObligationSchedule[] =>
  contract.obligations.map(scheduleOfObligation);
