import { HubError } from '../errors/hub-error.js';
import { convertMinor, divideRounded, readDecimal, sum, writeMoney } from '../order/money.js';
import { readQuantity, writeQuantity } from '../order/quantity.js';
import type { ChartOfAccounts, LogicalAccount } from './accounts.js';
import type { Balance, ContractObligation, RevenueContract } from './contract.js';
import {
  assertBalanced,
  convertLines,
  type DraftLine,
  type JournalEntry,
  type JournalLine,
  type Side,
} from './journal.js';

export interface Delivery {
  readonly deliveryId: string;
  /** Business date on which control passed. */
  readonly date: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: string }[];
}

export interface Recognition {
  readonly contract: RevenueContract;
  /** Undefined when the delivery moves no amount, e.g. a tenant opened after the contract was billed. */
  readonly journal: JournalEntry | undefined;
}

const refuse = (lineId: string, quantity: string, why: string, whyZh: string): never => {
  throw new HubError('QUANTITY_REFUSED', { line: lineId, quantity, why, whyZh });
};

/** Units delivered by this delivery, by line, in ten-thousandths. */
function unitsOf(delivery: Delivery, contract: RevenueContract): Map<string, bigint> {
  const units = new Map<string, bigint>();
  for (const { lineId, quantity } of delivery.lines) {
    if (!contract.obligations.some((obligation) => obligation.lineId === lineId)) {
      refuse(
        lineId,
        quantity,
        `it is no line of contract ${contract.contractId}`,
        `不是合同 ${contract.contractId} 的行`,
      );
    }
    const read = readQuantity(quantity);
    if (read === undefined || read <= 0n) {
      return refuse(lineId, quantity, 'it must be above zero, with at most four decimals', '必须大于零且最多四位小数');
    }
    units.set(lineId, (units.get(lineId) ?? 0n) + read);
  }
  return units;
}

/** Cumulative rounding: the share of all that is delivered, rounded once; what came before is taken off by the caller. */
const cumulative = (amountMinor: number, delivered: bigint, ordered: bigint): number =>
  Number(divideRounded(BigInt(amountMinor) * delivered, ordered));

/** @throws HubError QUANTITY_REFUSED when more is delivered than was ordered. */
function perform(obligation: ContractObligation, units: bigint): ContractObligation {
  const ordered = readQuantity(obligation.quantity) ?? 0n;
  const before = readQuantity(obligation.deliveredQuantity) ?? 0n;
  const delivered = before + units;
  if (delivered > ordered) {
    const left = writeQuantity(ordered - before);
    refuse(obligation.lineId, writeQuantity(units), `only ${left} are left to deliver`, `待交付数量仅 ${left}`);
  }
  const deliveredQuantity = writeQuantity(delivered);
  if (obligation.trigger === 'over-time') return { ...obligation, deliveredQuantity };
  return {
    ...obligation,
    deliveredQuantity,
    recognisedMinor: cumulative(obligation.allocatedMinor, delivered, ordered),
    taxReleasedMinor: cumulative(obligation.taxMinor, delivered, ordered),
  };
}

type Step = { readonly before: ContractObligation; readonly after: ContractObligation };
const revenueOf = ({ before, after }: Step): number => after.recognisedMinor - before.recognisedMinor;
const vatOf = ({ before, after }: Step): number => after.taxReleasedMinor - before.taxReleasedMinor;

/** Takes an amount off a balance; its base amount falls in the same proportion, to exactly zero at the end. */
function take(balance: Balance, minor: number): { readonly taken: Balance; readonly left: Balance } {
  const leftMinor = balance.minor - minor;
  if (leftMinor < 0) throw new HubError('UNEXPECTED', { why: 'a balance of the contract would fall below zero' });
  const leftBase =
    leftMinor === 0 ? 0 : Number(divideRounded(BigInt(balance.baseMinor) * BigInt(leftMinor), BigInt(balance.minor)));
  return {
    taken: { minor, baseMinor: balance.baseMinor - leftBase },
    left: { minor: leftMinor, baseMinor: leftBase },
  };
}

const drafter =
  (chart: ChartOfAccounts) =>
  (
    side: Side,
    account: LogicalAccount,
    amountMinor: number,
    why: DraftLine['why'],
    more: Partial<DraftLine> = {},
  ): DraftLine => ({
    account,
    ...chart[account],
    side,
    amountMinor,
    why,
    ...more,
  });
type Drafter = ReturnType<typeof drafter>;

const performedLines = (steps: readonly Step[], currency: string, draft: Drafter): DraftLine[] =>
  steps.flatMap((step) => {
    const { lineId, obligationId, kind, allocatedMinor, deliveredQuantity, quantity } = step.after;
    const allocated = writeMoney(allocatedMinor, currency);
    const earlier = writeMoney(step.before.recognisedMinor, currency);
    return [
      draft(
        'credit',
        `revenue.${kind}`,
        revenueOf(step),
        {
          en: `${deliveredQuantity} of ${quantity} delivered: that share of ${allocated}, less ${earlier} recognised before`,
          zh: `已交付 ${deliveredQuantity}/${quantity}：按比例确认分摊额 ${allocated}，减此前已确认 ${earlier}`,
        },
        { lineId, obligationId },
      ),
      draft(
        'credit',
        'outputVat',
        vatOf(step),
        {
          en: `VAT of what is delivered, ${deliveredQuantity} of ${quantity}`,
          zh: `已交付 ${deliveredQuantity}/${quantity} 对应的销项税额`,
        },
        { lineId, obligationId },
      ),
    ];
  });

const WHY = {
  receivable: {
    en: 'the whole price is due once performance has begun (IFRS 15.108)',
    zh: '开始履约后合同全部价款到期应收（第 108 段）',
  },
  liability: { en: 'billed, not yet performed (IFRS 15.106)', zh: '已开票尚未履约（第 106 段）' },
  performed: { en: 'performed now, billed before (IFRS 15.106)', zh: '本次履约，冲减合同负债（第 106 段）' },
  pending: {
    en: 'VAT of what is not yet performed (Caikuai [2016] 22)',
    zh: '未履约部分的待转销项税额（财会〔2016〕22号）',
  },
  due: { en: 'VAT of what is performed now (Caikuai [2016] 22)', zh: '本次履约转出的待转销项税额（财会〔2016〕22号）' },
} as const;

type Booking = Pick<RevenueContract, 'receivable' | 'contractLiability' | 'pendingVat'> & {
  readonly lines: readonly JournalLine[];
};
const isMoved = (line: DraftLine): boolean => line.amountMinor !== 0;
const balanceOn = (lines: readonly JournalLine[], account: LogicalAccount): Balance => {
  const found = lines.filter((line) => line.account === account);
  return { minor: sum(found.map((line) => line.amountMinor)), baseMinor: sum(found.map((line) => line.baseMinor)) };
};

/** The first delivery bills the whole contract; what is not performed waits as liability and pending VAT. */
function billAll(contract: RevenueContract, steps: readonly Step[], draft: Drafter): Booking {
  const { currency, baseCurrency, transactionPriceMinor, taxMinor } = contract;
  const liability = transactionPriceMinor - sum(steps.map(revenueOf));
  const pending = taxMinor - sum(steps.map(vatOf));
  const gross = sum([transactionPriceMinor, taxMinor]);
  if (liability < 0) throw new HubError('UNEXPECTED', { why: 'the contract liability would fall below zero' });
  const drafts = [
    draft('debit', 'receivable', gross, WHY.receivable),
    ...performedLines(steps, currency, draft),
    draft('credit', 'pendingOutputVat', pending, WHY.pending),
    draft('credit', 'contractLiability', liability, WHY.liability),
  ].filter(isMoved);
  const rate = readDecimal(contract.rate) ?? { units: 0n, scale: 0 };
  const lines = convertLines(drafts, convertMinor(gross, currency, baseCurrency, rate));
  return {
    lines,
    receivable: balanceOn(lines, 'receivable'),
    contractLiability: balanceOn(lines, 'contractLiability'),
    pendingVat: balanceOn(lines, 'pendingOutputVat'),
  };
}

/** A later delivery releases liability and pending VAT at the rate they were booked at. */
function release(contract: RevenueContract, steps: readonly Step[], draft: Drafter): Booking {
  const liability = take(contract.contractLiability, sum(steps.map(revenueOf)));
  const pending = take(contract.pendingVat, sum(steps.map(vatOf)));
  const drafts = [
    draft('debit', 'contractLiability', liability.taken.minor, WHY.performed, { baseMinor: liability.taken.baseMinor }),
    draft('debit', 'pendingOutputVat', pending.taken.minor, WHY.due, { baseMinor: pending.taken.baseMinor }),
    ...performedLines(steps, contract.currency, draft),
  ].filter(isMoved);
  return {
    lines: convertLines(drafts, sum([liability.taken.baseMinor, pending.taken.baseMinor])),
    receivable: contract.receivable,
    contractLiability: liability.left,
    pendingVat: pending.left,
  };
}

/**
 * Recognises what a delivery satisfied and books it; see docs/decisions/0003-first-revenue-journals.md.
 * Calling it twice for one delivery recognises twice: the caller keeps the delivery's id with the order.
 * @throws HubError QUANTITY_REFUSED for an unknown line, a quantity not above zero, or more than was ordered.
 */
export function recogniseDelivery(contract: RevenueContract, delivery: Delivery, chart: ChartOfAccounts): Recognition {
  const units = unitsOf(delivery, contract);
  const obligations = contract.obligations.map((before) => {
    const now = units.get(before.lineId);
    return { before, after: now === undefined ? before : perform(before, now) };
  });
  const book = contract.status === 'open' ? billAll : release;
  const { lines, ...balances } = book(contract, obligations, drafter(chart));

  const performed = obligations.map(({ after }) => after);
  const satisfied = performed.every((o) => o.trigger !== 'over-time' && o.deliveredQuantity === o.quantity);
  const after: RevenueContract = {
    ...contract,
    ...balances,
    obligations: performed,
    status: satisfied ? 'satisfied' : 'performing',
    version: contract.version + 1,
  };
  if (lines.length === 0) return { contract: after, journal: undefined };

  const { orderId, orderNumber, contractId, currency, baseCurrency, rate } = contract;
  const journal: JournalEntry = {
    key: `J-${delivery.deliveryId}`,
    orderId,
    orderNumber,
    contractId,
    deliveryId: delivery.deliveryId,
    date: delivery.date,
    period: delivery.date.slice(0, 7),
    currency,
    baseCurrency,
    rate,
    memo: {
      en: `Delivery ${delivery.deliveryId} of order ${orderNumber}`,
      zh: `订单 ${orderNumber} 交付 ${delivery.deliveryId}`,
    },
    lines,
  };
  assertBalanced(journal);
  return { contract: after, journal };
}
