import type { Catalogue } from '../catalog/catalogue.js';
import { HubError } from '../errors/hub-error.js';
import type { OrderContent } from '../order/order.js';
import { type AllocationExplanation, allocate } from './allocate.js';
import { type Obligation, obligationsOf } from './obligations.js';

export interface ContractObligation extends Omit<Obligation, 'weight'> {
  readonly allocatedMinor: number;
  readonly explanation: AllocationExplanation;
  /** Decimal text; never above `quantity`. */
  readonly deliveredQuantity: string;
  readonly recognisedMinor: number;
  /** VAT moved from pending to output so far. */
  readonly taxReleasedMinor: number;
}

/** What stands on an account because of this contract, in its currency and in the base currency. */
export interface Balance {
  readonly minor: number;
  readonly baseMinor: number;
}
export const EMPTY: Balance = Object.freeze({ minor: 0, baseMinor: 0 });

/**
 * A contract with a customer as revenue sees it. Plain values only: it is stored as it is. `open`: nothing is performed,
 * so nothing is booked; `performing`: billed, partly performed; `satisfied`: all revenue is recognised.
 */
export interface RevenueContract {
  readonly contractId: string;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly currency: string;
  readonly baseCurrency: string;
  /** Base units for one unit of the currency, at the order date. */
  readonly rate: string;
  readonly status: 'open' | 'performing' | 'satisfied';
  /** 1 when opened; each recognised delivery adds one. */
  readonly version: number;
  /** Without VAT. */
  readonly transactionPriceMinor: number;
  readonly taxMinor: number;
  readonly obligations: readonly ContractObligation[];
  readonly receivable: Balance;
  readonly contractLiability: Balance;
  readonly pendingVat: Balance;
}

export interface ContractOrder {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly content: OrderContent;
}

/**
 * The contract of an accepted order: one obligation a line, the price allocated, nothing booked yet.
 * @throws HubError REVENUE_NO_SSP, or REVENUE_NO_RATE when the order has no rate.
 */
export function openContract({ orderId, orderNumber, content }: ContractOrder, catalogue: Catalogue): RevenueContract {
  const { currency, baseCurrency, rate, netMinor, taxMinor } = content;
  if (rate === undefined) throw new HubError('REVENUE_NO_RATE', { order: orderNumber, currency, base: baseCurrency });
  const obligations = obligationsOf(content, catalogue);
  const allocations = allocate(
    netMinor,
    obligations.map(({ lineId, weight }) => ({ id: lineId, weight })),
  );
  const byLine = new Map(obligations.map(({ weight: _, ...obligation }) => [obligation.lineId, obligation]));
  return {
    contractId: `RC-${orderNumber}`,
    orderId,
    orderNumber,
    currency,
    baseCurrency,
    rate,
    status: 'open',
    version: 1,
    transactionPriceMinor: netMinor,
    taxMinor,
    obligations: allocations.flatMap(({ id, allocatedMinor, explanation }) => {
      const obligation = byLine.get(id);
      if (obligation === undefined) return [];
      return [
        { ...obligation, allocatedMinor, explanation, deliveredQuantity: '0', recognisedMinor: 0, taxReleasedMinor: 0 },
      ];
    }),
    receivable: EMPTY,
    contractLiability: EMPTY,
    pendingVat: EMPTY,
  };
}
