import { type Answer, notFound } from './refusal.js';
import { type Charge, idOf, type Json, type Store, type Subscription } from './store.js';

function chargeRows(charge: Charge, subscription: Subscription, allSegments: boolean): Json[] {
  const end = charge.until ?? charge.ends ?? subscription.cancelled ?? subscription.terms.at(-1)?.after;
  const rows = charge.segments.map((segment, at) => ({
    id: segment.id,
    originalChargeId: charge.segments[0]?.id,
    productRatePlanChargeId: charge.productRatePlanChargeId,
    number: charge.number,
    name: charge.name,
    type: 'Recurring',
    model: 'PerUnit',
    segment: at + 1,
    version: at + 1,
    currency: subscription.currency,
    quantity: Number(segment.quantity),
    price: Number(segment.price),
    billingPeriod: charge.billingPeriod,
    effectiveStartDate: segment.from,
    effectiveEndDate: charge.segments[at + 1]?.from ?? end ?? null,
  }));
  return allSegments ? rows : rows.slice(-1);
}

/** A subscription as `GET /v1/subscriptions/{key}` gives it. Removed rate plans are shown only with all segments. */
export function subscriptionView(subscription: Subscription, allSegments: boolean): Json {
  const { number, version, status, terms, dates } = subscription;
  const term = terms.at(-1);
  return {
    id: idOf('subscription', number, version),
    subscriptionNumber: number,
    version,
    status,
    accountNumber: subscription.accountNumber,
    termType: subscription.termType,
    initialTerm: subscription.initialTerm.period,
    initialTermPeriodType: subscription.initialTerm.periodType,
    currentTerm: (terms.length > 1 ? subscription.renewalTerm : subscription.initialTerm).period,
    renewalTerm: subscription.renewalTerm.period,
    renewalTermPeriodType: subscription.renewalTerm.periodType,
    autoRenew: subscription.autoRenew,
    contractEffectiveDate: dates['ContractEffective'] ?? null,
    serviceActivationDate: dates['ServiceActivation'] ?? null,
    customerAcceptanceDate: dates['CustomerAcceptance'] ?? null,
    subscriptionStartDate: subscription.startDate,
    subscriptionEndDate: subscription.cancelled ?? term?.after ?? null,
    termStartDate: term?.from ?? subscription.startDate,
    termEndDate: term?.after ?? null,
    currency: subscription.currency,
    orderNumber: subscription.orderNumber,
    lastModifiedDate: subscription.updated,
    ratePlans: subscription.ratePlans
      .filter((plan) => allSegments || !plan.removed)
      .map((plan) => ({
        id: plan.id,
        productRatePlanId: plan.productRatePlanId,
        ratePlanName: plan.name,
        lastChangeType: plan.removed ? 'Remove' : 'Add',
        ratePlanCharges: plan.charges.flatMap((charge) => chargeRows(charge, subscription, allSegments)),
      })),
  };
}

/** @throws Refusal 50000040 */
export function readSubscription(key: string, query: URLSearchParams, store: Store): Answer {
  const found =
    store.get('subscription', key) ??
    store.all('subscription').find((s) => idOf('subscription', s.number, s.version) === key);
  if (found === undefined) throw notFound(`Cannot find entity by key: '${key}'.`);
  const allSegments = query.get('charge-detail') === 'all-segments';
  return { status: 200, body: { success: true, ...subscriptionView(found, allSegments) } };
}
