/** A rate plan with one recurring per-unit charge, as the sandbox tenant sells it. */
export interface Plan {
  readonly sku: string;
  readonly name: string;
  readonly productRatePlanId: string;
  readonly productRatePlanChargeId: string;
  /** Fraction, as decimal text. */
  readonly taxRate: string;
}

/** The subscription and maintenance products of the hub's catalogue. */
export const PLANS: readonly Plan[] = [
  {
    sku: 'SAAS-PRO',
    name: 'Cloud subscription, professional',
    productRatePlanId: '8ad09be48db5aba7018db604776d4854',
    productRatePlanChargeId: '8ad09be48db5aba7018db60477a84856',
    taxRate: '0.06',
  },
  {
    sku: 'SAAS-BASIC',
    name: 'Cloud subscription, basic',
    productRatePlanId: '8ad09be48db5aba7018db605e1a5486e',
    productRatePlanChargeId: '8ad09be48db5aba7018db605e1d84870',
    taxRate: '0.06',
  },
  {
    sku: 'MNT-GOLD',
    name: 'Gold maintenance',
    productRatePlanId: '8ad09be48db5aba7018db606cc5a4889',
    productRatePlanChargeId: '8ad09be48db5aba7018db606cc8c488b',
    taxRate: '0.13',
  },
];

export const planById = (productRatePlanId: unknown): Plan | undefined =>
  PLANS.find((plan) => plan.productRatePlanId === productRatePlanId);
export const planOfCharge = (productRatePlanChargeId: string): Plan | undefined =>
  PLANS.find((plan) => plan.productRatePlanChargeId === productRatePlanChargeId);
