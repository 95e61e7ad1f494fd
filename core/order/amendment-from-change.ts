import { type Change, isOverTime } from './fulfilment.js';
import type { OrderContent, OrderLine } from './order.js';
import { freeRef, inputOf } from './propose.js';
import { effectiveQuantity, isNone, lessQuantity, readQuantity, restQuantity, sumQuantities } from './quantity.js';
import { contentDigestInput } from './same-content.js';
import type { OrderInput, OrderLineInput } from './schema.js';

/** What a line still stands for; seats that ended early are gone, goods that came back were sold all the same. */
const standing = (line: OrderLine): string => {
  const effective = effectiveQuantity(line);
  return isOverTime(line) ? restQuantity(effective, line.quantities.returned) : effective;
};

/** The line that a source knows by that `ref`, and what amendments added to it (`L1+A1`, …). */
const family = (ref: string, lines: readonly OrderLine[]): OrderLine[] =>
  lines.filter(
    (line) => line.ref === ref || (line.ref.startsWith(`${ref}+A`) && /^\+A\d+$/.test(line.ref.slice(ref.length))),
  );

const AMOUNTS = ['quantity', 'netAmount', 'taxAmount', 'grossAmount'];
const IGNORED = ['seller', 'totals', ...AMOUNTS.map((field) => `lines[].${field}`)];

/** Everything of one line but its quantity and stated amounts, as text to compare. */
function sameTerms(line: OrderLine, said: OrderLineInput, header: OrderInput): boolean {
  const digest = (one: OrderLineInput): string => contentDigestInput({ ...header, lines: [one] }, IGNORED);
  return digest(inputOf(line)) === digest(said);
}

/** Takes a quantity away, from the youngest line of the family first. */
function reductions(lines: readonly OrderLine[], quantity: string): Change[] {
  let left = quantity;
  return [...lines].reverse().flatMap((line): Change[] => {
    const there = standing(line);
    const taken = lessQuantity(left, there);
    if (isNone(taken)) return [];
    left = restQuantity(left, taken);
    const { lineId } = line;
    return [taken === there ? { do: 'cancel', lineId } : { do: 'reduce', lineId, quantity: taken }];
  });
}

/**
 * What a source's changed order means for one that was accepted: more of a line is an added line beside it, less is a
 * reduction, a missing line is cancelled and an unknown one added. Undefined when anything else differs, e.g. a price or
 * the customer: a person has to decide. Empty when nothing differs.
 */
export function amendmentFromChange(content: OrderContent, changed: OrderInput): Change[] | undefined {
  const { lines: before, netMinor: _n, taxMinor: _t, grossMinor: _g, baseGrossMinor: _b, baseCurrency: _c, rate: _r, ...kept } = content; // biome-ignore format: a list of what is left out
  const header: OrderInput = { ...kept, lines: [] };
  const isOtherHeader = contentDigestInput(header, IGNORED) !== contentDigestInput({ ...changed, lines: [] }, IGNORED);
  const isOtherSeller = changed.seller !== undefined && changed.seller !== content.seller;
  if (isOtherHeader || isOtherSeller) return undefined;

  const changes: Change[] = [];
  const refs = new Set([...before, ...changed.lines].map(({ ref }) => ref));
  const known = new Set<string>();
  for (const said of changed.lines) {
    const lines = family(said.ref, before);
    const [first] = lines.filter((line) => line.ref === said.ref);
    if (first === undefined) {
      changes.push({ do: 'add', line: said });
      continue;
    }
    if (readQuantity(said.quantity) === undefined || !sameTerms(first, said, header)) return undefined;
    for (const line of lines) known.add(line.ref);
    const standingNow = sumQuantities(lines.map(standing));
    const more = restQuantity(said.quantity, standingNow);
    if (!isNone(more)) {
      const { netAmount: _net, taxAmount: _tax, grossAmount: _gross, ...terms } = said;
      const ref = freeRef(said.ref, 'A', refs);
      refs.add(ref);
      const { termStart: _start, ...coTermed } = terms;
      changes.push(
        isOverTime(first)
          ? { do: 'add', of: first.lineId, line: { ...coTermed, ref, quantity: more } }
          : { do: 'add', line: { ...terms, ref, quantity: more } },
      );
    }
    changes.push(...reductions(lines, restQuantity(standingNow, said.quantity)));
  }
  for (const line of before) {
    const isRenewal = line.options?.['renewalOf'] !== undefined;
    if (!known.has(line.ref) && !isRenewal && !isNone(standing(line)))
      changes.push({ do: 'cancel', lineId: line.lineId });
  }
  return changes;
}
