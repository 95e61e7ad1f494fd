import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HubError, toProblem } from '../../../core/errors/hub-error.js';
import type { RevenueFact } from '../../../core/revenue/facts.js';
import type { ContractDoc, JournalDoc } from '../../../core/store/models/books.js';
import { WRITER_MS } from '../../../core/store/period-book.js';
import { type BooksRig, BY, delivered, seat, startBooksRig } from '../../support/books-rig.js';

let rig: BooksRig;
beforeEach(async () => {
  rig = await startBooksRig();
});
afterEach(async () => rig.stop());

const journalsIn = (period: string): Promise<JournalDoc[]> =>
  rig.models.journals
    .find({ period, entry: { $exists: true } })
    .sort({ number: 1 })
    .lean<JournalDoc[]>();
const contract = async (orderId: string): Promise<ContractDoc | null> =>
  rig.models.contracts.findOne({ _id: orderId }).lean<ContractDoc>();
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const repeat = <T>(count: number, make: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(upTo(count).map((i) => make(i - 1)));
const code = (error: unknown): string | undefined => (error instanceof HubError ? error.code : undefined);

/** Steps with the lanes at work between them, until the period is closed or nothing moves. */
async function closeWhole(period: string) {
  let head = await rig.closing.close(period, BY);
  for (let step = 0; step < 50 && head.state !== 'closed'; step += 1) {
    await rig.workLanes();
    const moved = await rig.closing.resume();
    head = (await rig.periods.head(period)) ?? head;
    if (!moved) break;
  }
  return head;
}

describe('numbers', () => {
  test('writers of several processes get each number once, and leave no reservation', async () => {
    const orders = await repeat(24, () => rig.accepted());
    const [one, other] = [rig.books(), rig.books()];
    await Promise.all(orders.map((id, i) => (i % 2 === 0 ? one : other).apply(id, delivered('D1', '2026-11-20'))));
    expect((await journalsIn('2026-11')).map(({ number }) => number)).toEqual(upTo(24));
    expect(await rig.periods.head('2026-11')).toMatchObject({ state: 'open', nextNumber: 25, reserved: [] });
  });

  test('the same fact from two processes at once makes one journal and one step of the contract', async () => {
    const order = await rig.accepted();
    const fact = delivered('D1', '2026-11-20', 'line-01', '4');
    const both = await Promise.all([rig.books().apply(order, fact), rig.books().apply(order, fact)]);
    expect(both.map(({ journalKey }) => journalKey)).toEqual(['J-SO-1-D1', 'J-SO-1-D1']);
    expect(await journalsIn('2026-11')).toHaveLength(1);
    expect(await contract(order)).toMatchObject({ version: 2, facts: [{ kind: 'delivered', id: 'D1' }] });
    expect((await rig.periods.head('2026-11'))?.reserved).toEqual([]);
  });

  test('two facts that make one journal key are told apart', async () => {
    const order = await rig.accepted();
    const books = rig.books();
    await books.apply(order, delivered('R1', '2026-11-20'));
    const lines = [{ lineId: 'line-01', quantity: '1' }];
    const returned: RevenueFact = { kind: 'returned', id: 'R1', date: '2026-11-21', lines };
    const refused = await books.apply(order, returned).catch(code);
    expect(refused).toBe('JOURNAL_KEY_TAKEN');
    expect(await contract(order)).toMatchObject({ version: 2 });
  });
});

describe('a crash between journal and contract', () => {
  const die = (at: string) => (step: string) => {
    if (step === at) throw new Error('power cut');
  };

  test('applying again finds the journal, wherever it was booked, and moves the contract', async () => {
    const order = await rig.accepted();
    const fact = delivered('D1', '2026-11-20', 'line-01', '4');
    await expect(rig.books(die('written')).apply(order, fact)).rejects.toThrow('power cut');
    expect(await contract(order)).toMatchObject({ version: 1, facts: [] });
    expect(await closeWhole('2026-11')).toMatchObject({ state: 'closed', totals: { journals: 1, voided: 0 } });

    const { doc, journalKey } = await rig.books().apply(order, fact);
    expect(journalKey).toBe('J-SO-1-D1');
    const [journal] = await journalsIn('2026-11');
    expect(doc.contract.receivable.minor).toBe(journal?.debitMinor);
    expect(await rig.models.journals.countDocuments({})).toBe(1);
  });

  test('the next fact finishes what it finds before it is applied itself', async () => {
    const order = await rig.accepted();
    const first = delivered('D1', '2026-11-20', 'line-01', '4');
    await expect(rig.books(die('written')).apply(order, first)).rejects.toThrow('power cut');
    await rig.books().apply(order, delivered('D2', '2026-11-21', 'line-01', '6'));
    const after = await contract(order);
    expect(after?.facts.map(({ id }) => id)).toEqual(['D1', 'D2']);
    expect(after?.contract).toMatchObject({ status: 'satisfied', contractLiability: { minor: 0 } });
    await rig.books().apply(order, first);
    expect(await contract(order)).toEqual(after);
  });

  test('a number whose writer died is voided at the close, after it was waited for', async () => {
    const order = await rig.accepted();
    const fact = delivered('D1', '2026-11-20');
    await expect(rig.books(die('reserved')).apply(order, fact)).rejects.toThrow('power cut');
    expect(await closeWhole('2026-11')).toMatchObject({
      state: 'closing',
      reserved: [{ number: 1, key: 'J-SO-1-D1' }],
    });
    rig.clock.pass(WRITER_MS + 1);
    expect(await closeWhole('2026-11')).toMatchObject({ state: 'closed', totals: { journals: 0, voided: 1 } });

    await rig.books().apply(order, fact);
    expect(await journalsIn('2026-12')).toMatchObject([{ _id: 'J-SO-1-D1', number: 1, date: '2026-12-01' }]);
  });

  test('a slow writer whose number was voided books elsewhere', async () => {
    const order = await rig.accepted();
    let waits = 0;
    const slow = rig.books(async (step) => {
      if (step !== 'reserved') return;
      waits += 1;
      if (waits > 1) return;
      rig.clock.pass(WRITER_MS + 1);
      expect(await closeWhole('2026-11')).toMatchObject({ state: 'closed', totals: { journals: 0, voided: 1 } });
    });
    expect(await slow.apply(order, delivered('D1', '2026-11-20'))).toMatchObject({ journalKey: 'J-SO-1-D1' });
    expect(await journalsIn('2026-11')).toEqual([]);
    expect(await journalsIn('2026-12')).toMatchObject([{ date: '2026-12-01', entry: { factDate: '2026-11-20' } }]);
  });
});

describe('closing', () => {
  test('waits for the month to end where the seller is, and for the months before it', async () => {
    rig.clock.pass(-13 * 3_600_000); // 23:00 on 30 November in Shanghai
    expect(await rig.closing.close('2026-11', BY).catch(code)).toBe('PERIOD_NOT_ENDED');
    rig.clock.pass(2 * 3_600_000);
    await rig.books().apply(await rig.accepted(), delivered('D1', '2026-11-20'));
    await rig.books().apply(await rig.accepted(), delivered('D1', '2026-09-20'));
    expect(await rig.closing.close('2026-11', BY).catch(code)).toBe('PERIOD_EARLIER_OPEN');
    expect(await closeWhole('2026-09')).toMatchObject({ state: 'closed' });
    expect(await closeWhole('2026-11')).toMatchObject({ state: 'closed' });
  });

  test('a month without journals must be closed too when a contract has revenue in it', async () => {
    const order = await rig.accepted({ lines: [seat] });
    await rig.books().apply(order, delivered('D1', '2026-11-01'));
    await closeWhole('2026-11');
    rig.clock.pass(62 * 86_400_000);
    expect(await rig.closing.close('2027-01', BY).catch(code)).toBe('PERIOD_EARLIER_OPEN');
    expect(await closeWhole('2026-12')).toMatchObject({ state: 'closed', totals: { journals: 1 } });
    expect(await closeWhole('2027-01')).toMatchObject({ state: 'closed', totals: { journals: 1 } });
  });

  test('recognises what time has earned, once, and adds up', async () => {
    const orders = await repeat(3, () => rig.accepted({ lines: [seat] }));
    for (const order of orders) await rig.books().apply(order, delivered('D1', '2026-11-01'));
    const first = await rig.closing.close('2026-11', BY);
    expect(first).toMatchObject({ state: 'open', progress: { total: 3, due: 3, blockers: [] } });
    const closed = await closeWhole('2026-11');
    expect(closed).toMatchObject({ state: 'closed', closedBy: BY, progress: { total: 3, due: 0 } });
    // 3,650.00 over 365 days; 30 of them passed, three times.
    const { accounts = [] } = closed.totals ?? {};
    expect(accounts.find(({ account }) => account === 'revenue.subscription')).toMatchObject({ creditMinor: 90_000 });
    for (const side of ['Minor', 'BaseMinor'] as const) {
      const [debit, credit] =
        side === 'Minor' ? (['debitMinor', 'creditMinor'] as const) : (['baseDebitMinor', 'baseCreditMinor'] as const);
      const total = (field: typeof debit | typeof credit): number => accounts.reduce((t, a) => t + a[field], 0);
      expect(total(debit)).toBe(total(credit));
      expect(total(debit)).toBeGreaterThan(0);
    }
    const again = await rig.closing.close('2026-11', { ...BY, id: 'someone-else' });
    expect(again).toEqual(closed);
    expect(await rig.workLanes()).toBe(0);
  });

  test('while many journals are written, each is in exactly one period and the totals hold', async () => {
    const orders = await repeat(40, () => rig.accepted());
    const books = rig.books();
    const writing = Promise.all(orders.map((id) => books.apply(id, delivered('D1', '2026-11-20'))));
    await closeWhole('2026-11');
    await writing;
    const closed = await closeWhole('2026-11');
    const [november, december] = [await journalsIn('2026-11'), await journalsIn('2026-12')];
    expect(closed).toMatchObject({ state: 'closed', totals: { journals: november.length } });
    expect(november.length + december.length).toBe(40);
    expect(closed.nextNumber - 1).toBe(november.length + (closed.totals?.voided ?? -1));
    const debit = november.reduce((t, { debitMinor }) => t + debitMinor, 0);
    expect(closed.totals?.accounts.reduce((t, a) => t + a.debitMinor, 0)).toBe(debit);
    expect(december.every(({ date, entry }) => date === '2026-12-01' && entry.factDate === '2026-11-20')).toBe(true);
  });

  test('a late fact is booked in the first open period, and keeps its date', async () => {
    const order = await rig.accepted();
    await closeWhole('2026-10');
    await closeWhole('2026-11');
    await rig.books().apply(order, delivered('D1', '2026-10-15'));
    expect(await journalsIn('2026-12')).toMatchObject([{ date: '2026-12-01', entry: { factDate: '2026-10-15' } }]);
    await rig.books().apply(order, delivered('D2', '2026-12-01'));
    expect(await journalsIn('2026-12')).toHaveLength(2);
  });

  test('an activation that comes after its contract was asked is caught up before the period closes', async () => {
    const order = await rig.accepted({ lines: [{ ...seat, quantity: '2' }] });
    await rig.books().apply(order, delivered('D1', '2026-11-01'));
    await rig.closing.close('2026-11', BY);
    await rig.workLanes();
    await rig.books().apply(order, delivered('D2', '2026-11-16'));
    expect(await closeWhole('2026-11')).toMatchObject({ state: 'closed' });
    const after = await contract(order);
    expect(after?.facts.map(({ id }) => id)).toEqual(['D1', 'P202611', 'D2', 'P202611-2']);
    expect(after?.contract.nextDue).toBe('2026-12');
  });

  test('more contracts than are asked at once get through in several steps', async () => {
    const orders = await repeat(60, () => rig.accepted({ lines: [seat] }));
    const books = rig.books();
    await Promise.all(orders.map((id) => books.apply(id, delivered('D1', '2026-11-01'))));
    const first = await rig.closing.close('2026-11', BY);
    expect(first.progress).toMatchObject({ total: 60, due: 60 });
    expect(await rig.models.contracts.countDocuments({ askedFor: { $exists: true } })).toBe(25);
    const closed = await closeWhole('2026-11');
    expect(closed).toMatchObject({ state: 'closed', totals: { journals: 120, voided: 0 } });
  });

  test('two that close at once, and one that goes on after a crash, close it once', async () => {
    const orders = await repeat(6, () => rig.accepted({ lines: [seat] }));
    for (const order of orders) await rig.books().apply(order, delivered('D1', '2026-11-01'));
    await Promise.all([rig.closing.close('2026-11', BY), rig.closing.close('2026-11', BY), rig.closing.resume()]);
    expect(await rig.workLanes()).toBe(6);
    await rig.periods.shut('2026-11'); // the process ended here, before it settled and totalled
    await Promise.all([rig.closing.resume(), rig.closing.resume()]);
    expect(await rig.periods.head('2026-11')).toMatchObject({ state: 'closed', totals: { journals: 12, voided: 0 } });
    expect(await rig.closing.resume()).toBe(false);
  });

  test('a parked run is named with its cause, and taken up again when the close is asked for again', async () => {
    const order = await rig.accepted({ lines: [seat] });
    await rig.books().apply(order, delivered('D1', '2026-11-01'));
    await rig.closing.close('2026-11', BY);
    const [told] = (await rig.models.orders.findOne({ _id: order }).lean())?.outbox ?? [];
    await rig.models.orders.updateOne({ _id: order }, { $set: { outbox: [] } });
    const problem = toProblem(new HubError('REVENUE_NO_SSP', { line: 1, product: 'SAAS-PRO', currency: 'CNY' }));
    const at = rig.clock.now();
    await rig.models.runs.create({
      ...{ _id: `${order}/1/revenue-posting`, pipeline: 'revenue-posting', revision: 'r', orderId: order, event: told },
      ...{ status: 'parked', tokens: [], steps: [], problem, version: 1, attempts: 0, createdAt: at, updatedAt: at },
    } as never);
    await rig.closing.resume();
    const why = { en: expect.stringContaining('SAAS-PRO'), zh: expect.stringContaining('SAAS-PRO') };
    expect((await rig.periods.head('2026-11'))?.progress?.blockers).toEqual([
      { orderId: order, orderNumber: 'SO-1', why },
    ]);
    await rig.closing.close('2026-11', BY);
    const run = await rig.models.runs.findOne({ orderId: order }).lean();
    expect([run?.status, run?.problem, run?.version]).toEqual(['running', undefined, 2]);
    expect((await rig.periods.head('2026-11'))?.progress?.blockers).toEqual([]);
  });

  test('a contract that nothing takes up is named instead of waited for', async () => {
    const order = await rig.accepted({ lines: [seat] });
    await rig.books().apply(order, delivered('D1', '2026-11-01'));
    await rig.closing.close('2026-11', BY);
    await rig.models.orders.updateOne({ _id: order }, { $set: { outbox: [] }, $unset: { dueAt: 1 } });
    await rig.closing.resume();
    const head = await rig.periods.head('2026-11');
    expect(head).toMatchObject({ state: 'open', progress: { due: 1, blockers: [{ orderId: order }] } });
    expect(head?.progress?.blockers[0]?.why.zh).not.toBe('');
  });
});
