import type { Catalogue } from '../catalog/catalogue.js';
import type { Label } from '../connector/contract.js';
import { HubError } from '../errors/hub-error.js';
import type { ChartOfAccounts } from './accounts.js';
import { book } from './book.js';
import type { ObligationState, RevenueContract } from './contract.js';
import { lastDayOf, periodOf } from './days.js';
import { dateOf, type RevenueFact } from './facts.js';
import { assertBalanced, type JournalEntry } from './journal.js';
import { type Change, DEFAULT_POLICY, modify, type RevenuePolicy, takeBack } from './modify.js';
import { deliver, passTime, positiveUnits, refuseUnits } from './perform.js';
import { withSums, withTotals } from './totals.js';

export interface RevenueContext {
  readonly chart: ChartOfAccounts;
  readonly catalogue: Catalogue;
  /** Where a journal is booked: a late fact goes to the first open period and keeps its own date. */
  readonly booking: { readonly date: string; readonly period: string };
  readonly policy?: RevenuePolicy;
}

export interface Applied {
  readonly contract: RevenueContract;
  /** Undefined when the fact moves no amount, e.g. a tenant opened after the contract was billed. */
  readonly journal: JournalEntry | undefined;
}

const refuseFact = (fact: RevenueFact, why: string, whyZh: string): never => {
  throw new HubError('REVENUE_FACT_REFUSED', { fact: fact.id, why, whyZh });
};

/** Units by line. @throws HubError QUANTITY_REFUSED for a line that is not of the contract, or nothing above zero. */
function unitsByLine(
  contract: RevenueContract,
  lines: readonly { readonly lineId: string; readonly quantity: string }[],
): Map<string, bigint> {
  const units = new Map<string, bigint>();
  for (const { lineId, quantity } of lines) {
    if (!contract.obligations.some((obligation) => obligation.lineId === lineId)) {
      const { contractId } = contract;
      refuseUnits(lineId, quantity, `it is no line of contract ${contractId}`, `不是合同 ${contractId} 的行`);
    }
    units.set(lineId, (units.get(lineId) ?? 0n) + positiveUnits(lineId, quantity));
  }
  return units;
}

type Of<Kind extends RevenueFact['kind']> = Extract<RevenueFact, { kind: Kind }>;
type Step = Change & { readonly hubBilled?: boolean; readonly recognisedThrough?: string };

function delivered(contract: RevenueContract, { id, date, lines }: Of<'delivered'>): Step {
  const units = unitsByLine(contract, lines);
  const obligations = contract.obligations.map((o) => {
    const now = units.get(o.lineId);
    return now === undefined ? o : deliver(o, now, id, date);
  });
  const hubBilled =
    contract.hubBilled || obligations.some(({ lineId, billing }) => billing === 'hub' && units.has(lineId));
  return { obligations, modifications: [], hubBilled };
}

/** @throws HubError REVENUE_FACT_REFUSED for a line the hub bills itself, or a credit above what is billed. */
function invoiced(contract: RevenueContract, fact: Of<'invoiced'>): Step {
  let obligations: readonly ObligationState[] = contract.obligations;
  for (const { lineId, netMinor, taxMinor } of fact.lines) {
    const found = obligations.find((o) => o.lineId === lineId);
    if (found === undefined) return refuseFact(fact, `it has no line ${lineId}`, `没有行 ${lineId}`);
    if (found.billing === 'hub')
      return refuseFact(fact, `the hub bills line ${lineId} itself`, `行 ${lineId} 由本系统开票`);
    const sign = fact.credit ? -1 : 1;
    const after = {
      netMinor: found.invoiced.netMinor + sign * netMinor,
      taxMinor: found.invoiced.taxMinor + sign * taxMinor,
    };
    if (after.netMinor < 0 || after.taxMinor < 0) {
      return refuseFact(
        fact,
        `line ${lineId} would be credited beyond its invoices`,
        `行 ${lineId} 的贷记超过已开票金额`,
      );
    }
    obligations = obligations.map((o) => (o === found ? { ...o, invoiced: after } : o));
  }
  return { obligations, modifications: [] };
}

function passed(contract: RevenueContract, { through }: Of<'period'>): Step {
  return {
    obligations: contract.obligations.map((o) => passTime(o, through)),
    modifications: [],
    recognisedThrough: through,
  };
}

function step(
  contract: RevenueContract,
  fact: RevenueFact,
  { catalogue, policy = DEFAULT_POLICY }: RevenueContext,
): Step {
  switch (fact.kind) {
    case 'delivered':
      return delivered(contract, fact);
    case 'returned':
      return takeBack(contract.obligations, unitsByLine(contract, fact.lines), fact, contract.currency);
    case 'invoiced':
      return invoiced(contract, fact);
    case 'modified':
      return modify(contract, fact.content, fact, catalogue, policy);
    case 'period':
      return passed(contract, fact);
  }
}

const MEMOS: Readonly<Record<RevenueFact['kind'], Label>> = {
  delivered: { en: 'Delivery', zh: '交付' },
  returned: { en: 'Return', zh: '退回' },
  invoiced: { en: 'Invoice', zh: '开票' },
  modified: { en: 'Amendment', zh: '变更' },
  period: { en: 'Revenue to', zh: '期间收入' },
};

/** `P202611` for a whole month, `P20261115` for a part of one. */
const periodId = (through: string): string =>
  `P${(through === lastDayOf(periodOf(through)) ? periodOf(through) : through).replaceAll('-', '')}`;

/**
 * The business key of the journal a fact makes: `J-<orderNumber>-<id>`; an id may carry the order's number already. A
 * period fact is named by its month, and keeps an id that begins so, e.g. `P202611-2` for a second look at a month.
 */
export function journalKeyOf({ orderNumber }: Pick<RevenueContract, 'orderNumber'>, fact: RevenueFact): string {
  const month = fact.kind === 'period' ? periodId(fact.through) : '';
  const id = fact.id.startsWith(month) ? fact.id : month;
  return id.startsWith(`${orderNumber}-`) ? `J-${id}` : `J-${orderNumber}-${id}`;
}

/**
 * Applies a fact to a contract and books the difference it makes; see docs/decisions/0003-first-revenue-journals.md.
 * Applying one fact twice counts it twice: the caller keeps the ids of those applied.
 * @throws HubError QUANTITY_REFUSED for units that are not there, REVENUE_FACT_REFUSED for an invoice that cannot be,
 *   REVENUE_NO_SSP for an added line without a stand-alone price. The contract is unchanged then.
 */
export function applyFact(before: RevenueContract, fact: RevenueFact, context: RevenueContext): Applied {
  if (fact.kind === 'period' && fact.through < (before.recognisedThrough ?? '')) {
    return { contract: before, journal: undefined };
  }
  const { obligations, modifications, hubBilled = before.hubBilled, recognisedThrough } = step(before, fact, context);
  const summed = withSums({
    ...before,
    version: before.version + 1,
    hubBilled,
    ...(recognisedThrough === undefined ? {} : { recognisedThrough }),
    obligations: obligations.map((o) => withTotals(o, hubBilled)),
    modifications: [...before.modifications, ...modifications],
  });
  const { contract, lines } = book(summed, before.obligations, context.chart);
  if (lines.length === 0) return { contract, journal: undefined };

  const { orderId, orderNumber, contractId, currency, baseCurrency, rate } = contract;
  const { kind, id } = fact;
  const memo = MEMOS[kind];
  const what = kind === 'period' ? fact.through : id;
  const journal: JournalEntry = {
    key: journalKeyOf(contract, fact),
    orderId,
    orderNumber,
    contractId,
    cause: { kind, id },
    ...context.booking,
    factDate: dateOf(fact),
    currency,
    baseCurrency,
    rate,
    memo: { en: `${memo.en} ${what} of order ${orderNumber}`, zh: `订单 ${orderNumber} ${memo.zh} ${what}` },
    lines,
  };
  assertBalanced(journal);
  return { contract, journal };
}
