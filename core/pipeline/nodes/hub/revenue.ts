import Type from 'typebox';
import { sum } from '../../../order/money.js';
import type { OrderContent, Revenue } from '../../../order/order.js';
import { LINE_KINDS } from '../../../order/schema.js';
import type { RevenueContract } from '../../../revenue/contract.js';
import type { RevenueFact } from '../../../revenue/facts.js';
import type { JournalEntry } from '../../../revenue/journal.js';
import { defineNode } from '../../define-node.js';
import { commandOf, type HubContext } from '../../services.js';
import { factIn } from './revenue-fact.js';

/** Where the revenue axis stands after a fact; undefined while nothing was ever recognised. */
function axisOf({ recognisedMinor, transactionPriceMinor }: RevenueContract, before: string): Revenue | undefined {
  if (recognisedMinor === 0) return before === 'not-started' ? undefined : 'reversed';
  return recognisedMinor === transactionPriceMinor ? 'recognised' : 'part-recognised';
}

/** Revenue that a journal books, negative when it takes some back. Minor units. */
const revenueOf = ({ lines }: JournalEntry): number =>
  sum(
    lines
      .filter(({ account }) => account.startsWith('revenue.'))
      .map(({ side, amountMinor }) => (side === 'credit' ? amountMinor : 0 - amountMinor)),
  );

/** Tells on the order's revenue axis what a journal changed; an invoice that moves no revenue is no news there. */
async function follow(context: HubContext, contract: RevenueContract, fact: RevenueFact, journalKey: string) {
  const { order, services } = context;
  const entry = await services.books.journal(journalKey);
  const moved = entry === undefined ? 0 : revenueOf(entry);
  const to = axisOf(contract, order.states.revenue);
  if (to === undefined || (moved === 0 && to === order.states.revenue)) return;
  const type = moved < 0 ? 'revenue.reversed' : 'revenue.recognised';
  const data = { journalKey, fact: { kind: fact.kind, id: fact.id } };
  const loaded = { recognisedMinor: contract.recognisedMinor, allocatedMinor: contract.transactionPriceMinor };
  await services.orders.move(commandOf(context), 'revenue', to, { type, data }, { loaded });
}

export const revenue = defineNode({
  type: 'revenue',
  label: { en: 'Revenue', zh: '收入' },
  help: {
    en: 'Opens the revenue contract of an accepted order, and books what deliveries, returns, invoices, amendments and the end of a period make of it (IFRS 15).',
    zh: '为已接受的订单建立收入合同，并就交付、退货、开票、变更和期末确认收入（企业会计准则第 14 号）。',
  },
  parameters: Type.Object(
    {
      billedElsewhere: Type.Optional(
        Type.Array(Type.Union(LINE_KINDS.map((kind) => Type.Literal(kind))), {
          description: 'Kinds of lines whose invoices come from another system',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  outputs: [
    { en: 'journal', zh: '有分录' },
    { en: 'nothing to post', zh: '无分录' },
  ],
  async execute(context: HubContext, { billedElsewhere = [] }) {
    const { run, services } = context;
    const external = { kinds: billedElsewhere };
    const content = async (): Promise<OrderContent> => (await services.books.contentOf(run.orderId)).content;
    const fact = await factIn(run.event, content);
    if (fact === undefined) {
      const { contract } = await services.books.contractOf(run.orderId, external);
      return { do: 'next', output: 1, data: { contract: contract.contractId } };
    }
    const { doc, journalKey } = await services.books.apply(run.orderId, fact, external);
    if (journalKey === undefined) return { do: 'next', output: 1, data: { contract: doc.contract.contractId } };
    await follow(context, doc.contract, fact, journalKey);
    return { do: 'next', output: 0, data: { journalKey } };
  },
});
