import type { ReturnOrder, Shipment } from '../api/fulfilment-types';
import type { PresentedLine } from '../api/types';
import { addMoney, signOf } from '../format/money';
import { runsOverTime } from './amend';
import { less } from './plan';

/** A line of which something can come back, and how much at most. */
export interface Returnable {
  line: PresentedLine;
  most: string;
}

/** Delivered units that neither came back nor are announced to. Lines over a term end early instead. */
export function returnables(lines: readonly PresentedLine[], returns: readonly ReturnOrder[]): Returnable[] {
  return lines
    .filter((line) => !runsOverTime(line))
    .map((line) => {
      const coming = returns
        .filter((order) => order.state === 'announced')
        .flatMap((order) => order.lines.filter((l) => l.lineId === line.lineId).map((l) => l.quantity));
      const { delivered, returned } = line.quantities;
      return { line, most: less(less(delivered, returned), addMoney(['0', ...coming])) };
    })
    .filter(({ most }) => signOf(most) > 0);
}

/** It is announced, and no warehouse that shipped one of its lines will tell of its arrival. */
export const isReceivedByHand = (order: ReturnOrder, shipments: readonly Shipment[]): boolean =>
  order.state === 'announced' &&
  !order.lines.some(({ lineId }) => shipments.some((s) => s.lines.some((line) => line.lineId === lineId)));
