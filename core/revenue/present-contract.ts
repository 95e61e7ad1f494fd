import { writeMoney } from '../order/money.js';
import type { ContractObligation, RevenueContract } from './contract.js';
import { scheduleOf } from './contract-schedule.js';

type Money = (minor: number) => string;

const explain = ({ explanation: e }: ContractObligation, money: Money) => {
  const floor = money(Number(e.floorMinor));
  const rank = `${e.remainderRank}/${e.parts}`;
  const kept = e.keptMinor === 0 ? '' : `${money(e.keptMinor)} + `;
  return {
    formula: `${kept}${money(e.transactionPriceMinor)} × ${money(e.worthMinor)} ÷ ${money(e.totalWorthMinor)}`,
    /** Exact share in minor units. */
    fraction: `${e.numerator}/${e.denominator}`,
    rounding: `${floor} rounded down; remainder rank ${rank}${e.extraUnit ? ', one unit more' : ''}`,
    roundingZh: `向下取整 ${floor}；余数排名 ${rank}${e.extraUnit ? '，加一个最小单位' : ''}`,
    paragraph: e.paragraph,
  };
};

/** The planned months of every obligation, and the days and units they come from. */
const presentSchedules = (contract: RevenueContract, money: Money) =>
  new Map(
    scheduleOf(contract).map((schedule) => [
      schedule.obligationId,
      {
        performed: money(schedule.performedMinor),
        unscheduled: money(schedule.unscheduledMinor),
        months: schedule.months.map(({ period, amountMinor, recognised }) => ({
          period,
          amount: money(amountMinor),
          recognised,
        })),
        segments: schedule.segments.map(({ from, to, units, amountMinor, through }) => ({
          from,
          to,
          units,
          amount: money(amountMinor),
          ...(through === undefined ? {} : { recognisedThrough: through }),
        })),
      },
    ]),
  );

/** A contract as API, console and rules see it; money is decimal text in the contract's currency. */
export function presentContract(contract: RevenueContract) {
  const { currency, recognisedThrough, nextDue } = contract;
  const money: Money = (minor) => writeMoney(minor, currency);
  const schedules = presentSchedules(contract, money);
  return {
    contractId: contract.contractId,
    orderNumber: contract.orderNumber,
    status: contract.status,
    version: contract.version,
    currency,
    baseCurrency: contract.baseCurrency,
    rate: contract.rate,
    transactionPrice: money(contract.transactionPriceMinor),
    tax: money(contract.taxMinor),
    recognised: money(contract.recognisedMinor),
    remaining: money(contract.transactionPriceMinor - contract.recognisedMinor),
    billed: money(contract.billedMinor),
    receivable: money(contract.receivable.minor),
    contractLiability: money(contract.contractLiability.minor),
    contractAsset: money(contract.contractAsset.minor),
    outputVat: money(contract.outputVat.minor),
    pendingVat: money(contract.pendingVat.minor),
    ...(recognisedThrough === undefined ? {} : { recognisedThrough }),
    ...(nextDue === undefined ? {} : { nextDue }),
    modifications: contract.modifications.map(({ changeMinor, remainingMinor, lineIds, ...rest }) => ({
      ...rest,
      lineIds: [...lineIds],
      change: money(changeMinor),
      reallocated: money(remainingMinor),
    })),
    obligations: contract.obligations.map((o) => ({
      obligationId: o.obligationId,
      lineId: o.lineId,
      name: o.name,
      nameZh: o.nameZh,
      kind: o.kind,
      trigger: o.trigger,
      billing: o.billing,
      quantity: o.quantity,
      deliveredQuantity: o.deliveredQuantity,
      cancelledQuantity: o.cancelledQuantity,
      returnedQuantity: o.returnedQuantity,
      complete: o.complete,
      net: money(o.netMinor),
      standAlonePrice: money(o.standAloneMinor),
      allocated: money(o.allocatedMinor),
      /** Allocated less invoice price: what allocation moved to this line. */
      difference: money(o.allocatedMinor - o.netMinor),
      recognised: money(o.recognisedMinor),
      billed: money(o.billedMinor),
      schedule: schedules.get(o.obligationId),
      explain: explain(o, money),
    })),
  };
}
export type PresentedContract = ReturnType<typeof presentContract>;
