import { planById } from './catalogue.js';
import { afterTerm, type PeriodType, type Term } from './dates.js';
import { RESOURCE, Refusal } from './refusal.js';
import { type Charge, idOf, type Json, type RatePlan, type Segment, type Subscription } from './store.js';

/** What an action needs to know besides the subscription it changes. */
export interface ActionContext {
  readonly orderNumber: string;
  readonly orderDate: string;
  readonly accountNumber: string;
  readonly currency: string;
  readonly number: string;
  readonly updated: string;
  /** Dates that this tenant demands of a new subscription. */
  readonly demanded: readonly ('ServiceActivation' | 'CustomerAcceptance')[];
}

interface ActionBody extends Json {
  readonly type: string;
}

const rule = (message: string): Refusal => new Refusal(RESOURCE.order, 30, message);
const invalid = (message: string): Refusal => new Refusal(RESOURCE.order, 20, message);
const part = (value: unknown): Json => (value ?? {}) as Json;

function triggerDates(action: ActionBody): Record<string, string> {
  const dates = (action['triggerDates'] ?? []) as { name: string; triggerDate: string }[];
  return Object.fromEntries(dates.map(({ name, triggerDate }) => [name, triggerDate]));
}

/** The day an action takes effect. @throws Refusal category 22 */
function effective(action: ActionBody): string {
  const date = triggerDates(action)['ContractEffective'];
  if (date === undefined)
    throw new Refusal(RESOURCE.order, 22, `${action.type} needs the trigger date ContractEffective`);
  return date;
}

function readTerm(value: unknown, otherwise: Term): Term {
  const { period, periodType } = part(value);
  return typeof period === 'number' ? { period, periodType: (periodType ?? 'Month') as PeriodType } : otherwise;
}

const MONTHLY_12: Term = { period: 12, periodType: 'Month' };

function create(action: ActionBody, context: ActionContext): Subscription {
  const detail = part(action['createSubscription']);
  const terms = part(detail['terms']);
  const initial = part(terms['initialTerm']);
  const start = effective(action);
  const dates = triggerDates(action);
  const initialTerm = readTerm(initial, MONTHLY_12);
  const termed = initial['termType'] === 'TERMED';
  if (termed && initial['period'] === undefined)
    throw new Refusal(RESOURCE.order, 22, 'initialTerm.period is required');
  const termStart = String(initial['startDate'] ?? start);
  const missing = context.demanded.find((name) => dates[name] === undefined);
  const plans = (detail['subscribeToRatePlans'] ?? []) as Json[];
  if (plans.length === 0) throw new Refusal(RESOURCE.order, 22, 'subscribeToRatePlans is required');
  const subscription: Subscription = {
    number: context.number,
    accountNumber: context.accountNumber,
    currency: context.currency,
    version: 1,
    status:
      missing === undefined ? 'Active' : missing === 'ServiceActivation' ? 'Pending Activation' : 'Pending Acceptance',
    termType: termed ? 'TERMED' : 'EVERGREEN',
    initialTerm,
    renewalTerm: readTerm((terms['renewalTerms'] as Json[] | undefined)?.[0], initialTerm),
    autoRenew: terms['autoRenew'] === true,
    startDate: start,
    terms: termed ? [{ from: termStart, after: afterTerm(termStart, initialTerm) }] : [],
    dates,
    orderNumber: context.orderNumber,
    ratePlans: [],
    updated: context.updated,
  };
  return plans.reduce((sub: Subscription, plan) => subscribe(sub, plan, start), subscription);
}

/** Adds one rate plan from a day on. Charges without a number of their own get a generated one. */
function subscribe(subscription: Subscription, body: Json, from: string): Subscription {
  const plan = planById(body['productRatePlanId']);
  if (plan === undefined) throw invalid(`no product rate plan ${String(body['productRatePlanId'])}`);
  const taken = new Set(subscription.ratePlans.flatMap((p) => p.charges.map((c) => c.number)));
  const at = subscription.ratePlans.length + 1;
  const overrides = (body['chargeOverrides'] ?? []) as Json[];
  const charges = overrides.map((override): Charge => {
    if (override['productRatePlanChargeId'] !== plan.productRatePlanChargeId) {
      throw invalid(`no charge ${String(override['productRatePlanChargeId'])} in this rate plan`);
    }
    const number = String(override['chargeNumber'] ?? `C-${subscription.number}-${at}`);
    if (taken.has(number)) throw rule(`the charge number ${number} is in use`);
    taken.add(number);
    const { quantity, listPrice } = part(part(override['pricing'])['recurringPerUnit']);
    if (typeof quantity !== 'number' || typeof listPrice !== 'number')
      throw invalid('this charge has no list price of its own');
    return {
      number,
      productRatePlanChargeId: plan.productRatePlanChargeId,
      name: plan.name,
      billingPeriod: String(part(override['billing'])['billingPeriod'] ?? 'Annual'),
      segments: [segmentOf(number, 1, startOf(override, from), String(quantity), String(listPrice))],
      ...endOf(override),
    };
  });
  if (charges.length === 0) throw invalid('the charge of this rate plan needs a quantity and a price');
  const ratePlan: RatePlan = {
    id: idOf('rate plan', subscription.number, at),
    productRatePlanId: plan.productRatePlanId,
    name: plan.name,
    charges,
    removed: false,
  };
  return { ...subscription, ratePlans: [...subscription.ratePlans, ratePlan] };
}

/** The day a charge begins, and its agreed end, when they are not those of the subscription. */
const startOf = (override: Json, from: string): string => {
  const { triggerEvent, specificTriggerDate } = part(override['startDate']);
  return triggerEvent === 'SpecificDate' && typeof specificTriggerDate === 'string' ? specificTriggerDate : from;
};
const endOf = (override: Json): { ends?: string } => {
  const { endDateCondition, specificEndDate } = part(override['endDate']);
  if (endDateCondition !== 'Specific_End_Date') return {};
  if (typeof specificEndDate !== 'string') throw new Refusal(RESOURCE.order, 22, 'specificEndDate is required');
  return { ends: specificEndDate };
};

const segmentOf = (charge: string, at: number, from: string, quantity: string, price: string): Segment => ({
  id: idOf('charge', charge, at),
  from,
  quantity,
  price,
});

/** Names a rate plan the ways the API knows. @throws Refusal category 22 or 30 */
function ratePlanOf(subscription: Subscription, detail: Json): RatePlan {
  const { ratePlanId } = detail;
  if (ratePlanId === undefined) throw new Refusal(RESOURCE.order, 22, 'ratePlanId is required');
  const found = subscription.ratePlans.find((plan) => plan.id === ratePlanId && !plan.removed);
  if (found === undefined) throw rule(`the subscription has no rate plan ${String(ratePlanId)}`);
  return found;
}

const withPlan = (subscription: Subscription, plan: RatePlan): Subscription => ({
  ...subscription,
  ratePlans: subscription.ratePlans.map((old) => (old.id === plan.id ? plan : old)),
});

function update(subscription: Subscription, action: ActionBody): Subscription {
  const detail = part(action['updateProduct']);
  const plan = ratePlanOf(subscription, detail);
  const updates = (detail['chargeUpdates'] ?? []) as Json[];
  const charges = updates.reduce((all: readonly Charge[], change) => {
    const { chargeNumber } = change;
    if (!all.some((charge) => charge.number === chargeNumber))
      throw rule(`the rate plan has no charge ${String(chargeNumber)}`);
    const from = String(change['effectiveDate'] ?? detail['specificUpdateDate'] ?? effective(action));
    const pricing = part(part(change['pricing'])['recurringPerUnit']);
    return all.map((charge) => (charge.number === chargeNumber ? repriced(charge, from, pricing) : charge));
  }, plan.charges);
  return withPlan(subscription, { ...plan, charges });
}

/** A new segment from `from` on; a later one than that is replaced. */
function repriced(charge: Charge, from: string, { quantity, listPrice }: Json): Charge {
  const last = charge.segments.at(-1);
  if (last === undefined || from < (charge.segments[0]?.from ?? from))
    throw rule('the change is before the charge begins');
  const next = segmentOf(
    charge.number,
    charge.segments.length + 1,
    from,
    String(quantity ?? last.quantity),
    String(listPrice ?? last.price),
  );
  return { ...charge, segments: [...charge.segments.filter((segment) => segment.from < from), next] };
}

function remove(subscription: Subscription, action: ActionBody): Subscription {
  const plan = ratePlanOf(subscription, part(action['removeProduct']));
  const until = effective(action);
  return withPlan(subscription, {
    ...plan,
    removed: true,
    charges: plan.charges.map((charge) => ({ ...charge, until })),
  });
}

function terms(subscription: Subscription, action: ActionBody): Subscription {
  const detail = part(action['termsAndConditions']);
  const renewals = detail['renewalTerms'] as Json[] | undefined;
  return {
    ...subscription,
    autoRenew: detail['autoRenew'] === undefined ? subscription.autoRenew : detail['autoRenew'] === true,
    renewalTerm: readTerm(renewals?.[0], subscription.renewalTerm),
  };
}

function renew(subscription: Subscription): Subscription {
  const from = subscription.terms.at(-1)?.after;
  if (from === undefined) throw rule('an evergreen subscription cannot be renewed');
  const next = { from, after: afterTerm(from, subscription.renewalTerm) };
  return { ...subscription, terms: [...subscription.terms, next] };
}

function cancel(subscription: Subscription, action: ActionBody): Subscription {
  const { cancellationPolicy, cancellationEffectiveDate } = part(action['cancelSubscription']);
  const termAfter = subscription.terms.at(-1)?.after;
  const at: unknown =
    cancellationPolicy === 'SpecificDate' ? cancellationEffectiveDate : (termAfter ?? effective(action));
  if (typeof at !== 'string') throw new Refusal(RESOURCE.order, 22, 'cancellationEffectiveDate is required');
  if (at < subscription.startDate) throw rule('the cancellation is before the start of the subscription');
  if (termAfter !== undefined && at > termAfter) throw rule('the cancellation is after the end of the term');
  return { ...subscription, status: 'Cancelled', cancelled: at };
}

type Apply = (subscription: Subscription, action: ActionBody) => Subscription;
const CHANGES: Readonly<Record<string, Apply>> = {
  TermsAndConditions: terms,
  AddProduct: (subscription, action) => subscribe(subscription, part(action['addProduct']), effective(action)),
  UpdateProduct: update,
  RemoveProduct: remove,
  RenewSubscription: renew,
  CancelSubscription: cancel,
  Suspend: (subscription) => ({ ...subscription, status: 'Suspended' }),
  Resume: (subscription) => {
    if (subscription.status !== 'Suspended') throw rule('the subscription is not suspended');
    return { ...subscription, status: 'Active' };
  },
};

/** The subscription after one action. @throws Refusal when its state does not allow it. */
export function applyAction(
  subscription: Subscription | undefined,
  action: ActionBody,
  context: ActionContext,
): Subscription {
  if (action.type === 'CreateSubscription') {
    if (subscription !== undefined) throw rule(`the subscription ${context.number} exists`);
    return create(action, context);
  }
  if (subscription === undefined) throw invalid(`no subscription ${context.number}`);
  if (subscription.status === 'Cancelled') throw rule(`the subscription ${subscription.number} is cancelled`);
  const change = CHANGES[action.type];
  if (change === undefined) throw new Refusal(RESOURCE.order, 10, `${action.type} is not enabled for this tenant`);
  return { ...change(subscription, action), updated: context.updated };
}
