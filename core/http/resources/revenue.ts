import Type from 'typebox';
import { HubError } from '../../errors/hub-error.js';
import { presentJournal } from '../../revenue/journal.js';
import { presentContract } from '../../revenue/present-contract.js';
import type { ContractDoc, JournalDoc } from '../../store/models/books.js';
import type { EffectDoc } from '../../store/models/work.js';
import { type Route, route } from '../route.js';
import type { ResourceDeps } from './deps.js';
import { beforeCursor, iso, Open, PageOf, page, pageQuery, timeCursor } from './schemas.js';

export const PeriodText = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$', description: 'Month, e.g. `2026-11`' });
const STATUSES = ['open', 'performing', 'satisfied'] as const;

/** A contract as lists show it: its sums, without obligations and explanations. */
function presentSums(doc: ContractDoc) {
  const { obligations: _, modifications, ...sums } = presentContract(doc.contract);
  return { orderId: doc._id, ...sums, modifications: modifications.length, updatedAt: iso(doc.updatedAt) };
}

/** After a cursor, newest order first; with a period, the contracts that are due by then, the longest due first. */
function contractsFrom(period: string | undefined, cursor: string | undefined) {
  if (period === undefined) {
    return { filter: cursor === undefined ? {} : { _id: { $lt: cursor } }, sort: { _id: -1 } as const };
  }
  const due = 'contract.nextDue';
  const sort = { [due]: 1, _id: 1 } as const;
  if (cursor === undefined) return { filter: { [due]: { $lte: period } }, sort };
  const [at = '', id = ''] = cursor.split('_');
  return { filter: { $or: [{ [due]: { $gt: at, $lte: period } }, { [due]: at, _id: { $gt: id } }] }, sort };
}

/** Journals with what became of their vouchers, newest first; numbers that were voided are told by the period's totals. */
async function journalsOf({ models }: ResourceDeps, filter: Record<string, unknown>, limit: number) {
  const docs = await models.journals
    .find({ ...filter, entry: { $exists: true } })
    .sort({ at: -1, _id: -1 })
    .limit(limit)
    .lean<JournalDoc[]>();
  const effects = await models.effects
    .find({ orderId: { $in: docs.map((d) => d.orderId) }, objectType: 'GL_VOUCHER' })
    .lean<EffectDoc[]>();
  return docs.map((doc) => {
    const voucher = effects.find((e) => e.businessKey === doc._id);
    const number = voucher?.receipt?.remoteNumber;
    return {
      doc,
      shown: {
        ...presentJournal(doc.entry),
        number: doc.number,
        ...(voucher === undefined
          ? {}
          : { voucher: { state: voucher.state, ...(number === undefined ? {} : { number }), effect: voucher._id } }),
      },
    };
  });
}

export const revenueRoutes = (deps: ResourceDeps): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/contracts',
    tag: 'revenue',
    summary: { en: 'Revenue contracts, newest first', zh: '收入合同列表，最新在前' },
    action: 'journal:read',
    query: Type.Object({
      period: Type.Optional(PeriodText),
      status: Type.Optional(Type.Union(STATUSES.map((status) => Type.Literal(status)))),
      ...pageQuery,
    }),
    responses: { 200: PageOf(Open) },
    handler: async ({ query: { period, status, cursor, limit = 50 } }) => {
      const { filter, sort } = contractsFrom(period, cursor);
      const docs = await deps.models.contracts
        .find({ ...filter, ...(status === undefined ? {} : { 'contract.status': status }) })
        .sort(sort)
        .limit(limit + 1)
        .lean<ContractDoc[]>();
      const cursorOf = ({ _id, contract }: ContractDoc): string =>
        period === undefined ? _id : `${contract.nextDue}_${_id}`;
      return { status: 200, body: page(docs, limit, cursorOf, presentSums) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/contracts/:order',
    tag: 'revenue',
    summary: { en: 'The revenue contract of an order', zh: '订单的收入合同' },
    action: 'journal:read',
    responses: { 200: Open },
    errors: ['ORDER_NOT_FOUND', 'RESOURCE_NOT_FOUND'],
    handler: async ({ params }) => {
      const { _id: orderId, orderNumber } = await deps.orders.get(params.order);
      const doc = await deps.models.contracts.findOne({ _id: orderId }).lean<ContractDoc>();
      if (doc === null) {
        throw new HubError('RESOURCE_NOT_FOUND', { what: 'contract of', whatZh: '收入合同', id: orderNumber });
      }
      return { status: 200, body: { orderId, ...presentContract(doc.contract), facts: doc.facts } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/journals',
    tag: 'journals',
    summary: { en: 'Journals, newest first', zh: '分录列表，最新在前' },
    action: 'journal:read',
    query: Type.Object({
      period: Type.Optional(PeriodText),
      order: Type.Optional(Type.String({ maxLength: 64 })),
      ...pageQuery,
    }),
    responses: { 200: PageOf(Open) },
    errors: ['ORDER_NOT_FOUND'],
    handler: async ({ query: { period, order, cursor, limit = 50 } }) => {
      const of = order === undefined ? {} : { orderId: (await deps.orders.get(order))._id };
      const filter = { ...of, ...(period === undefined ? {} : { period }), ...beforeCursor(cursor, 'at') };
      const found = await journalsOf(deps, filter, limit + 1);
      const cursorOf = (item: (typeof found)[number]): string => timeCursor(item.doc.at, item.doc._id);
      return { status: 200, body: page(found, limit, cursorOf, ({ shown }) => shown) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/orders/:order/journals',
    tag: 'journals',
    summary: { en: 'Journals of an order, oldest first', zh: '订单的分录，最早在前' },
    action: 'journal:read',
    responses: { 200: PageOf(Open) },
    errors: ['ORDER_NOT_FOUND'],
    handler: async ({ params }) => {
      const { _id: orderId } = await deps.orders.get(params.order);
      const items = (await journalsOf(deps, { orderId }, 500)).map(({ shown }) => shown).reverse();
      return { status: 200, body: { items } };
    },
  }),
];
