import type { LineKind } from '../order/schema.js';
import type { AllocationExplanation } from './allocate.js';
import type { Obligation } from './obligations.js';
import type { Part, Tranche } from './part.js';
import type { Segment } from './schedule.js';

/** Who issues the invoices of a line: the hub, which bills all its lines at once, or another system that reports them. */
export type BilledBy = 'hub' | 'external';

/** What happened to an obligation. Everything else about it is computed from this. */
export interface ObligationState extends Obligation {
  readonly billing: BilledBy;
  /** Lines of one group share one transaction price; lines added as a separate contract (IFRS 15.20) have their own. */
  readonly group: string;
  readonly explanation: AllocationExplanation;
  /** Decimal text: ever delivered, and of these returned or ended early. */
  readonly deliveredQuantity: string;
  readonly returnedQuantity: string;
  /** Performed at a point in time or by units, before the last change of the price. */
  readonly settled: Part;
  /** What is open since then, with what was performed of it. */
  readonly tranche: Tranche;
  /** What is served over time. */
  readonly segments: readonly Segment[];
  /** Billed by another system. */
  readonly invoiced: { readonly netMinor: number; readonly taxMinor: number };
}

export interface ContractObligation extends ObligationState {
  /** Transaction price of what is kept, without VAT, and the VAT on it. */
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly allocatedMinor: number;
  readonly recognisedMinor: number;
  readonly billedMinor: number;
  readonly billedTaxMinor: number;
  /** VAT of what is both billed and performed. */
  readonly taxReleasedMinor: number;
  /** Nothing is left to perform. */
  readonly complete: boolean;
}

/** What stands on an account because of this contract, in its currency and in the base currency. */
export interface Balance {
  readonly minor: number;
  readonly baseMinor: number;
}
export const EMPTY: Balance = Object.freeze({ minor: 0, baseMinor: 0 });

/** How a change of the contract was accounted for, with the figures to compute it again. */
export interface Modification {
  /** The fact, e.g. an amendment's number. */
  readonly id: string;
  readonly date: string;
  /**
   * `separate`: added lines at their stand-alone price are a contract of their own (IFRS 15.20); `prospective`: what is
   * left of the price and the change go to what is left to perform (15.21(a)); `catch-up`: the change goes to everything
   * kept in proportion to its allocation, performed or not (15.88), as for goods that came back.
   */
  readonly treatment: 'separate' | 'prospective' | 'catch-up';
  readonly paragraph: string;
  readonly lineIds: readonly string[];
  /** Change of the transaction price. */
  readonly changeMinor: number;
  /** Price allocated anew: to what is left, or for `catch-up` to everything kept. */
  readonly remainingMinor: number;
}

/**
 * A contract with a customer as revenue sees it. Plain values only: it is stored as it is. `open`: nothing is performed
 * or billed, so nothing is booked; `performing`; `satisfied`: all revenue is recognised.
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
  /** 1 when opened; each fact adds one. */
  readonly version: number;
  /** Kinds of lines that another system bills. */
  readonly externalKinds: readonly LineKind[];
  /** The first delivery of a line that the hub bills has billed all of them. */
  readonly hubBilled: boolean;
  /** Of everything, without VAT; changes with modifications and returns. */
  readonly transactionPriceMinor: number;
  readonly taxMinor: number;
  readonly recognisedMinor: number;
  readonly billedMinor: number;
  readonly obligations: readonly ContractObligation[];
  readonly modifications: readonly Modification[];
  /** Last day that a period fact recognised. */
  readonly recognisedThrough?: string;
  /** `YYYY-MM`: the first period with something left to recognise over time. */
  readonly nextDue?: string;
  readonly receivable: Balance;
  /** Billed less recognised when above zero, else the asset (IFRS 15.105); one of the two is always zero. */
  readonly contractLiability: Balance;
  readonly contractAsset: Balance;
  readonly outputVat: Balance;
  readonly pendingVat: Balance;
  readonly revenue: Balance;
}
