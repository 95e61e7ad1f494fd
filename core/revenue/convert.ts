import { convertMinor, divideRounded, readDecimal, splitByLargestRemainder, sum } from '../order/money.js';
import type { Balance } from './contract.js';
import type { JournalLine } from './journal.js';

/**
 * A line before conversion. `take` is the balance that the line draws down: its base amount falls in the same
 * proportion. `atRate` is converted alone. Of the rest, `plug` closes the entry.
 */
export type DraftLine = Omit<JournalLine, 'baseMinor'> & {
  readonly base: { readonly take: Balance } | 'atRate' | 'share' | 'plug';
};

/** Base amount of what is taken off a balance; all of it when nothing is left. */
function takenBase(balance: Balance, minor: number): number {
  const left = balance.minor - minor;
  if (left === 0 || balance.minor === 0) return balance.baseMinor;
  return balance.baseMinor - Number(divideRounded(BigInt(balance.baseMinor) * BigInt(left), BigInt(balance.minor)));
}

/** Fixed width, so that ties go to the earlier line. */
const idAt = (at: number): string => at.toString().padStart(6, '0');

/**
 * Gives every line its base amount so that the entry balances in the base currency too. What balances give up keeps the
 * rate it was booked at. The `share` lines take the rest together, by largest remainder; when there is a `plug` line they
 * come to their sum at the contract's rate and the plug closes the entry.
 */
export function convertLines(
  drafts: readonly DraftLine[],
  { currency, baseCurrency, rate }: { readonly currency: string; readonly baseCurrency: string; readonly rate: string },
): JournalLine[] {
  const decimal = readDecimal(rate) ?? { units: 0n, scale: 0 };
  const atRate = (minor: number): number => convertMinor(minor, currency, baseCurrency, decimal);
  const lines = drafts.map((draft, at) => {
    const sign = draft.side === 'debit' ? 1 : -1;
    return { draft, id: idAt(at), sign, signed: sign * draft.amountMinor };
  });
  const shared = lines.filter(({ draft }) => draft.base === 'share');
  const towards = Math.sign(sum(shared.map(({ signed }) => signed))) || -1;
  const base = new Map<string, number>();
  for (const { draft, id, sign, signed } of lines) {
    if (typeof draft.base === 'object')
      base.set(
        id,
        sign * Math.sign(draft.amountMinor) * Math.abs(takenBase(draft.base.take, Math.abs(draft.amountMinor))),
      );
    else if (draft.base === 'atRate' || (draft.base === 'share' && Math.sign(signed) !== towards))
      base.set(id, atRate(signed));
  }
  const soFar = (): number => sum([...base.values()]);

  const plug = lines.find(({ draft }) => draft.base === 'plug');
  const open = shared.filter(({ id }) => !base.has(id));
  const against = sum(shared.flatMap(({ id }) => base.get(id) ?? 0));
  const total = plug === undefined ? 0 - soFar() : atRate(sum(shared.map(({ signed }) => signed))) - against;
  const weights = open.map(({ id, signed }) => ({ id, weight: BigInt(Math.abs(signed)) }));
  if (open.length > 0) for (const [id, minor] of splitByLargestRemainder(total, weights)) base.set(id, minor);
  if (plug !== undefined) base.set(plug.id, 0 - soFar());
  return lines.map(({ draft: { base: _, ...line }, id, sign }) => ({ ...line, baseMinor: sign * (base.get(id) ?? 0) }));
}
