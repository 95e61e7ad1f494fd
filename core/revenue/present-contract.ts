import { sum, writeMoney } from '../order/money.js';
import type { ContractObligation, RevenueContract } from './contract.js';

const explain = (
  { explanation: e, standAloneMinor }: ContractObligation,
  totalStandAloneMinor: number,
  currency: string,
) => {
  const money = (minor: number): string => writeMoney(minor, currency);
  const floor = money(Number(e.floorMinor));
  const rank = `${e.remainderRank}/${e.parts}`;
  return {
    formula: `${money(e.transactionPriceMinor)} × ${money(standAloneMinor)} ÷ ${money(totalStandAloneMinor)}`,
    /** Exact share in minor units. */
    fraction: `${e.numerator}/${e.denominator}`,
    rounding: `${floor} rounded down; remainder rank ${rank}${e.extraUnit ? ', one unit more' : ''}`,
    roundingZh: `向下取整 ${floor}；余数排名 ${rank}${e.extraUnit ? '，加一个最小单位' : ''}`,
    paragraph: e.paragraph,
  };
};

/** A contract as API, console and rules see it; money is decimal text in the contract's currency. */
export function presentContract(contract: RevenueContract) {
  const { currency, obligations } = contract;
  const money = (minor: number): string => writeMoney(minor, currency);
  const totalStandAlone = sum(obligations.map((o) => o.standAloneMinor));
  return {
    contractId: contract.contractId,
    status: contract.status,
    currency,
    transactionPrice: money(contract.transactionPriceMinor),
    recognised: money(sum(obligations.map((o) => o.recognisedMinor))),
    contractLiability: money(contract.contractLiability.minor),
    receivable: money(contract.receivable.minor),
    pendingVat: money(contract.pendingVat.minor),
    obligations: obligations.map((o) => ({
      obligationId: o.obligationId,
      lineId: o.lineId,
      name: o.name,
      nameZh: o.nameZh,
      kind: o.kind,
      trigger: o.trigger,
      quantity: o.quantity,
      deliveredQuantity: o.deliveredQuantity,
      net: money(o.netMinor),
      standAlonePrice: money(o.standAloneMinor),
      allocated: money(o.allocatedMinor),
      /** Allocated less invoice price: what allocation moved to this line. */
      difference: money(o.allocatedMinor - o.netMinor),
      recognised: money(o.recognisedMinor),
      explain: explain(o, totalStandAlone, currency),
    })),
  };
}
export type PresentedContract = ReturnType<typeof presentContract>;
