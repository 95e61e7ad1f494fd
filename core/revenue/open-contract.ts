import type { Catalogue } from '../catalog/catalogue.js';
import { HubError } from '../errors/hub-error.js';
import { sum } from '../order/money.js';
import type { OrderContent } from '../order/order.js';
import type { LineKind } from '../order/schema.js';
import { allocate } from './allocate.js';
import { EMPTY, type ObligationState, type RevenueContract } from './contract.js';
import { type Promised, promisesOf } from './obligations.js';
import { NOTHING } from './part.js';
import { withSums, withTotals } from './totals.js';

export interface ContractOrder {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly content: OrderContent;
}

/** Lines that another system bills. */
export interface ExternalBilling {
  readonly kinds?: readonly LineKind[];
  readonly lineIds?: readonly string[];
}

/** An obligation before anything happened. */
export const startObligation = (
  { obligation, part }: Promised,
  start: Pick<ObligationState, 'billing' | 'group' | 'explanation'> & { readonly amountMinor: number },
): ObligationState => ({
  ...obligation,
  billing: start.billing,
  group: start.group,
  explanation: start.explanation,
  deliveredQuantity: '0',
  returnedQuantity: '0',
  settled: NOTHING,
  tranche: { ...part, amountMinor: start.amountMinor, performed: '0' },
  segments: [],
  invoiced: { netMinor: 0, taxMinor: 0 },
});

/** The group of the lines the contract began with. */
export const ORIGINAL = '';

/**
 * The contract of an accepted order: one obligation a line, the price allocated, nothing booked yet.
 * @param external lines (by kind or id) whose invoices come from another system.
 * @throws HubError REVENUE_NO_SSP, or REVENUE_NO_RATE when the order has no rate.
 */
export function openContract(
  { orderId, orderNumber, content }: ContractOrder,
  catalogue: Catalogue,
  external: ExternalBilling = {},
): RevenueContract {
  const { currency, baseCurrency, rate } = content;
  if (rate === undefined) throw new HubError('REVENUE_NO_RATE', { order: orderNumber, currency, base: baseCurrency });
  const promises = promisesOf(content, catalogue);
  const allocations = allocate(
    sum(promises.map(({ part }) => part.netMinor)),
    promises.map(({ obligation: { lineId, standAloneMinor }, part }) => ({
      id: lineId,
      weight: BigInt(part.weight),
      worthMinor: standAloneMinor,
    })),
  );
  const byLine = new Map(allocations.map((allocation) => [allocation.id, allocation]));
  const { kinds = [], lineIds = [] } = external;
  const obligations = promises.flatMap((promised) => {
    const { lineId, kind } = promised.obligation;
    const allocation = byLine.get(lineId);
    if (allocation === undefined) return [];
    const billing = kinds.includes(kind) || lineIds.includes(lineId) ? 'external' : 'hub';
    const { allocatedMinor: amountMinor, explanation } = allocation;
    return [withTotals(startObligation(promised, { billing, group: ORIGINAL, explanation, amountMinor }), false)];
  });
  return withSums({
    contractId: `RC-${orderNumber}`,
    orderId,
    orderNumber,
    currency,
    baseCurrency,
    rate,
    status: 'open',
    version: 1,
    externalKinds: kinds,
    hubBilled: false,
    transactionPriceMinor: 0,
    taxMinor: 0,
    recognisedMinor: 0,
    billedMinor: 0,
    obligations,
    modifications: [],
    receivable: EMPTY,
    contractLiability: EMPTY,
    contractAsset: EMPTY,
    outputVat: EMPTY,
    pendingVat: EMPTY,
    revenue: EMPTY,
  });
}
