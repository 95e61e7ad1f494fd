import type { Catalogue } from '../catalog/catalogue.js';
import { sum } from '../order/money.js';
import type { OrderContent } from '../order/order.js';
import { allocate } from './allocate.js';
import type { Modification, ObligationState, RevenueContract } from './contract.js';
import { type Promised, promisesOf } from './obligations.js';
import { ORIGINAL, startObligation } from './open-contract.js';
import { unitsOf } from './part.js';
import { cancel, endSeats, giveBack } from './perform.js';
import { catchUp, PARAGRAPHS, reallocate } from './reallocate.js';
import { worthOf } from './totals.js';

/** Judgements a company may make for itself. */
export interface RevenuePolicy {
  /** How far, in percent of its stand-alone price, an added line may be priced and still be a contract of its own. */
  readonly separateWithinPercent: number;
}
export const DEFAULT_POLICY: RevenuePolicy = Object.freeze({ separateWithinPercent: 5 });

export interface Change {
  readonly obligations: readonly ObligationState[];
  readonly modifications: readonly Modification[];
}

const SEPARATE = 'IFRS 15.20 / ASC 606-10-25-12';
const netOf = (obligations: readonly ObligationState[]): number => sum(obligations.map((o) => worthOf(o).all.netMinor));

interface Cause {
  readonly id: string;
  readonly date: string;
}

/** Prices anew every group in which something changed, and says how. */
function repriced(
  before: readonly ObligationState[],
  changed: readonly ObligationState[],
  { id, date }: Cause,
  reprice: (group: readonly ObligationState[]) => ReturnType<typeof reallocate>,
): Change {
  const old = new Map(before.map((o) => [o.lineId, o]));
  const touched = changed.filter((o) => old.get(o.lineId) !== o);
  const modifications: Modification[] = [];
  let obligations = changed;
  for (const group of new Set(touched.map((o) => o.group))) {
    const inGroup = (o: ObligationState): boolean => o.group === group;
    const result = reprice(changed.filter(inGroup));
    const byLine = new Map(result.obligations.map((o) => [o.lineId, o]));
    obligations = obligations.map((o) => byLine.get(o.lineId) ?? o);
    modifications.push({
      id,
      date,
      treatment: result.treatment,
      paragraph: PARAGRAPHS[result.treatment],
      lineIds: touched.filter(inGroup).map((o) => o.lineId),
      changeMinor: netOf(changed.filter(inGroup)) - netOf(before.filter(inGroup)),
      remainingMinor: result.allocatedMinor,
    });
  }
  return { obligations, modifications };
}

const replaceLine = (
  obligations: readonly ObligationState[],
  lineId: string,
  change: (o: ObligationState) => ObligationState,
): readonly ObligationState[] => obligations.map((o) => (o.lineId === lineId ? change(o) : o));

/** Goods that came back take their own price with them; seats that ended take what they would have cost. */
export function takeBack(
  before: readonly ObligationState[],
  units: ReadonlyMap<string, bigint>,
  cause: Cause,
  currency: string,
): Change {
  const isServed = (o: ObligationState): boolean => o.trigger === 'over-time';
  const goods = before.map((o) => {
    const back = units.get(o.lineId);
    return back === undefined || isServed(o) ? o : giveBack(o, back, currency);
  });
  const first = repriced(before, goods, cause, catchUp);
  const ended = first.obligations.map((o) => {
    const back = units.get(o.lineId);
    return back === undefined || !isServed(o) ? o : endSeats(o, back, cause.date);
  });
  const second = repriced(first.obligations, ended, cause, (group) => reallocate(group, cause.date, currency));
  return { obligations: second.obligations, modifications: [...first.modifications, ...second.modifications] };
}

/** True when an added line is priced as it would be alone (IFRS 15.20(b)). */
function isPricedAlone({ obligation, part }: Promised, { separateWithinPercent }: RevenuePolicy): boolean {
  const apart = Math.abs(part.netMinor - obligation.standAloneMinor);
  return BigInt(apart) * 100n <= BigInt(obligation.standAloneMinor) * BigInt(separateWithinPercent);
}

const growth = (now: string, before: string): bigint => {
  const more = unitsOf(now) - unitsOf(before);
  return more > 0n ? more : 0n;
};

/**
 * The order's content after an amendment: lines that are new, units that were cancelled since, seats that ended.
 * @throws HubError QUANTITY_REFUSED when more is cancelled or ended than there is, REVENUE_NO_SSP for a new line.
 */
export function modify(
  contract: RevenueContract,
  content: OrderContent,
  cause: Cause,
  catalogue: Catalogue,
  policy: RevenuePolicy,
): Change {
  const before: readonly ObligationState[] = contract.obligations;
  const known = new Set(before.map((o) => o.lineId));
  let changed = before;
  for (const { lineId, quantities } of content.lines) {
    changed = replaceLine(changed, lineId, (o) => {
      const cancelled = growth(quantities.cancelled, o.cancelledQuantity);
      const ended = o.trigger === 'over-time' ? growth(quantities.returned, o.returnedQuantity) : 0n;
      const less = cancelled === 0n ? o : cancel(o, cancelled, contract.currency);
      return ended === 0n ? less : endSeats(less, ended, cause.date);
    });
  }

  const added = promisesOf({ ...content, lines: content.lines.filter(({ lineId }) => !known.has(lineId)) }, catalogue);
  const separate = added.filter((promised) => isPricedAlone(promised, policy));
  const start = (promised: Promised, group: string, paragraph: string): ObligationState => {
    const { lineId, kind, standAloneMinor } = promised.obligation;
    const billing = contract.externalKinds.includes(kind) ? 'external' : 'hub';
    const { netMinor, weight } = promised.part;
    const [own] = allocate(netMinor, [{ id: lineId, weight: BigInt(weight), worthMinor: standAloneMinor }], paragraph);
    if (own === undefined) throw new RangeError('an allocation to one line has one share');
    return startObligation(promised, { billing, group, explanation: own.explanation, amountMinor: netMinor });
  };
  const joining = added
    .filter((promised) => !separate.includes(promised))
    .map((promised) => start(promised, ORIGINAL, PARAGRAPHS.prospective));
  const main = repriced(before, [...changed, ...joining], cause, (group) =>
    reallocate(group, cause.date, contract.currency),
  );

  const apart = separate.map((promised) => start(promised, `${cause.id}/${promised.obligation.lineId}`, SEPARATE));
  const records = apart.map(
    (o): Modification => ({
      id: cause.id,
      date: cause.date,
      treatment: 'separate',
      paragraph: SEPARATE,
      lineIds: [o.lineId],
      changeMinor: o.tranche.netMinor,
      remainingMinor: o.tranche.netMinor,
    }),
  );
  return {
    obligations: [...main.obligations, ...apart],
    modifications: [...records, ...main.modifications],
  };
}
