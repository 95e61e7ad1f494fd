import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { acceptedOrder, played, SEATS, shipmentReport } from '../../tests/support/fulfilment.js';
import { catalogue, normaliseContext, plans } from '../../tests/support/orders.js';
import { completeStep } from '../order/complete-step.js';
import { freezeAmendment } from '../order/freeze.js';
import type { FulfilmentState } from '../order/fulfilment.js';
import { presentOrder } from '../order/present.js';
import { propose } from '../order/propose.js';
import { announceReturn } from '../order/returns.js';
import { settleAmendment } from '../order/settle.js';
import { applyShipmentReport, planShipment } from '../order/shipments.js';
import { planSubscription } from '../order/subscriptions.js';
import { openContract } from '../revenue/open-contract.js';
import { presentContract } from '../revenue/present-contract.js';
import { type OrderView, orderPage } from './order-page.js';

const reserve = (state: FulfilmentState) => completeStep(state, { stepId: '1-reserve', id: 'res', date: '2026-11-18' });
const amend = { effectiveDate: '2026-12-01', reason: 'fewer', changes: [{ do: 'reduce' as const, lineId: 'line-01', quantity: '4' }] }; // biome-ignore format: one change
const { state } = played(
  acceptedOrder({}, SEATS),
  reserve,
  (s) => planShipment(s, ['1-ship']),
  (s) => planSubscription(s, ['2-tenant']),
  (s) =>
    applyShipmentReport(
      s,
      shipmentReport({
        lines: [{ lineNo: 1, product: 'HW-GATEWAY', quantity: '3' }],
        parcels: [{ carrier: 'SF', tracking: 'SF77' }],
      }),
    ),
  (s) => announceReturn(s, { lines: [{ lineId: 'line-01', quantity: '1' }], reason: 'wrong model' }),
  (s) => propose(s, amend, 'wang.wei', normaliseContext()),
  (s) => freezeAmendment(s, 'SO-1-A1'),
  (s) => settleAmendment(s, 'SO-1-A1', ['SO-1-D1'], plans),
);
const { orderNumber, revision, states, content } = state;
const view: OrderView = {
  orderNumber,
  customer: content.customer,
  gross: '1.00',
  currency: 'CNY',
  label: { en: 'part shipped', zh: '部分发货' },
  holds: [
    { reason: 'price is disputed', reasonZh: '价格有争议' },
    { reason: 'was cured', reasonZh: '已解除', released: { by: 'li.na' } },
  ],
  order: presentOrder({ orderId: 'o', orderNumber, revision, states, content, carried: state }),
  contract: presentContract(openContract({ orderId: 'o', orderNumber, content }, catalogue)),
};
const page = (of: OrderView): string[] =>
  stripVTControlCharacters(orderPage(of, []))
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim());

test('the page of an order says where its units are and who has them', () => {
  const lines = page(view);
  expect(lines[0]).toBe('SO-1 海辰精工有限公司 1.00 CNY part shipped 部分发货 revision 版本 1');
  expect(lines).toContain('1 HW-GATEWAY 10 0 0 7 3 0 0');
  expect(lines).toContain('SO-1-D1 part-shipped 1: 3/10 SF SF77');
  expect(lines).toContain('SO-1-S1 planned 2: 0/10');
  expect(lines).toContain('SO-1-R1 announced 1: 1 wrong model');
});

test('steps show what they wait for, the delivery and its evidence', () => {
  const lines = page(view);
  expect(lines.find((line) => line.startsWith('1-reserve'))).toContain('done 10/10');
  expect(lines.find((line) => line.startsWith('1-ship'))).toMatch(
    /Ship 发货 ◆ ready 3\/10 .* 1-reserve SO-1-D1\.r1 2026-11-20/,
  );
});

test('a refused amendment says who refused', () => {
  const line = page(view).find((text) => text.startsWith('SO-1-A1'));
  expect(line).toMatch(/refused 2026-12-01 reduce wang\.wei fewer .*已拒绝; SO-1-D1 refused/);
});

test('sums of the contract stand in its currency; only holds that still hold are told', () => {
  const lines = page(view);
  expect(lines).toContain('open CNY 113000.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00');
  expect(lines).toContain('held 暂挂: price is disputed 价格有争议');
  expect(lines.join('\n')).not.toContain('was cured');
});

test('an order without anything of it shows its lines alone', () => {
  const { contract: _, ...rest } = view;
  const bare = { ...rest, order: presentOrder({ orderId: 'o', orderNumber, revision, states, content }) };
  const text = page(bare).join('\n');
  expect(text).toContain('HW-GATEWAY');
  expect(text).not.toMatch(/step 步骤|shipment 发货单|amendment 变更单|contract 合同/);
});
