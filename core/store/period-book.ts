import type { Clock } from '../clock.js';
import { HubError } from '../errors/hub-error.js';
import { addDays, lastDayOf, periodOf } from '../revenue/days.js';
import { isDuplicateKey } from './connect.js';
import { grouped } from './grouped.js';
import type { JournalDoc, PeriodDoc, PeriodTotals, Reservation, VoidedNumber } from './models/books.js';
import type { HubModels } from './models/index.js';
import type { ActorStamp } from './models/order.js';

/** The only book so far; heads and numbers are kept by book, so that a second one needs no new shape. */
export const BOOK = 'main';
/** A writer that is silent for so long after reserving is taken for dead; a slow one reserves elsewhere. */
export const WRITER_MS = 60_000;

/** Where a journal goes. */
export interface Place {
  readonly period: string;
  readonly number: number;
}

export const periodAfter = (period: string): string => periodOf(addDays(lastDayOf(period), 1));

/** A fact keeps its day in its own month; in a later month it is booked on the first day. */
export const bookingIn = (period: string, date: string): { date: string; period: string } => ({
  period,
  date: periodOf(date) === period ? date : `${period}-01`,
});

const idOf = (period: string): string => `${BOOK}/${period}`;

export type PeriodBook = ReturnType<typeof periodBook>;

/**
 * Heads of periods. A journal reserves its number in an open head, is inserted under (book, period, number), and the
 * reservation goes. A head that is closing gives no more numbers; what was reserved before is written or voided, since
 * two documents cannot have one number. Periods shut in order, so one look at the last shut one tells where to book.
 */
export function periodBook(models: HubModels, clock: Clock) {
  const { periods, journals } = models;

  const head = async (period: string): Promise<PeriodDoc | undefined> =>
    (await periods.findOne({ _id: idOf(period) }).lean<PeriodDoc>()) ?? undefined;

  /** The head of a period; an open one is made when there is none. */
  async function headOrNew(period: string): Promise<PeriodDoc> {
    const there = await head(period);
    if (there !== undefined) return there;
    const fresh: PeriodDoc = { _id: idOf(period), book: BOOK, period, state: 'open', nextNumber: 1, reserved: [] };
    try {
      await periods.create(fresh);
      return fresh;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return headOrNew(period);
    }
  }

  /** The last period that is closing or closed. */
  async function lastShut(): Promise<string | undefined> {
    const shut = { book: BOOK, state: { $in: ['closing', 'closed'] as const } };
    return (await periods.findOne(shut, { period: 1 }).sort({ period: -1 }).lean())?.period;
  }

  /** Numbers for several journals in one write; undefined for all when the period is not open. */
  async function take(period: string, keys: readonly string[]): Promise<(number | undefined)[]> {
    for (;;) {
      const { state, nextNumber } = await headOrNew(period);
      if (state !== 'open') return keys.map(() => undefined);
      const reserved: Reservation[] = keys.map((key, i) => ({ number: nextNumber + i, key, at: clock.now() }));
      const { matchedCount } = await periods.updateOne(
        { _id: idOf(period), state: 'open', nextNumber },
        { $inc: { nextNumber: keys.length }, $push: { reserved: { $each: reserved } } },
      );
      if (matchedCount === 1) return reserved.map(({ number }) => number);
    }
  }
  const takers = new Map<string, (key: string) => Promise<number | undefined>>();
  function taker(period: string): (key: string) => Promise<number | undefined> {
    const there = takers.get(period) ?? grouped<string, number | undefined>((keys) => take(period, keys));
    takers.set(period, there);
    return there;
  }

  async function releaseAll(places: readonly Place[]): Promise<undefined[]> {
    for (const period of new Set(places.map((place) => place.period))) {
      const numbers = places.filter((place) => place.period === period).map(({ number }) => number);
      await periods.updateOne({ _id: idOf(period) }, { $pull: { reserved: { number: { $in: numbers } } } });
    }
    return places.map(() => undefined);
  }
  /** Takes a reservation away: its number is written or voided. */
  const release = grouped(releaseAll);

  /** Fills a reserved number with a void. @returns false when its journal is there. */
  async function voidNumber({ period, number }: Place, key: string): Promise<boolean> {
    const at = clock.now();
    const voided: VoidedNumber = { _id: `${idOf(period)}/${number}`, book: BOOK, period, number, voided: key, at };
    try {
      await journals.create(voided as unknown as JournalDoc); // shares the unique number, and nothing else
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return (await journals.countDocuments({ _id: voided._id })) === 1;
    }
  }

  async function giveBack(place: Place, key: string): Promise<void> {
    await voidNumber(place, key);
    await release(place);
  }

  /** A number for a journal in the wanted period, or in the first open one after it. */
  async function reserve(key: string, wanted: string): Promise<Place> {
    for (;;) {
      const shut = await lastShut();
      const period = shut === undefined || shut < wanted ? wanted : periodAfter(shut);
      const number = await taker(period)(key);
      if (number === undefined) continue;
      const shutSince = await lastShut();
      if (shutSince === undefined || shutSince < period) return { period, number };
      await giveBack({ period, number }, key); // a later period began to close between the two looks
    }
  }

  /** The first earlier period that is not closed, of those that have a head. */
  const openBefore = async (period: string): Promise<PeriodDoc | undefined> =>
    (await periods
      .findOne({ book: BOOK, state: { $in: ['open', 'closing'] }, period: { $lt: period } })
      .sort({ period: 1 })
      .lean<PeriodDoc>()) ?? undefined;

  async function askClose(period: string, by: ActorStamp): Promise<PeriodDoc> {
    const { _id } = await headOrNew(period);
    const closeAsked = { by, at: clock.now() };
    await periods.updateOne({ _id, state: 'open', closeAsked: { $exists: false } }, { $set: { closeAsked } });
    return headOrNew(period);
  }

  const tell = async (period: string, progress: PeriodDoc['progress']): Promise<void> => {
    await periods.updateOne({ _id: idOf(period), state: { $ne: 'closed' } }, { $set: { progress } });
  };

  /** No more numbers are given from here on. */
  const shut = async (period: string): Promise<void> => {
    await periods.updateOne({ _id: idOf(period), state: 'open' }, { $set: { state: 'closing' } });
  };

  /** Writes off the numbers of a closing period that nobody will write. @returns how many are still waited for. */
  async function settleReservations(period: string): Promise<number> {
    const dead = clock.now().getTime() - WRITER_MS;
    let waiting = 0;
    for (const { number, key, at } of (await headOrNew(period)).reserved) {
      const isWritten = (await journals.countDocuments({ book: BOOK, period, number })) === 1;
      if (!isWritten && at.getTime() > dead) waiting += 1;
      else if (isWritten) await release({ period, number });
      else await giveBack({ period, number }, key);
    }
    return waiting;
  }

  /** @throws HubError PERIOD_NOT_SETTLED when the totals are not those of a settled, closing period. */
  async function finish(period: string, totals: PeriodTotals): Promise<PeriodDoc> {
    const before = await headOrNew(period);
    if (before.state === 'closed') return before;
    const given = totals.journals + totals.voided;
    if (before.state !== 'closing' || before.reserved.length > 0 || given !== before.nextNumber - 1) {
      throw new HubError('PERIOD_NOT_SETTLED', { period, given, numbers: before.nextNumber - 1 });
    }
    const closed = { state: 'closed' as const, totals, closedAt: clock.now() };
    const closedBy = before.closeAsked === undefined ? {} : { closedBy: before.closeAsked.by };
    await periods.updateOne(
      { _id: before._id, state: 'closing' },
      { $set: { ...closed, ...closedBy, 'progress.due': 0, 'progress.blockers': [] } },
    );
    return headOrNew(period);
  }

  /** Periods whose close was asked for and is not done, oldest first. */
  const unfinished = (): Promise<PeriodDoc[]> =>
    periods
      .find({ book: BOOK, state: { $in: ['open', 'closing'] }, closeAsked: { $exists: true } })
      .sort({ period: 1 })
      .limit(120)
      .lean<PeriodDoc[]>();

  return {
    head,
    lastShut,
    reserve,
    release,
    giveBack,
    voidNumber,
    openBefore,
    askClose,
    tell,
    shut,
    settleReservations,
    finish,
    unfinished,
  };
}
