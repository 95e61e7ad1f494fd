import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.js';
import { type Rig, startRig, until } from '../support/hub-rig.js';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(async () => rig.stop());

const order = {
  schema: 'order/v1',
  orderDate: '2026-11-18',
  currency: 'CNY',
  customer: { code: 'C001', name: '杭州云帆智能制造有限公司', taxNumber: '91330100MA2XXXXX1K' },
  lines: [{ ref: 'l1', product: 'LIC-ANALYTICS', quantity: '1', unitPrice: '80000', taxRate: '0.13' }],
};

test('an approver signs in by link, finds the order, reads it and approves it', async () => {
  const { data: created } = await rig.api.post('/api/v1/orders', order, { headers: { 'idempotency-key': 'e2e' } });
  const browser = await openBrowser({ locale: 'zh-CN', width: 1440, height: 900 });
  try {
    const { page } = browser;
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // The scroll lock of antd's portals adds a style without a nonce; the policy rightly blocks it and nothing is lost.
      const isScrollLock = message.text().startsWith('Applying inline style violates');
      if (message.type() === 'error' && !isScrollLock) faults.push(message.text());
    });
    await page.goto(await rig.running.signInLink('wang.wei'));
    await page.getByTestId('sign-in').click();
    await page.waitForURL((url) => url.pathname !== '/sign-in');

    await page.goto(`${rig.running.url}/orders`);
    await page.getByTestId('order-search').fill('云帆');
    const row = page.getByTestId('order-row').first();
    await row.waitFor();
    expect(await row.textContent()).toContain(created.orderNumber);
    await page.goto(`${rig.running.url}/orders/${created.orderNumber}`);
    await page.getByText('校验通过').first().waitFor();

    await page.goto(`${rig.running.url}/inbox`);
    await page.getByTestId('task-row').first().click();
    await page.getByTestId('approve').click();
    await page.getByTestId('confirm-approve').click();
    const accepted = await until(async () => {
      const { data } = await rig.api.get(`/api/v1/orders/${created.orderId}`);
      return data.states.commercial === 'accepted';
    });
    expect(accepted).toBe(true);
    const { data: tasks } = await rig.api.get('/api/v1/tasks', { params: { state: 'closed' } });
    expect(tasks.items[0]).toMatchObject({ state: 'approved', decidedBy: '王伟 Wang Wei' });
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});

test('on a phone the order list fits the screen', async () => {
  const browser = await openBrowser({ locale: 'en-US', width: 375, height: 812 });
  try {
    const { page } = browser;
    await page.goto(await rig.running.signInLink('wang.wei'));
    await page.getByTestId('sign-in').click();
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    await page.goto(`${rig.running.url}/orders`);
    await page.getByTestId('order-row').first().waitFor();
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(overflow).toBe(0);
  } finally {
    await browser.close();
  }
});
