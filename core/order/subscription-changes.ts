import type { Amendment, FulfilmentState } from './fulfilment.js';
import { isNone, restQuantity, sumQuantities } from './quantity.js';

export interface SubscriptionChange {
  /** Of the change itself. */
  readonly number: string;
  readonly subscription: string;
  readonly date: string;
  readonly actions: readonly (
    | { readonly do: 'quantity'; readonly lineNo: number; readonly product: string; readonly quantity: string }
    | { readonly do: 'remove'; readonly lineNo: number; readonly product: string }
  )[];
}
export type SubscriptionCancel = Omit<SubscriptionChange, 'actions'>;

/** What each subscription has to be asked for, so that it gives up the seats of an amendment; with its last seat it ends. */
export function subscriptionChanges(
  state: FulfilmentState,
  { number, effectiveDate: date, asks }: Amendment,
): { readonly changes: readonly SubscriptionChange[]; readonly cancels: readonly SubscriptionCancel[] } {
  const changes: SubscriptionChange[] = [];
  const cancels: SubscriptionCancel[] = [];
  for (const ask of asks.filter(({ target }) => target === 'subscription')) {
    const run = state.subscriptions.find((candidate) => candidate.number === ask.number);
    if (run === undefined) continue;
    const taken = (lineId: string): string =>
      sumQuantities(ask.lines.filter((unit) => unit.lineId === lineId).map(({ quantity }) => quantity));
    const left = run.lines.map((line) => ({ ...line, quantity: restQuantity(line.quantity, taken(line.lineId)) }));
    const named = { number, subscription: run.number, date };
    if (left.every(({ quantity }) => isNone(quantity))) {
      cancels.push(named);
      continue;
    }
    const actions = left
      .filter(({ lineId }) => !isNone(taken(lineId)))
      .map(({ lineNo, product, quantity }) =>
        isNone(quantity)
          ? { do: 'remove' as const, lineNo, product }
          : { do: 'quantity' as const, lineNo, product, quantity },
      );
    changes.push({ ...named, actions });
  }
  return { changes, cancels };
}
