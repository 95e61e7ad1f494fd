import type { Clock } from '../clock.js';
import { HubError, type Problem } from '../errors/hub-error.js';
import type { OrderCommands } from '../pipeline/order-commands.js';
import { lastDayOf } from '../revenue/days.js';
import type { Blocker, ContractDoc } from '../store/models/books.js';
import type { HubModels } from '../store/models/index.js';
import type { ActorStamp } from '../store/models/order.js';
import type { RunDoc } from '../store/models/work.js';
import { periodAfter } from '../store/period-book.js';

const WINDOW = 500;
/** Asked side by side, so that the store writes them together. */
const AT_ONCE = 25;
const SHOWN_BLOCKERS = 50;
export const PERIOD_ENDED = 'revenue.period-ended';

export interface AccrueDeps {
  readonly models: HubModels;
  readonly clock: Clock;
  readonly commands: Pick<OrderCommands, 'emit'>;
  readonly poke: (orderId: string) => void;
  /** Contracts that are asked and not yet done, 500 unless told; more are asked as these get through. */
  readonly window?: number;
}

/** `P202611`, and `P202611-2` when a late activation of that month came after the first. */
export function periodFactId(period: string, facts: ContractDoc['facts']): string {
  const first = `P${period.replace('-', '')}`;
  const before = facts.filter(({ kind, id }) => kind === 'period' && (id === first || id.startsWith(`${first}-`)));
  return before.length === 0 ? first : `${first}-${before.length + 1}`;
}

const NO_RUN = { en: 'no pipeline takes it up', zh: '没有流程处理该合同的期末确认' };
const NOT_RUN = { en: 'its run was cancelled', zh: '其流程已取消' };
const whyOf = ({ title, titleZh, fix, fixZh }: Problem) => ({ en: `${title}. ${fix}`, zh: `${titleZh}。${fixZh}` });

/** Why a run does not get on; undefined while it does. */
const stuck = ({ status, problem }: Pick<RunDoc, 'status' | 'problem'>) => {
  if (status === 'running' || status === 'waiting') return undefined;
  return problem === undefined ? NOT_RUN : whyOf(problem);
};

/** Tells every order whose contract has revenue left in a period that the period ended; its pipeline recognises it. */
export function accruer({ models, clock, commands, poke, window = WINDOW }: AccrueDeps) {
  const { contracts, runs } = models;
  const dueBy = (period: string) => ({ 'contract.nextDue': { $lte: period } });

  async function ask(
    { _id, facts }: Pick<ContractDoc, '_id' | 'facts'>,
    period: string,
    by: ActorStamp,
  ): Promise<void> {
    const id = periodFactId(period, facts);
    const data = { id, period, through: lastDayOf(period) };
    try {
      await commands.emit({ orderId: _id, key: `close/${id}`, depth: 0, actor: by }, { type: PERIOD_ENDED, data });
    } catch (error) {
      if (error instanceof HubError && error.cure === 'wait') return; // asked again with the next step
      throw error;
    }
    // A contract that was faster than this line stays as it is: a fact more makes another asking.
    await contracts.updateOne({ _id, 'facts.id': { $ne: id } }, { $set: { askedFor: id } });
    poke(_id);
  }

  /** Asked contracts that nothing moves any more: their run is parked or gone, or there never was one. */
  async function blockersAmong(asked: readonly ContractDoc[]): Promise<Blocker[]> {
    const ids = asked.map(({ _id }) => _id);
    const [mine, orders] = await Promise.all([
      runs
        .find({ orderId: { $in: ids }, 'event.type': PERIOD_ENDED }, { orderId: 1, status: 1, event: 1, problem: 1 })
        .lean<RunDoc[]>(),
      models.orders.find({ _id: { $in: ids } }, { outbox: 1 }).lean(),
    ]);
    const untold = new Set(orders.filter(({ outbox }) => outbox.length > 0).map(({ _id }) => _id));
    return asked.flatMap(({ _id, askedFor, contract: { orderNumber } }) => {
      if (untold.has(_id)) return [];
      const own = mine.filter(({ orderId, event }) => orderId === _id && event.data['id'] === askedFor);
      const reasons = own.map(stuck);
      const why = own.length === 0 ? NO_RUN : reasons.find((reason) => reason !== undefined);
      return why === undefined || reasons.includes(undefined) ? [] : [{ orderId: _id, orderNumber, why }];
    });
  }

  /** Asks the next contracts, at most a window's worth at once. @returns how many are left, and what holds them up. */
  async function accrue(period: string, by: ActorStamp): Promise<{ due: number; blockers: Blocker[] }> {
    const asked = await contracts
      .find({ askedFor: { $gt: '' }, ...dueBy(period) })
      .sort({ askedFor: 1, _id: 1 })
      .limit(window)
      .lean<ContractDoc[]>();
    if (asked.length < window) {
      const next = await contracts
        .find({ ...dueBy(period), askedFor: { $exists: false } }, { facts: 1 })
        .sort({ 'contract.nextDue': 1, _id: 1 })
        .limit(window - asked.length)
        .lean<Pick<ContractDoc, '_id' | 'facts'>[]>();
      for (let from = 0; from < next.length; from += AT_ONCE) {
        await Promise.all(next.slice(from, from + AT_ONCE).map((contract) => ask(contract, period, by)));
      }
    }
    const [due, blockers] = [await countDue(period), await blockersAmong(asked)];
    return { due, blockers: blockers.slice(0, SHOWN_BLOCKERS) };
  }

  /** Takes up again the parked runs of blocked contracts, once their cause is cured. */
  async function retry(blockers: readonly Blocker[]): Promise<void> {
    const orderId = { $in: blockers.map((blocker) => blocker.orderId) };
    await runs.updateMany(
      { orderId, status: 'parked', 'event.type': PERIOD_ENDED },
      {
        $set: { status: 'running', dueAt: clock.now(), updatedAt: clock.now() },
        $unset: { problem: 1 },
        $inc: { version: 1 },
      },
    );
    for (const blocker of blockers) poke(blocker.orderId);
  }

  /** The first period with revenue left, within bounds. */
  async function firstDue(bounds: { $gt?: string; $lt?: string; $lte?: string }): Promise<string | undefined> {
    const first = await contracts
      .findOne({ 'contract.nextDue': bounds }, { 'contract.nextDue': 1 })
      .sort({ 'contract.nextDue': 1, _id: 1 })
      .lean<Pick<ContractDoc, 'contract'>>();
    return first?.contract.nextDue;
  }

  /** Counted month by month, which the index answers alone; a range would read every contract. */
  async function countDue(period: string): Promise<number> {
    const months: string[] = [];
    let month = await firstDue({ $lte: period });
    for (; month !== undefined && month <= period; month = periodAfter(month)) months.push(month);
    return months.length === 0 ? 0 : contracts.countDocuments({ 'contract.nextDue': { $in: months } });
  }

  /** The first period before this one, after the last closed one, in which a contract has revenue left. */
  const dueBetween = (closed: string | undefined, period: string): Promise<string | undefined> =>
    firstDue({ ...(closed === undefined ? {} : { $gt: closed }), $lt: period });

  return { accrue, retry, dueBetween };
}
