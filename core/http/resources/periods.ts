import Type from 'typebox';
import { HubError } from '../../errors/hub-error.js';
import { writeMoney } from '../../order/money.js';
import type { AccountTotal, PeriodDoc } from '../../store/models/books.js';
import { BOOK } from '../../store/period-book.js';
import { type Route, route } from '../route.js';
import type { ResourceDeps } from './deps.js';
import { PeriodText } from './revenue.js';
import { iso, Open, PageOf, page, pageQuery } from './schemas.js';

const presentAccount = ({ code, account, name, currency, baseCurrency, ...sums }: AccountTotal) => ({
  ...{ code, account, name, currency, baseCurrency },
  debit: writeMoney(sums.debitMinor, currency),
  credit: writeMoney(sums.creditMinor, currency),
  baseDebit: writeMoney(sums.baseDebitMinor, baseCurrency),
  baseCredit: writeMoney(sums.baseCreditMinor, baseCurrency),
});

/** A period as API, CLI and console see it. `totals` are there once it is closed. */
export function presentPeriod({ period, state, nextNumber, reserved, closeAsked, progress, ...head }: PeriodDoc) {
  const { totals, closedAt, closedBy } = head;
  return {
    period,
    state,
    numbers: nextNumber - 1,
    reserved: reserved.length,
    ...(closeAsked === undefined ? {} : { closeAsked: { by: closeAsked.by.name, at: iso(closeAsked.at) } }),
    ...(progress === undefined ? {} : { progress }),
    ...(totals === undefined ? {} : { totals: { ...totals, accounts: totals.accounts.map(presentAccount) } }),
    ...(closedAt === undefined ? {} : { closedAt: iso(closedAt) }),
    ...(closedBy === undefined ? {} : { closedBy: closedBy.name }),
  };
}

const params = Type.Object({ period: PeriodText });

export const periodRoutes = (deps: ResourceDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/periods',
    tag: 'revenue',
    summary: { en: 'Accounting periods, newest first', zh: '会计期间，最新在前' },
    action: 'journal:read',
    query: Type.Object(pageQuery),
    responses: { 200: PageOf(Open) },
    handler: async ({ query: { cursor, limit = 50 } }) => {
      const docs = await deps.models.periods
        .find({ book: BOOK, ...(cursor === undefined ? {} : { period: { $lt: cursor } }) })
        .sort({ period: -1 })
        .limit(limit + 1)
        .lean<PeriodDoc[]>();
      return { status: 200, body: page(docs, limit, ({ period }) => period, presentPeriod) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/periods/:period',
    tag: 'revenue',
    summary: { en: 'One accounting period, with its totals once closed', zh: '单个会计期间；结账后含汇总' },
    action: 'journal:read',
    params,
    responses: { 200: Open },
    errors: ['RESOURCE_NOT_FOUND'],
    handler: async ({ params: { period } }) => {
      const doc = await deps.models.periods.findOne({ _id: `${BOOK}/${period}` }).lean<PeriodDoc>();
      if (doc === null) throw new HubError('RESOURCE_NOT_FOUND', { what: 'period', whatZh: '会计期间', id: period });
      return { status: 200, body: presentPeriod(doc) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/periods/:period/close',
    tag: 'revenue',
    summary: {
      en: 'Close a period: 202 while it is under way, 200 when it is closed; it cannot be opened again',
      zh: '期间结账：进行中返回 202，已结账返回 200；结账后不可重开',
    },
    action: 'revenue:close',
    resource: ({ period }) => `period ${period}`,
    params,
    responses: { 200: Open, 202: Open },
    errors: ['PERIOD_NOT_ENDED', 'PERIOD_EARLIER_OPEN'],
    handler: async ({ params: { period }, actor }) => {
      const { kind, id, name } = actor;
      const before = await deps.models.periods.findOne({ _id: `${BOOK}/${period}` }, { state: 1 }).lean();
      const head = await deps.closePeriod(period, { kind, id, name });
      if (before?.state !== 'closed')
        await deps.audit(actor, 'period:close', `period ${period}`, { state: head.state });
      return { status: head.state === 'closed' ? 200 : 202, body: presentPeriod(head) };
    },
  }),
];
