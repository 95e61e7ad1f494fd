import type { Clock } from '../clock.js';
import { HubError } from '../errors/hub-error.js';
import { businessDate } from '../order/business-date.js';
import { lastDayOf } from '../revenue/days.js';
import type { PeriodDoc } from '../store/models/books.js';
import type { HubModels } from '../store/models/index.js';
import type { ActorStamp } from '../store/models/order.js';
import type { PeriodBook } from '../store/period-book.js';
import { periodTotals } from '../store/period-totals.js';
import type { accruer } from './accrue.js';

export interface CloseDeps {
  readonly models: HubModels;
  readonly clock: Clock;
  /** Zone in which a month ends. */
  readonly zone: string;
  readonly periods: PeriodBook;
  readonly accruer: ReturnType<typeof accruer>;
}

export type PeriodClose = ReturnType<typeof periodClose>;

const refuseOpen = (period: string, earlier: string): never => {
  throw new HubError('PERIOD_EARLIER_OPEN', { period, earlier });
};

/**
 * Closing a period: accrue what its contracts still owe it, shut the head, settle the numbers that were reserved, total.
 * Each step looks at what is there and can be repeated, so a close that a crash interrupted goes on where it was. There
 * is no way back: what belongs to a closed period and comes late is booked in the first open one.
 */
export function periodClose({ models, clock, zone, periods, accruer }: CloseDeps) {
  /** @throws HubError PERIOD_NOT_ENDED, PERIOD_EARLIER_OPEN */
  async function refuseTooEarly(period: string): Promise<void> {
    const today = businessDate(clock.now(), zone);
    const end = lastDayOf(period);
    if (today <= end) throw new HubError('PERIOD_NOT_ENDED', { period, end, today });
    const head = await periods.openBefore(period);
    if (head !== undefined && !(await closesAlong(head))) refuseOpen(period, head.period);
    const due = await accruer.dueBetween(await periods.lastShut(), period);
    if (due !== undefined) refuseOpen(period, due);
  }

  /** An earlier head without a journal, made by a writer that then went elsewhere, needs nobody's word to be closed. */
  const closesAlong = async ({ book, period }: PeriodDoc): Promise<boolean> =>
    (await models.journals.findOne({ book, period, entry: { $exists: true } }, { _id: 1 }).lean()) === null;

  /** Settles and totals one shut period. @returns the head, closed when nobody is waited for any more. */
  async function settle(head: PeriodDoc): Promise<PeriodDoc> {
    await periods.shut(head.period);
    if ((await periods.settleReservations(head.period)) > 0) return (await periods.head(head.period)) ?? head;
    return periods.finish(head.period, await periodTotals(models, head.period));
  }

  async function settleInOrder(head: PeriodDoc): Promise<PeriodDoc> {
    await periods.shut(head.period); // from here on no earlier period can get a journal
    for (;;) {
      const before = await periods.openBefore(head.period);
      if (before === undefined) return settle(head);
      if (head.closeAsked !== undefined) await periods.askClose(before.period, head.closeAsked.by);
      if ((await settle(before)).state !== 'closed') return (await periods.head(head.period)) ?? head;
    }
  }

  /**
   * Does what can be done now for a period whose close was asked for.
   * @returns the head: closed; closing while a writer is waited for; open with its progress while contracts are due.
   */
  async function step(period: string): Promise<PeriodDoc | undefined> {
    const head = await periods.head(period);
    if (head?.closeAsked === undefined || head.state === 'closed') return head;
    if (head.state === 'open') {
      const { due, blockers } = await accruer.accrue(period, head.closeAsked.by);
      const progress = { total: Math.max(head.progress?.total ?? 0, due), due, blockers };
      await periods.tell(period, progress);
      if (due > 0) return { ...head, progress };
    }
    return settleInOrder(head);
  }

  /**
   * Asks for the close and takes the first step; asking again takes up what was blocked. A closed period stays as it is.
   * @throws HubError PERIOD_NOT_ENDED, PERIOD_EARLIER_OPEN
   */
  async function close(period: string, by: ActorStamp): Promise<PeriodDoc> {
    const there = await periods.head(period);
    if (there?.state === 'closed') return there;
    if (there?.closeAsked === undefined) await refuseTooEarly(period);
    await accruer.retry(there?.progress?.blockers ?? []);
    const asked = await periods.askClose(period, by);
    return (await step(period)) ?? asked;
  }

  /** Takes the next step of every close that is not done. @returns true when one of them got on. */
  async function resume(): Promise<boolean> {
    let moved = false;
    for (const before of await periods.unfinished()) {
      const after = await step(before.period);
      moved = moved || after?.state !== before.state || after.progress?.due !== before.progress?.due;
    }
    return moved;
  }

  return { close, resume };
}
