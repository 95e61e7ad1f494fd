import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.js';
import { type Rig, startRig } from '../support/hub-rig.js';

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
const PDF = Buffer.from('%PDF-1.7\nsigned\n');

test.each([
  ['zh-CN', 1440],
  ['en-US', 375],
])(
  'in %s at %i pixels a file is attached, saved as it was, refused when it is wrong, and removed',
  async (locale, width) => {
    const { data: created } = await rig.api.post('/api/v1/orders', order, { headers: { 'idempotency-key': locale } });
    const browser = await openBrowser({ locale, width, height: 900 });
    try {
      const { page } = browser;
      await page.goto(await rig.running.signInLink());
      await page.getByTestId('sign-in').click();
      await page.waitForURL((url) => url.pathname !== '/sign-in');
      await page.goto(`${rig.running.url}/orders/${created.orderNumber}`);

      const input = page.getByTestId('attachment-input');
      await input.waitFor({ state: 'attached' });
      await input.setInputFiles({ name: '验收单.pdf', mimeType: 'application/pdf', buffer: PDF });
      const row = page.getByTestId('attachment-row');
      await row.waitFor();
      expect(await row.textContent()).toContain(`${PDF.length} B`);

      const saving = page.waitForEvent('download');
      await row.getByRole('link').click();
      const saved = await saving;
      expect(saved.suggestedFilename()).toBe('验收单.pdf');
      expect(readFileSync(await saved.path())).toEqual(PDF);

      await input.setInputFiles({ name: 'a.html', mimeType: 'text/html', buffer: Buffer.from('<!doctype html>') });
      await page.getByText('ATTACHMENT_TYPE_REFUSED').waitFor();
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow).toBe(0);
      const shot = process.env['ORDERHUB_SHOTS'];
      if (shot !== undefined) await page.screenshot({ path: `${shot}/attachments-${width}.png`, fullPage: true });

      await row.getByRole('button').click();
      await page.getByRole('dialog').getByRole('button').last().click();
      await row.waitFor({ state: 'detached' });
      const { data } = await rig.api.get(`/api/v1/orders/${created.orderId}/attachments`, {
        params: { removed: true },
      });
      expect(data.items).toMatchObject([{ name: '验收单.pdf', removed: { by: { id: 'admin' } } }]);
    } finally {
      await browser.close();
    }
  },
);
