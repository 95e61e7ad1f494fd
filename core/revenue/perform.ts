import { HubError } from '../errors/hub-error.js';
import { readQuantity, writeQuantity } from '../order/quantity.js';
import type { ObligationState } from './contract.js';
import { addDays, later } from './days.js';
import { priceOf } from './obligations.js';
import { addParts, minus, type Part, performedOf, restOf, takeUnits, unitsOf } from './part.js';
import { cutBefore, passTo, type Segment, servedDays } from './schedule.js';

export const refuseUnits = (lineId: string, quantity: string, why: string, whyZh: string): never => {
  throw new HubError('QUANTITY_REFUSED', { line: lineId, quantity, why, whyZh });
};

/** @throws HubError QUANTITY_REFUSED when the text is no quantity above zero. */
export function positiveUnits(lineId: string, quantity: string): bigint {
  const units = readQuantity(quantity);
  if (units !== undefined && units > 0n) return units;
  return refuseUnits(lineId, quantity, 'it must be above zero, with at most four decimals', '必须大于零且最多四位小数');
}

const addUnits = (quantity: string, units: bigint): string => writeQuantity(unitsOf(quantity) + units);

/** Units that are neither cancelled nor given back. */
export const keptUnits = (o: ObligationState): bigint =>
  unitsOf(o.quantity) - unitsOf(o.cancelledQuantity) - unitsOf(o.returnedQuantity);

/** What is performed of the tranche is settled, so that a new price reaches only what is open. */
export const settle = (o: ObligationState): ObligationState => ({
  ...o,
  settled: o.trigger === 'over-time' ? o.settled : addParts(o.settled, performedOf(o.tranche)),
  tranche: restOf(o.tranche),
});

/** Units reached the customer. @throws HubError QUANTITY_REFUSED when more than is left. */
export function deliver(o: ObligationState, units: bigint, batch: string, date: string): ObligationState {
  const left = unitsOf(o.tranche.units) - unitsOf(o.tranche.performed);
  if (units > left) {
    const text = writeQuantity(left);
    refuseUnits(o.lineId, writeQuantity(units), `only ${text} are left to deliver`, `待交付数量仅 ${text}`);
  }
  const tranche = { ...o.tranche, performed: addUnits(o.tranche.performed, units) };
  const after = { ...o, tranche, deliveredQuantity: addUnits(o.deliveredQuantity, units) };
  if (o.trigger !== 'over-time') return after;
  const part: Part = { ...minus(performedOf(tranche), performedOf(o.tranche)), units: writeQuantity(units) };
  return { ...after, segments: [...o.segments, { ...part, ...servedDays(o, date), batch }] };
}

export const passTime = (o: ObligationState, through: string): ObligationState => ({
  ...o,
  segments: o.segments.map((segment) => passTo(segment, through)),
});

/** Brings net and VAT of the kept units to what the order charges for them; the largest part takes the difference. */
function tieToPrice(o: ObligationState, currency: string): ObligationState {
  const parts = [o.settled, o.tranche, ...o.segments].filter(({ units }) => units !== '0');
  if (parts.length === 0) return o;
  const price = priceOf(o.price, keptUnits(o), currency);
  const largest = parts.reduce((a, b) => (b.netMinor > a.netMinor ? b : a));
  const tie = <P extends Part>(part: P): P => {
    if (part !== (largest as Part)) return part;
    const others = parts.filter((other) => other !== largest);
    return {
      ...part,
      netMinor: price.netMinor - others.reduce((t, { netMinor }) => t + netMinor, 0),
      taxMinor: price.taxMinor - others.reduce((t, { taxMinor }) => t + taxMinor, 0),
    };
  };
  return { ...o, settled: tie(o.settled), tranche: tie(o.tranche), segments: o.segments.map(tie) };
}

/** Undelivered units are not wanted any more. @throws HubError QUANTITY_REFUSED when more than are open. */
export function cancel(before: ObligationState, units: bigint, currency: string): ObligationState {
  const o = settle(before);
  if (units > unitsOf(o.tranche.units)) {
    const text = o.tranche.units;
    refuseUnits(o.lineId, writeQuantity(units), `only ${text} are left to cancel`, `可取消数量仅 ${text}`);
  }
  const { left } = takeUnits(o.tranche, units);
  const cancelledQuantity = addUnits(o.cancelledQuantity, units);
  const after = { ...o, cancelledQuantity, tranche: { ...left, performed: '0' } };
  const hasEnded = o.trigger === 'over-time' && unitsOf(o.returnedQuantity) > 0n;
  return hasEnded ? after : tieToPrice(after, currency);
}

/** @throws HubError QUANTITY_REFUSED when more come back than were delivered. */
function countReturn(o: ObligationState, units: bigint): ObligationState {
  const left = unitsOf(o.deliveredQuantity) - unitsOf(o.returnedQuantity);
  if (units > left) {
    const text = writeQuantity(left);
    const why = `only ${text} are delivered and not returned`;
    refuseUnits(o.lineId, writeQuantity(units), why, `已交付未退回数量仅 ${text}`);
  }
  return { ...o, returnedQuantity: addUnits(o.returnedQuantity, units) };
}

/** Delivered units came back: their revenue, price and VAT are gone. */
export function giveBack(before: ObligationState, units: bigint, currency: string): ObligationState {
  const o = settle(countReturn(before, units));
  return tieToPrice({ ...o, settled: takeUnits(o.settled, units).left }, currency);
}

/** Takes units off the days of a batch from `date` on; the days before stay as they are. */
function endInBatch(pieces: readonly Segment[], units: bigint, date: string): Segment[] {
  return pieces
    .flatMap((piece) => cutBefore(piece, piece.through === undefined ? [date] : [date, addDays(piece.through, 1)]))
    .flatMap((piece) => {
      if (piece.from < date) return [piece];
      const there = unitsOf(piece.units);
      return units >= there ? [] : [{ ...piece, ...takeUnits(piece, units).left }];
    });
}

/** Seats end early: what they would have cost from `date` on is credited. The seats that started last end first. */
export function endSeats(before: ObligationState, units: bigint, date: string): ObligationState {
  const o = countReturn(before, units);
  let left = units;
  const endOf = (batch: string): Segment[] => {
    const pieces = o.segments.filter((segment) => segment.batch === batch);
    const last = pieces.reduce((a, b) => (b.to > a.to ? b : a));
    const there = last.to < date ? 0n : unitsOf(last.units);
    const ending = there < left ? there : left;
    left -= ending;
    return ending === 0n ? pieces : endInBatch(pieces, ending, date);
  };
  const batches = [...new Set(o.segments.map(({ batch }) => batch))];
  const ended = batches.reverse().map(endOf);
  return { ...o, segments: ended.reverse().flat() };
}

/** Cuts every segment where a new price begins: on `date`, or on the first day that is not recognised if that is later. */
export const cutForPrice = (o: ObligationState, date: string): ObligationState => ({
  ...settle(o),
  segments: o.segments.flatMap((segment) => {
    const { through } = segment;
    if (through === undefined) return cutBefore(segment, [date]);
    const open = addDays(through, 1);
    return cutBefore(segment, [open, later(date, open)]);
  }),
});

/** Segments that a new price from `date` on reaches. */
export const isOpenFrom = (segment: Segment, date: string): boolean =>
  segment.through === undefined && segment.from >= date;
