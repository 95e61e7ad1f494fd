import { HubError } from '../errors/hub-error.js';
import { readDecimal, rescale, writeDecimal } from './money.js';
import type { LineQuantities } from './order.js';

/** Quantities carry at most four decimals: metres, hours and kilograms, never rounded. */
export const QUANTITY_SCALE = 4;
const PER_UNIT = 10n ** BigInt(QUANTITY_SCALE);

/** Ten-thousandths of a unit; undefined when the text is no decimal or has more than four decimals that count. */
export function readQuantity(text: string): bigint | undefined {
  const decimal = readDecimal(text);
  if (decimal === undefined) return undefined;
  const units = rescale(decimal, QUANTITY_SCALE);
  const exact = units * 10n ** BigInt(Math.max(0, decimal.scale - QUANTITY_SCALE));
  const given = decimal.units * 10n ** BigInt(Math.max(0, QUANTITY_SCALE - decimal.scale));
  return exact === given ? units : undefined;
}

/** `25000n` is `"2.5"`: the shortest text, so that equal quantities are equal texts. */
export const writeQuantity = (tenThousandths: bigint): string =>
  tenThousandths % PER_UNIT === 0n
    ? (tenThousandths / PER_UNIT).toString()
    : writeDecimal({ units: tenThousandths, scale: QUANTITY_SCALE }).replace(/0+$/, '');

const known = (text: string): bigint => {
  const units = readQuantity(text);
  if (units === undefined) {
    const facts = {
      line: '?',
      quantity: text,
      why: 'it is no quantity of at most four decimals',
      whyZh: '不是有效数量（最多四位小数）',
    };
    throw new HubError('QUANTITY_REFUSED', facts);
  }
  return units;
};

/** @throws HubError QUANTITY_REFUSED, like `subtractQuantity` and `compareQuantity`, when a text is no quantity. */
export const addQuantity = (a: string, b: string): string => writeQuantity(known(a) + known(b));
export const subtractQuantity = (a: string, b: string): string => writeQuantity(known(a) - known(b));
/** Below, at or above zero as `a` is less than, equal to or more than `b`. */
export const compareQuantity = (a: string, b: string): number => {
  const difference = known(a) - known(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

export const openQuantities = (ordered: string): LineQuantities => ({
  open: ordered,
  frozen: '0',
  inFulfilment: '0',
  delivered: '0',
  cancelled: '0',
  returned: '0',
});

/** `open + frozen + inFulfilment + delivered + cancelled`; equals what was ordered at all times. */
export const orderedQuantity = (q: LineQuantities): string =>
  [q.frozen, q.inFulfilment, q.delivered, q.cancelled].reduce(addQuantity, q.open);

/** The smaller of two. */
export const lessQuantity = (a: string, b: string): string => (compareQuantity(a, b) <= 0 ? a : b);
/** `a - b`, and zero when b is more. */
export const restQuantity = (a: string, b: string): string =>
  compareQuantity(a, b) <= 0 ? '0' : subtractQuantity(a, b);
export const sumQuantities = (quantities: readonly string[]): string => quantities.reduce(addQuantity, '0');
export const isNone = (quantity: string): boolean => compareQuantity(quantity, '0') <= 0;

/** What is still to be had of a line: ordered less cancelled. What came back, or ended early, was had. */
export const effectiveQuantity = (line: { readonly quantity: string; readonly quantities: LineQuantities }): string =>
  subtractQuantity(line.quantity, line.quantities.cancelled);

type Bucket = keyof LineQuantities;
type Move = {
  readonly from: readonly Bucket[];
  readonly to: Bucket;
  readonly short: readonly [en: string, zh: string];
};

/** Every way units move. `from` is emptied in its order; a move never creates or loses a unit. */
const MOVES = {
  /** Handed over to a warehouse, a project or a tenant. */
  release: { from: ['open'], to: 'inFulfilment', short: ['open', '未交'] },
  /** Reached the customer; units that nobody announced as in fulfilment are taken from the open ones. */
  deliver: { from: ['inFulfilment', 'open'], to: 'delivered', short: ['open or in fulfilment', '未交或履约中'] },
  /** Came back from fulfilment undelivered. */
  putBack: { from: ['inFulfilment'], to: 'open', short: ['in fulfilment', '履约中'] },
  /** Held while an amendment is decided. */
  freeze: { from: ['open'], to: 'frozen', short: ['open', '未交'] },
  thaw: { from: ['frozen'], to: 'open', short: ['frozen', '冻结'] },
  cancel: { from: ['open'], to: 'cancelled', short: ['open', '未交'] },
} as const satisfies Record<string, Move>;

const refuse = (line: string, quantity: string, why: string, whyZh: string): never => {
  throw new HubError('QUANTITY_REFUSED', { line, quantity, why, whyZh });
};

const positive = (line: string, quantity: string): bigint => {
  const units = readQuantity(quantity) ?? 0n;
  return units > 0n
    ? units
    : refuse(line, quantity, 'it must be above zero, with at most four decimals', '必须大于零且最多四位小数');
};

const move =
  ({ from, to, short }: Move) =>
  (quantities: LineQuantities, quantity: string, line = ''): LineQuantities => {
    let left = positive(line, quantity);
    const after = { ...quantities };
    for (const bucket of from) {
      const there = known(after[bucket]);
      // biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigint
      const taken = there < left ? there : left;
      after[bucket] = writeQuantity(there - taken);
      left -= taken;
    }
    if (left > 0n) {
      const available = writeQuantity(from.reduce((t, bucket) => t + known(quantities[bucket]), 0n));
      refuse(line, quantity, `only ${available} are ${short[0]}`, `${short[1]}数量仅 ${available}`);
    }
    after[to] = addQuantity(after[to], quantity);
    return after;
  };

/** Each takes (quantities, quantity, lineId) and gives new quantities. @throws HubError QUANTITY_REFUSED when too few are there. */
export const release = move(MOVES.release);
export const deliver = move(MOVES.deliver);
export const putBack = move(MOVES.putBack);
export const freeze = move(MOVES.freeze);
export const thaw = move(MOVES.thaw);
export const cancel = move(MOVES.cancel);

/** A return is counted beside the delivery it undoes: returned never exceeds delivered. @throws HubError QUANTITY_REFUSED */
export function returnUnits(quantities: LineQuantities, quantity: string, line = ''): LineQuantities {
  positive(line, quantity);
  const returned = addQuantity(quantities.returned, quantity);
  if (compareQuantity(returned, quantities.delivered) <= 0) return { ...quantities, returned };
  const left = subtractQuantity(quantities.delivered, quantities.returned);
  return refuse(line, quantity, `only ${left} are delivered and not returned`, `已交付未退回数量仅 ${left}`);
}
