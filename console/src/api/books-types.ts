import type { Label } from './types';

/** Revenue as the hub's API gives it. Money is decimal text; periods are `YYYY-MM`. */
export interface PlannedMonth {
  period: string;
  amount: string;
  recognised: boolean;
}

/** `allocated = performed + the months + unscheduled`. */
export interface Schedule {
  performed: string;
  unscheduled: string;
  months: PlannedMonth[];
}

export interface Obligation {
  obligationId: string;
  lineId: string;
  name: string;
  nameZh: string;
  kind: string;
  allocated: string;
  recognised: string;
  standAlonePrice: string;
  schedule?: Schedule;
  explain: { formula: string; fraction: string; rounding: string; roundingZh: string; paragraph: string };
}

export interface Modification {
  id: string;
  date: string;
  treatment: string;
  /** Of the standard, e.g. `IFRS 15.21(a)`. */
  paragraph: string;
  lineIds: string[];
  change: string;
  reallocated: string;
}

export interface Contract {
  status: string;
  transactionPrice: string;
  recognised: string;
  contractLiability: string;
  contractAsset: string;
  receivable: string;
  outputVat: string;
  pendingVat: string;
  recognisedThrough?: string;
  modifications: Modification[];
  obligations: Obligation[];
}

export interface Journal {
  key: string;
  date: string;
  period: string;
  currency: string;
  memo: Label;
  debit: string;
  credit: string;
  voucher?: { state: string; number?: string };
  lines: {
    account: string;
    code: string;
    name: Label;
    side: 'debit' | 'credit';
    amount: string;
    lineId?: string;
    why: Label;
  }[];
}

export interface AccountTotal {
  code: string;
  account: string;
  name: Label;
  currency: string;
  debit: string;
  credit: string;
  baseCurrency: string;
  baseDebit: string;
  baseCredit: string;
}

export interface Period {
  period: string;
  state: 'open' | 'closing' | 'closed';
  /** Journal numbers given out, and how many of them are still being written. */
  numbers: number;
  reserved: number;
  closeAsked?: { by: string; at: string };
  /** Contracts with revenue of this period to recognise: all that had, and those that still have. */
  progress?: { total: number; due: number; blockers: { orderId: string; orderNumber: string; why: Label }[] };
  /** Once closed. */
  totals?: { journals: number; voided: number; accounts: AccountTotal[] };
  closedAt?: string;
  closedBy?: string;
}
