import { moveUnits } from './follow.js';
import { type Amendment, type Ask, type FulfilmentState, isOverTime, type Outcome, type Units } from './fulfilment.js';
import type { OrderLine } from './order.js';
import { inForce, refuseAmendmentOf } from './propose.js';
import { addQuantity, freeze as freezeUnits, isNone, lessQuantity, restQuantity, sumQuantities } from './quantity.js';
import { isLiveShipment, isLiveSubscription } from './ready.js';
import { returnable } from './returns.js';

export const withAmendment = (state: FulfilmentState, changed: Amendment): FulfilmentState => ({
  ...state,
  amendments: state.amendments.map((amendment) => (amendment.number === changed.number ? changed : amendment)),
});

/** @throws HubError AMENDMENT_REFUSED for an unknown number. */
export function findAmendment(state: FulfilmentState, number: string): Amendment {
  const amendment = state.amendments.find((candidate) => candidate.number === number);
  const issue = { path: '$.amendment', why: `there is no amendment ${number}`, whyZh: `没有变更单 ${number}` };
  return amendment ?? refuseAmendmentOf(state.orderNumber, [issue]);
}

/** Who has to give up units of a line: units that a warehouse or subscription system was asked for, and running seats. */
type Holder = Pick<Ask, 'target' | 'number'> & { readonly most: string };

function holders(state: FulfilmentState, { lineId }: OrderLine): Holder[] {
  const shipments = state.shipments
    .filter(isLiveShipment)
    .flatMap(({ number, lines }) =>
      lines
        .filter((line) => line.lineId === lineId)
        .map((line) => ({ target: 'shipment' as const, number, most: restQuantity(line.quantity, line.shipped) })),
    );
  const runs = state.subscriptions
    .filter(isLiveSubscription)
    .flatMap(({ number, lines }) =>
      lines
        .filter((line) => line.lineId === lineId)
        .map((line) => ({ target: 'subscription' as const, number, most: line.quantity })),
    );
  return [...shipments, ...runs];
}

/** Where the units that a change takes away are: open ones, ones to be asked for, and ones that are too late. */
interface Taking {
  readonly frozen: string;
  readonly asks: readonly Ask[];
  readonly possible: string;
  readonly tooLate: string;
}

function takingOf(state: FulfilmentState, line: OrderLine, asked: string): Taking {
  const { open, inFulfilment } = line.quantities;
  const running = isOverTime(line) ? returnable(state, line.lineId) : '0';
  const possible = lessQuantity(asked, [inFulfilment, running].reduce(addQuantity, open));
  const frozen = lessQuantity(possible, open);
  let left = restQuantity(possible, frozen);
  const asks: Ask[] = [];
  for (const { target, number, most } of holders(state, line)) {
    const quantity = lessQuantity(left, most);
    if (isNone(quantity)) continue;
    asks.push({ target, number, lines: [{ lineId: line.lineId, quantity }] });
    left = restQuantity(left, quantity);
  }
  // what nobody holds: goods on their way or at the site can't be stopped; seats that nobody runs end without asking
  const unheld = isOverTime(line) ? '0' : left;
  return {
    frozen,
    asks,
    possible: restQuantity(possible, unheld),
    tooLate: restQuantity(asked, restQuantity(possible, unheld)),
  };
}

const joined = (asks: readonly Ask[]): Ask[] =>
  [...new Set(asks.map(({ number }) => number))].flatMap((number) => {
    const same = asks.filter((ask) => ask.number === number);
    return same.slice(0, 1).map((first) => ({ ...first, lines: same.flatMap(({ lines }) => lines) }));
  });

const NOTHING_LEFT = {
  en: 'every unit is delivered or on its way; it can only be returned',
  zh: '所有数量均已交付或在途，只能退货',
};

/**
 * Holds what an amendment wants to take away: open units are frozen, and those who have others are to be asked. Delivered
 * goods can't be cancelled; `instead` says what can be returned. An amendment of which nothing is possible is refused.
 * Undefined when it was frozen before.
 * @throws HubError AMENDMENT_REFUSED for an unknown amendment.
 */
export function freezeAmendment(before: FulfilmentState, number: string): Outcome | undefined {
  const amendment = findAmendment(before, number);
  if (amendment.state !== 'proposed') return undefined;
  const taken = amendment.changes.flatMap((change) => {
    if (change.do !== 'reduce' && change.do !== 'cancel') return [];
    const line = before.content.lines.find(({ lineId }) => lineId === change.lineId);
    if (line === undefined) return [];
    const asked = change.do === 'cancel' ? inForce(before, line) : change.quantity;
    return [{ line, asked, ...takingOf(before, line, asked) }];
  });
  const instead: Units[] = taken
    .filter(({ line }) => !isOverTime(line))
    .map(({ line, tooLate }) => ({
      lineId: line.lineId,
      quantity: lessQuantity(tooLate, returnable(before, line.lineId)),
    }))
    .filter(({ quantity }) => !isNone(quantity));
  const held: Amendment = {
    ...amendment,
    wanted: taken.map(({ line, asked, possible }) => ({ lineId: line.lineId, asked, possible })),
    ...(instead.length === 0 ? {} : { instead: { return: instead } }),
  };
  if (amendment.added.length === 0 && isNone(sumQuantities(taken.map(({ possible }) => possible)))) {
    const state = withAmendment(before, { ...held, state: 'refused', refusal: NOTHING_LEFT });
    return {
      state,
      events: [{ type: 'amendment.refused', data: { amendment: number, reason: NOTHING_LEFT, instead } }],
    };
  }
  const frozen = taken
    .map(({ line, frozen: quantity }) => ({ lineId: line.lineId, quantity }))
    .filter(({ quantity }) => !isNone(quantity));
  const asks = joined(taken.flatMap((taking) => taking.asks));
  const moved = frozen.reduce((now, { lineId, quantity }) => moveUnits(now, freezeUnits, lineId, quantity), before);
  const state = withAmendment(moved, { ...held, state: 'frozen', frozen, asks });
  return { state, events: [{ type: 'amendment.frozen', data: { amendment: number, asks, instead } }] };
}
