import { fileURLToPath } from 'node:url';
import { loadCatalogue } from '../../core/config/load-catalogue.js';
import { type NormaliseContext, normaliseOrder } from '../../core/order/normalise.js';
import type { OrderContent } from '../../core/order/order.js';
import type { OrderInput, OrderLineInput } from '../../core/order/schema.js';

/** The catalogue that ships with the hub. */
export const { catalogue, chart, plans } = await loadCatalogue(
  fileURLToPath(new URL('../../catalog', import.meta.url)),
);

export const lineInput = (change: Partial<OrderLineInput> = {}): OrderLineInput => ({
  ref: 'L1',
  product: 'HW-GATEWAY',
  quantity: '10',
  listPrice: '12000.00',
  unitPrice: '10800.00',
  taxRate: '0.13',
  ...change,
});

export const orderInput = (change: Partial<OrderInput> = {}): OrderInput => ({
  schema: 'order/v1',
  orderDate: '2026-11-18',
  currency: 'CNY',
  customer: { code: 'C-0093', name: '海辰精工有限公司' },
  lines: [lineInput()],
  ...change,
});

/** Line ids count up from `line-01`, so that a test can name them. */
export function normaliseContext(change: Partial<NormaliseContext> = {}): NormaliseContext {
  let count = 0;
  return {
    catalogue,
    baseCurrency: 'CNY',
    defaultSeller: 'S-100',
    newLineId: () => `line-${String(++count).padStart(2, '0')}`,
    ...change,
  };
}

export const orderContent = (change: Partial<OrderInput> = {}, context: Partial<NormaliseContext> = {}): OrderContent =>
  normaliseOrder(orderInput(change), normaliseContext(context));
