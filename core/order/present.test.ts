import { Ajv, type AnySchemaObject } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { expect, test } from 'vitest';
import { lineInput, orderContent } from '../../tests/support/orders.js';
import { FIRST_STATES } from './axes.js';
import { orderFacts } from './facts.js';
import { PresentedOrder, presentOrder } from './present.js';

const content = orderContent({
  currency: 'USD',
  region: 'north',
  customer: { code: 'C-1', name: 'Acme', level: 'A' },
  lines: [
    lineInput({ listPrice: '1000', unitPrice: '900', quantity: '2', discounts: [{ name: 'volume', percent: '10' }] }),
    lineInput({ ref: 'L2', product: 'HW-CUSTOM-RACK', listPrice: '3000', unitPrice: '2000', quantity: '1' }),
    lineInput({
      ref: 'L3',
      product: 'SAAS-PRO',
      listPrice: '500',
      unitPrice: '500',
      quantity: '1',
      taxRate: '0.06',
      termStart: '2027-01-01',
      termEnd: '2027-12-31',
    }),
  ],
});
const stored = { orderId: '01ORDER', orderNumber: 'SO-2026-1', revision: 1, states: FIRST_STATES, content };

test('an order is presented as plain JSON with money as text', () => {
  const presented = presentOrder(stored);
  expect(presented).toMatchObject({
    net: '4300.00',
    tax: '524.00',
    gross: '4824.00',
    baseGross: '34226.28',
    rate: '7.0950',
    seller: 'S-100',
  });
  expect(presented.lines[0]).toMatchObject({
    lineId: 'line-01',
    ref: 'L1',
    list: '2000.00',
    net: '1800.00',
    tax: '234.00',
    gross: '2034.00',
  });
  expect(JSON.parse(JSON.stringify(presented))).toEqual(presented);
  expect(JSON.stringify(presented)).not.toContain('Minor');
});

test('it is what its schema says', () => {
  const validate = addFormatsModule.default(new Ajv({ allErrors: true })).compile(PresentedOrder as AnySchemaObject);
  validate(presentOrder(stored));
  expect(validate.errors).toBeNull();
  expect(validate({ ...presentOrder(stored), net: 4300 })).toBe(false);
});

test('rules are given exact facts', () => {
  expect(orderFacts(content)).toMatchObject({
    amountBase: 34226.28,
    amount: 4824,
    discountPercent: 21.82,
    maxLineDiscountPercent: 33.33,
    kinds: ['hardware', 'subscription'],
    customHardware: true,
    lineCount: 3,
    region: 'north',
    customerLevel: 'A',
  });
});

test('facts of an order without a rate, and of a free one', () => {
  expect(orderFacts(orderContent({ currency: 'USD', orderDate: '2020-01-01' })).amountBase).toBeUndefined();
  const free = orderContent({ lines: [lineInput({ listPrice: '0', unitPrice: '0' })] });
  expect(orderFacts(free)).toMatchObject({ discountPercent: 0, maxLineDiscountPercent: 0 });
  const given = orderContent({ lines: [lineInput({ unitPrice: '0' })] });
  expect(orderFacts(given)).toMatchObject({ discountPercent: 100 });
});
