import { sum } from '../order/money.js';
import type { ContractObligation, ObligationState, RevenueContract } from './contract.js';
import { NOTHING, performedOf, plus, restOf, unitsOf, type Worth } from './part.js';
import { dueIn, isServed, recognisedOf } from './schedule.js';

const total = (worths: readonly Worth[]): Worth => worths.reduce(plus, NOTHING);

/** Worth of everything kept, and of what is performed of it. */
export function worthOf({ trigger, settled, tranche, segments }: ObligationState): {
  readonly all: Worth;
  readonly performed: Worth;
} {
  return trigger === 'over-time'
    ? { all: total([...segments, restOf(tranche)]), performed: total(segments.map(recognisedOf)) }
    : { all: plus(settled, tranche), performed: plus(settled, performedOf(tranche)) };
}

/** @param hubBilled see `RevenueContract.hubBilled`. */
export function withTotals(state: ObligationState, hubBilled: boolean): ContractObligation {
  const { all, performed } = worthOf(state);
  const complete = unitsOf(restOf(state.tranche).units) === 0n && state.segments.every(isServed);
  const billed = state.billing === 'external' ? state.invoiced : hubBilled ? all : NOTHING;
  return {
    ...state,
    netMinor: all.netMinor,
    taxMinor: all.taxMinor,
    allocatedMinor: all.amountMinor,
    recognisedMinor: performed.amountMinor,
    billedMinor: billed.netMinor,
    billedTaxMinor: billed.taxMinor,
    taxReleasedMinor: complete ? billed.taxMinor : Math.min(performed.taxMinor, billed.taxMinor),
    complete,
  };
}

function statusOf(obligations: readonly ContractObligation[]): RevenueContract['status'] {
  if (obligations.every(({ complete }) => complete)) return 'satisfied';
  const begun = obligations.some((o) => unitsOf(o.deliveredQuantity) > 0n || o.billedMinor !== 0);
  return begun ? 'performing' : 'open';
}

const firstOf = (periods: readonly (string | undefined)[]): string | undefined =>
  periods.filter((period) => period !== undefined).sort()[0];

/** The figures of a contract that follow from its obligations; balances are left as they are. */
export function withSums(contract: RevenueContract): RevenueContract {
  const { nextDue: _, ...rest } = contract;
  const { obligations } = contract;
  const nextDue = firstOf(obligations.flatMap(({ segments }) => segments.map(dueIn)));
  return {
    ...rest,
    status: statusOf(obligations),
    transactionPriceMinor: sum(obligations.map((o) => o.netMinor)),
    taxMinor: sum(obligations.map((o) => o.taxMinor)),
    recognisedMinor: sum(obligations.map((o) => o.recognisedMinor)),
    billedMinor: sum(obligations.map((o) => o.billedMinor)),
    ...(nextDue === undefined ? {} : { nextDue }),
  };
}
