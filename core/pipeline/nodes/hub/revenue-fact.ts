import { Ajv } from 'ajv';
import Type, { type Static, type TSchema } from 'typebox';
import { HubError } from '../../../errors/hub-error.js';
import type { OrderContent } from '../../../order/order.js';
import type { RevenueFact } from '../../../revenue/facts.js';
import type { TriggerEvent } from '../../contract.js';

const Units = Type.Array(Type.Object({ lineId: Type.String(), quantity: Type.String() }));
const Minor = Type.Integer({ minimum: 0 });
const ajv = new Ajv();

type Read<S extends TSchema> = (
  data: Static<S>,
  content: () => Promise<OrderContent>,
) => RevenueFact | Promise<RevenueFact>;
type FactReader = (event: TriggerEvent, content: () => Promise<OrderContent>) => Promise<RevenueFact>;

/** @throws HubError REVENUE_FACT_REFUSED for an event without the data that its kind promises. */
function reader<S extends TSchema>(schema: S, read: Read<S>): FactReader {
  const matches = ajv.compile<Static<S>>(schema);
  return async ({ type, data }, content) => {
    if (matches(data)) return read(data, content);
    const why = ajv.errorsText(matches.errors, { dataVar: '$' });
    throw new HubError('REVENUE_FACT_REFUSED', { fact: type, why, whyZh: `事件数据不完整：${why}` });
  };
}

/** What each event of an order is to its revenue contract. */
const FACTS: Readonly<Record<string, FactReader>> = {
  'order.delivered': reader(
    Type.Object({ deliveryId: Type.String(), date: Type.String(), lines: Units }),
    ({ deliveryId, date, lines }) => ({ kind: 'delivered', id: deliveryId, date, lines }),
  ),
  'order.returned': reader(
    Type.Object({ returnId: Type.String(), date: Type.String(), lines: Units }),
    ({ returnId, date, lines }) => ({ kind: 'returned', id: returnId, date, lines }),
  ),
  'order.invoiced': reader(
    Type.Object({
      invoice: Type.String(),
      date: Type.String(),
      credit: Type.Boolean(),
      lines: Type.Array(Type.Object({ lineId: Type.String(), netMinor: Minor, taxMinor: Minor })),
    }),
    ({ invoice, date, credit, lines }) => ({ kind: 'invoiced', id: invoice, date, credit, lines }),
  ),
  'order.amended': reader(
    Type.Object({ amendment: Type.String(), date: Type.String() }),
    async ({ amendment, date }, content) => ({ kind: 'modified', id: amendment, date, content: await content() }),
  ),
  'revenue.period-ended': reader(Type.Object({ id: Type.String(), through: Type.String() }), ({ id, through }) => ({
    kind: 'period',
    id,
    through,
  })),
};

/** The fact an event tells; undefined for an event that only opens the contract. */
export async function factIn(
  event: TriggerEvent,
  content: () => Promise<OrderContent>,
): Promise<RevenueFact | undefined> {
  return FACTS[event.type]?.(event, content);
}
