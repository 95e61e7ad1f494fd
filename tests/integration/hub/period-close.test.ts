import { Command } from 'commander';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { revenueCommands } from '../../../core/cli/commands/revenue.js';
import { cliContext } from '../../../core/cli/context.js';
import { businessDate } from '../../../core/order/business-date.js';
import { addDays, daysIn, endOfYearFrom, lastDayOf, periodOf } from '../../../core/revenue/days.js';
import { type Rig, randomKey, startRig, until } from '../../support/hub-rig.js';

const today = businessDate(new Date(), 'Asia/Shanghai');
const current = periodOf(today);
const ended = periodOf(addDays(`${current}-01`, -1));
const first = `${ended}-01`;

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(async () => rig.stop());

const order = {
  schema: 'order/v1',
  orderDate: first,
  currency: 'CNY',
  customer: { code: 'C001', name: '杭州云帆智能制造有限公司', taxNumber: '91330100MA2XXXXX1K' },
  lines: [
    {
      ref: 'l1',
      product: 'SAAS-PRO',
      quantity: '1',
      unitPrice: '3650.00',
      taxRate: '0.06',
      termStart: first,
      termEnd: endOfYearFrom(first),
    },
  ],
};

interface Contract {
  recognised: string;
  billed: string;
  contractLiability: string;
  contractAsset: string;
  nextDue?: string;
}
const contractOf = async (id: string): Promise<Contract | undefined> => {
  const { status, data } = await rig.api.get(`/api/v1/contracts/${id}`);
  return status === 200 ? data : undefined;
};
const keyFor = async (...roles: string[]): Promise<{ headers: { authorization: string } }> => {
  const { data } = await rig.api.post('/api/v1/api-keys', { name: roles.join(), roles });
  return { headers: { authorization: `Bearer ${data.key}` } };
};

/** An order from its entry to the first day of its service. */
async function activated(): Promise<string> {
  const { data } = await rig.api.post('/api/v1/orders', order, { headers: { 'idempotency-key': randomKey() } });
  const id: string = data.orderId;
  const lineId = await until(async () => {
    const { data: view } = await rig.api.get(`/api/v1/orders/${id}`);
    return view.states.commercial === 'accepted' ? String(view.order.lines[0].lineId) : undefined;
  });
  const delivery = { deliveryId: 'T1', date: first, lines: [{ lineId, quantity: '1' }] };
  expect((await rig.api.post(`/api/v1/orders/${id}/deliveries`, delivery)).status).toBe(202);
  await until(async () => (await contractOf(id))?.nextDue === ended);
  return id;
}

test('a month is closed: revenue recognised, posted to Kingdee, added up; once, and by finance', async () => {
  const orders = [await activated(), await activated()];
  const finance = await keyFor('finance');
  const close = (period: string, as = finance) => rig.api.post(`/api/v1/periods/${period}/close`, undefined, as);

  expect((await close(ended, await keyFor('auditor'))).data.code).toBe('ACCESS_DENIED');
  const early = await close(current);
  expect([early.status, early.data.code]).toEqual([409, 'PERIOD_NOT_ENDED']);
  const due = await rig.api.get('/api/v1/contracts', { params: { period: ended } });
  expect(due.data.items.map((c: { orderId: string }) => c.orderId).sort()).toEqual([...orders].sort());

  const asked = await close(ended);
  expect([asked.status, asked.data]).toEqual([202, expect.objectContaining({ progress: expect.anything() })]);
  const closed = await until(async () => {
    const { data } = await rig.api.get(`/api/v1/periods/${ended}`);
    return data.state === 'closed' ? data : undefined;
  });
  const again = await close(ended);
  expect([again.status, again.data]).toEqual([200, closed]);
  expect(closed).toMatchObject({ closedBy: 'finance', totals: { journals: closed.numbers, voided: 0 } });
  expect(closed.numbers).toBeGreaterThanOrEqual(orders.length);

  const days = daysIn(first, lastDayOf(ended));
  const revenue = closed.totals.accounts.find((a: { account: string }) => a.account === 'revenue.subscription');
  expect(revenue).toMatchObject({ debit: '0.00', credit: `${20 * days}.00`, currency: 'CNY' });
  for (const id of orders) {
    const contract = await contractOf(id);
    expect(contract).toMatchObject({ recognised: `${10 * days}.00`, nextDue: current });
    const position = Number(contract?.contractLiability) - Number(contract?.contractAsset);
    expect(position).toBeCloseTo(Number(contract?.billed) - 10 * days, 2);
    const { data } = await rig.api.get('/api/v1/journals', { params: { order: id, period: ended } });
    expect(data.items[0]).toMatchObject({ date: lastDayOf(ended), cause: { kind: 'period' } });
    const axis = await until(async () => {
      const { data: view } = await rig.api.get(`/api/v1/orders/${id}`);
      return view.states.revenue === 'part-recognised';
    });
    expect(axis).toBe(true);
  }
  const books = await until(async () => {
    const seen = await rig.sandbox.inspect<{
      vouchers: { date: string }[];
      totals: Record<'debit' | 'credit', string>;
    }>('kingdee');
    return seen.vouchers.length === closed.numbers ? seen : undefined;
  });
  const total = (field: string): number =>
    closed.totals.accounts.reduce((t: number, a: Record<string, string>) => t + Number(a[field]), 0);
  expect(Number(books.totals.debit)).toBeCloseTo(total('baseDebit'), 2);
  expect(Number(books.totals.credit)).toBeCloseTo(total('baseCredit'), 2);
  const records = await rig.running.hub.models.orders.db.collection('audit').countDocuments({ action: 'period:close' });
  expect(records).toBe(1);
});

test('lists are paged, and the periods tell their state', async () => {
  const { data: one } = await rig.api.get('/api/v1/contracts', { params: { limit: 1 } });
  const { data: two } = await rig.api.get('/api/v1/contracts', { params: { limit: 1, cursor: one.next } });
  expect([one.items.length, two.items.length, two.next]).toEqual([1, 1, undefined]);
  expect(one.items[0].orderId > two.items[0].orderId).toBe(true);
  const { data: due } = await rig.api.get('/api/v1/contracts', { params: { limit: 1, period: current } });
  const { data: next } = await rig.api.get('/api/v1/contracts', {
    params: { limit: 1, period: current, cursor: due.next },
  });
  expect(new Set([due, next].map(({ items }) => items[0].orderId)).size).toBe(2);
  const { data: open } = await rig.api.get('/api/v1/contracts', { params: { status: 'satisfied' } });
  expect(open.items).toEqual([]);
  const { data: periods } = await rig.api.get('/api/v1/periods');
  expect(periods.items).toMatchObject([{ period: ended, state: 'closed' }]);
  expect((await rig.api.get('/api/v1/periods/2020-13')).status).toBe(400);
});

/** What a command prints on standard output. */
async function cli(...args: string[]): Promise<string> {
  const program = new Command();
  revenueCommands(program, cliContext({ DATA_DIR: rig.dataDir }));
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await program.parseAsync(args, { from: 'user' });
    return written.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    written.mockRestore();
  }
}

test('the command line shows balances, journals, periods and the totals of a closed month', async () => {
  const [contract] = JSON.parse(await cli('revenue', 'contracts', '--json')).items;
  expect(contract).toMatchObject({ transactionPrice: '3650.00', currency: 'CNY' });
  expect(await cli('revenue', 'contracts')).toContain(`${contract.orderNumber}  performing  CNY`);
  const journals = (await cli('revenue', 'journals', '--period', ended)).trim().split('\n');
  expect(journals[0]).toMatch(/^.{0,9}period +no +date +journal/);
  expect(journals.join()).toContain(`J-${contract.orderNumber}-P${ended.replace('-', '')}`);
  expect(await cli('revenue', 'periods')).toMatch(new RegExp(`${ended}\\s+closed\\s+${journals.length - 1}`));
  const totals = await cli('revenue', 'close', '--period', ended);
  expect(totals).toContain(`${ended} closed`);
  expect(totals).toContain('6001');
});
