import { convertMinor, divideRounded, readDecimal, splitByLargestRemainder, sum } from '../order/money.js';
import type { Balance } from './contract.js';
import type { JournalLine } from './journal.js';

/**
 * A line before conversion. `base` is its base amount where a balance gives it up, else how it is found: `atRate` alone
 * at the contract's rate, `share` together with the others of its kind, `plug` closes the entry.
 */
export type DraftLine = Omit<JournalLine, 'baseMinor'> & { readonly base: number | 'atRate' | 'share' | 'plug' };

/** Takes an amount off a balance; its base amount falls in the same proportion, to exactly zero at the end. */
export function take(balance: Balance, minor: number): { readonly taken: number; readonly left: Balance } {
  const left = balance.minor - minor;
  const leftBase =
    left === 0 ? 0 : Number(divideRounded(BigInt(balance.baseMinor) * BigInt(left), BigInt(balance.minor)));
  return { taken: balance.baseMinor - leftBase, left: { minor: left, baseMinor: leftBase } };
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
    if (typeof draft.base === 'number') base.set(id, sign * draft.base);
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
