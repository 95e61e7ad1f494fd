import type { Label } from '../connector/contract.js';
import { sum, writeMoney } from '../order/money.js';
import type { ChartOfAccounts, LogicalAccount } from './accounts.js';
import type { Balance, ContractObligation, RevenueContract } from './contract.js';
import { convertLines, type DraftLine, take } from './convert.js';
import type { JournalLine, Side } from './journal.js';

/** What a contract's obligations say should stand on its accounts. Minor units. */
interface Position {
  readonly receivable: number;
  readonly liability: number;
  readonly asset: number;
  readonly outputVat: number;
  readonly pendingVat: number;
}

function positionOf(obligations: readonly ContractObligation[]): Position {
  const billed = sum(obligations.map((o) => o.billedMinor));
  const billedTax = sum(obligations.map((o) => o.billedTaxMinor));
  const outputVat = sum(obligations.map((o) => o.taxReleasedMinor));
  const net = billed - sum(obligations.map((o) => o.recognisedMinor));
  return {
    receivable: sum([billed, billedTax]),
    liability: Math.max(net, 0),
    asset: Math.max(0 - net, 0),
    outputVat,
    pendingVat: billedTax - outputVat,
  };
}

const WHY = {
  due: { en: 'billed: the right to it is unconditional (IFRS 15.108)', zh: '已开票，收款权无条件（第 108 段）' },
  credited: { en: 'credited to the customer', zh: '已贷记客户' },
  liability: { en: 'billed, not yet performed (IFRS 15.106)', zh: '已开票尚未履约（第 106 段）' },
  performed: { en: 'performed now, billed before (IFRS 15.106)', zh: '本次履约，冲减合同负债（第 106 段）' },
  asset: { en: 'performed, not yet billed (IFRS 15.107)', zh: '已履约尚未开票（第 107 段）' },
  invoiced: { en: 'performed before, billed now (IFRS 15.107)', zh: '此前已履约，本次开票（第 107 段）' },
  pending: {
    en: 'VAT of what is not yet performed (Caikuai [2016] 22)',
    zh: '未履约部分的待转销项税额（财会〔2016〕22号）',
  },
  released: {
    en: 'VAT of what is performed now (Caikuai [2016] 22)',
    zh: '本次履约转出的待转销项税额（财会〔2016〕22号）',
  },
} as const satisfies Record<string, Label>;

/** Why a line's revenue or VAT moved, for a reader of the ledger. */
function whyMoved(after: ContractObligation, before: ContractObligation | undefined, currency: string) {
  const { deliveredQuantity, quantity } = after;
  const allocated = writeMoney(after.allocatedMinor, currency);
  const earlier = writeMoney(before?.recognisedMinor ?? 0, currency);
  const timed = after.trigger === 'over-time';
  const part = timed
    ? { en: `${deliveredQuantity} of ${quantity} in service`, zh: `已开通 ${deliveredQuantity}/${quantity}` }
    : { en: `${deliveredQuantity} of ${quantity} delivered`, zh: `已交付 ${deliveredQuantity}/${quantity}` };
  const share = timed
    ? { en: 'the days that passed of', zh: '按已服务天数确认分摊额' }
    : { en: 'that share of', zh: '按比例确认分摊额' };
  return {
    revenue: {
      en: `${part.en}: ${share.en} ${allocated}, less ${earlier} recognised before`,
      zh: `${part.zh}：${share.zh} ${allocated}，减此前已确认 ${earlier}`,
    },
    vat: { en: `VAT of what is performed and billed, ${part.en}`, zh: `${part.zh} 对应的销项税额` },
  };
}

export interface Booking {
  readonly contract: RevenueContract;
  readonly lines: readonly JournalLine[];
}

/** Accounts that carry a balance of the contract, by side and by the contract's field. */
const KEPT = {
  receivable: { side: 'debit', account: (l: JournalLine) => l.account === 'receivable' },
  contractAsset: { side: 'debit', account: (l: JournalLine) => l.account === 'contractAsset' },
  contractLiability: { side: 'credit', account: (l: JournalLine) => l.account === 'contractLiability' },
  pendingVat: { side: 'credit', account: (l: JournalLine) => l.account === 'pendingOutputVat' },
  outputVat: { side: 'credit', account: (l: JournalLine) => l.account === 'outputVat' },
  revenue: { side: 'credit', account: (l: JournalLine) => l.account.startsWith('revenue.') },
} as const;

function moved(contract: RevenueContract, lines: readonly JournalLine[]): RevenueContract {
  const after = (field: keyof typeof KEPT): Balance => {
    const { side, account } = KEPT[field];
    const of = (pick: 'amountMinor' | 'baseMinor'): number =>
      sum(lines.filter(account).map((line) => (line.side === side ? line[pick] : 0 - line[pick])));
    return {
      minor: contract[field].minor + of('amountMinor'),
      baseMinor: contract[field].baseMinor + of('baseMinor'),
    };
  };
  return {
    ...contract,
    receivable: after('receivable'),
    contractAsset: after('contractAsset'),
    contractLiability: after('contractLiability'),
    pendingVat: after('pendingVat'),
    outputVat: after('outputVat'),
    revenue: after('revenue'),
  };
}

/**
 * Books the difference between what stands on the contract's accounts and what its obligations say: it balances by
 * construction. What takes back (revenue, VAT or receivable fall) is in red letters: every line on the side on which its
 * account grows, with negative amounts (红字), so that turnover is not inflated; see docs/decisions/0003.
 * @param contract with obligations after the fact and balances before it.
 * @param before its obligations before the fact.
 */
export function book(
  contract: RevenueContract,
  before: readonly ContractObligation[],
  chart: ChartOfAccounts,
): Booking {
  const { currency } = contract;
  const target = positionOf(contract.obligations);
  const old = new Map(before.map((o) => [o.lineId, o]));
  const steps = contract.obligations.map((o) => ({
    o,
    revenue: o.recognisedMinor - (old.get(o.lineId)?.recognisedMinor ?? 0),
    vat: o.taxReleasedMinor - (old.get(o.lineId)?.taxReleasedMinor ?? 0),
  }));
  const delta = {
    receivable: target.receivable - contract.receivable.minor,
    asset: target.asset - contract.contractAsset.minor,
    liability: target.liability - contract.contractLiability.minor,
    pending: target.pendingVat - contract.pendingVat.minor,
  };
  const red = delta.receivable < 0 || steps.some(({ revenue, vat }) => revenue < 0 || vat < 0);
  const sharing =
    steps.some(({ revenue, vat }) => revenue !== 0 || vat > 0) || delta.liability > 0 || delta.pending > 0;

  const draft = (
    account: LogicalAccount,
    side: Side,
    amountMinor: number,
    base: DraftLine['base'],
    why: Label,
    of?: ContractObligation,
  ): DraftLine => ({
    account,
    ...chart[account],
    side,
    amountMinor,
    base,
    why,
    ...(of === undefined ? {} : { lineId: of.lineId, obligationId: of.obligationId }),
  });
  /** A balance that grows on its own side; when it falls it turns to the other one, unless written in red. */
  const balance = (
    account: LogicalAccount,
    own: Side,
    change: number,
    held: Balance,
    grow: DraftLine['base'],
    whys: readonly [Label, Label],
  ): DraftLine => {
    if (change >= 0) return draft(account, own, change, grow, whys[0]);
    const { taken } = take(held, 0 - change);
    if (red) return draft(account, own, change, 0 - taken, whys[1]);
    return draft(account, own === 'debit' ? 'credit' : 'debit', 0 - change, taken, whys[1]);
  };

  const receivable = draft(
    'receivable',
    'debit',
    delta.receivable,
    delta.receivable < 0 && sharing ? 0 - take(contract.receivable, 0 - delta.receivable).taken : 'plug',
    delta.receivable < 0 ? WHY.credited : WHY.due,
  );
  const balances = [
    balance('pendingOutputVat', 'credit', delta.pending, contract.pendingVat, 'share', [WHY.pending, WHY.released]),
    balance('contractLiability', 'credit', delta.liability, contract.contractLiability, 'share', [
      WHY.liability,
      WHY.performed,
    ]),
    balance('contractAsset', 'debit', delta.asset, contract.contractAsset, 'atRate', [WHY.asset, WHY.invoiced]),
  ];
  let heldVat = contract.outputVat;
  const performed = steps.flatMap(({ o, revenue, vat }) => {
    if (revenue === 0 && vat === 0) return [];
    const why = whyMoved(o, old.get(o.lineId), currency);
    const released = vat < 0 ? take(heldVat, 0 - vat) : { taken: 0, left: heldVat };
    heldVat = released.left;
    return [
      draft(`revenue.${o.kind}`, 'credit', revenue, 'share', why.revenue, o),
      draft('outputVat', 'credit', vat, vat < 0 ? 0 - released.taken : 'share', why.vat, o),
    ];
  });
  const debits = [...balances].reverse().filter(({ side }) => side === 'debit');
  const drafts = [receivable, ...debits, ...performed, ...balances.filter(({ side }) => side === 'credit')].filter(
    ({ amountMinor }) => amountMinor !== 0,
  );
  const lines = convertLines(drafts, contract);
  return { contract: moved(contract, lines), lines };
}
