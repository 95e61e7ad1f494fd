import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { businessDate } from '../../core/order/business-date.js';
import { addDays, endOfYearFrom, periodOf } from '../../core/revenue/days.js';
import { endpointsFile, type SandboxEndpoints } from '../../core/sandbox/host.js';
import { openBrowser } from '../support/browser.js';
import { type Rig, randomKey, startRig, until } from '../support/hub-rig.js';

const today = businessDate(new Date(), 'Asia/Shanghai');
const ended = periodOf(addDays(`${periodOf(today)}-01`, -1));
const first = `${ended}-01`;

let rig: Rig;
let orderNumber: string;
let orderId: string;

/** What the console and this test read of an order; the API describes the rest. */
interface View {
  states: { commercial: string };
  openTasks: { taskId: string; kind: string }[];
  order: {
    lines: { lineId: string; quantities: Record<string, string> }[];
    shipments: { number: string; state: string; parcels: unknown[] }[];
    subscriptions: { state: string }[];
    returns: { state: string }[];
    amendments: { number: string; state: string }[];
    plan: { stepId: string; state: string; evidence: unknown[] }[];
  };
  contract?: { obligations: { kind: string; schedule?: { months: unknown[] } }[]; modifications: unknown[] };
}
const view = async (id = orderId): Promise<View> => (await rig.api.get(`/api/v1/orders/${id}`)).data;
const untilView = (is: (view: View) => boolean, id = orderId): Promise<View> =>
  until(async () => {
    const found = await view(id);
    return is(found) ? found : undefined;
  }, 60_000);

const customer = { code: 'C001', name: '杭州云帆智能制造有限公司', taxNumber: '91330100MA2XXXXX1K' };
const shipTo = {
  country: 'CN',
  region: '浙江省',
  city: '杭州市',
  street: '滨江区江南大道 588 号',
  contact: '陈工',
  phone: '13800000000',
};
const seats = { product: 'SAAS-PRO', unitPrice: '3600.00', taxRate: '0.06' };

/** Creates an order and approves what is asked until it is accepted. */
async function accepted(orderDate: string, lines: object[]): Promise<{ orderId: string; orderNumber: string }> {
  const body = { schema: 'order/v1', orderDate, currency: 'CNY', customer, shipTo, lines };
  const { data } = await rig.api.post('/api/v1/orders', body, { headers: { 'idempotency-key': randomKey() } });
  await until(async () => {
    const { openTasks, states } = await view(data.orderId);
    for (const { taskId } of openTasks.filter(({ kind }) => kind === 'approval')) {
      await rig.api.post(`/api/v1/tasks/${encodeURIComponent(taskId)}/decision`, { decision: 'approve' });
    }
    expect(states.commercial).not.toBe('rejected');
    return states.commercial === 'accepted';
  }, 60_000);
  return data;
}

/** Lets the sandbox warehouse ship a parcel and tell the hub. */
async function ship(deliveryOrderCode: string, quantity: number, tracking: string, final: boolean): Promise<void> {
  const { systems } = JSON.parse(readFileSync(endpointsFile(rig.dataDir), 'utf8')) as SandboxEndpoints;
  const answer = await fetch(`${systems['wms']?.baseUrl}/control/ship`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      deliveryOrderCode,
      lines: [{ lineNo: 1, itemCode: 'HW-GATEWAY', quantity }],
      final,
      carrier: 'SF',
      tracking,
      callbackUrl: `${rig.running.url}/api/v1/inbound/wms/report`,
      wait: true,
    }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('outBizCode')]);
}

beforeAll(async () => {
  rig = await startRig();
  ({ orderId, orderNumber } = await accepted(today, [
    { ref: 'L1', product: 'HW-GATEWAY', quantity: '5', unitPrice: '12000.00', taxRate: '0.13' },
    { ref: 'L2', quantity: '10', termStart: today, termEnd: endOfYearFrom(today), ...seats },
    { ref: 'L3', product: 'SVC-IMPL', quantity: '4', unitPrice: '3000.00', taxRate: '0.06' },
  ]));
  const planned = await until(async () => {
    const { data } = await rig.api.get('/api/v1/effects', { params: { order: orderId, limit: 200 } });
    const done = data.items.some(
      (e: { connection: string; state: string }) => e.connection === 'wms' && e.state === 'confirmed',
    );
    return done ? (await view()).order.shipments[0] : undefined;
  }, 60_000);
  await ship(planned.number, 3, 'SF1029384756', false);
  await ship(planned.number, 2, 'SF5647382910', true);
  await untilView(
    ({ order }) => order.shipments[0]?.parcels.length === 2 && order.subscriptions[0]?.state === 'active',
  );
}, 180_000);
afterAll(async () => rig.stop());

/** Signed in, with every fault of the page kept. */
async function signedIn(locale: string, width: number, user?: string) {
  const browser = await openBrowser({ locale, width, height: 900 });
  const { page } = browser;
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(await rig.running.signInLink(user));
  await page.getByTestId('sign-in').click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  return { browser, page, faults };
}

const overflow = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['ORDERHUB_SHOTS'];
  if (folder === undefined) return;
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

test('a return, an amendment and a step are taken from the console, each once', async () => {
  const { browser, page, faults } = await signedIn('zh-CN', 1440);
  try {
    await page.goto(`${rig.running.url}/orders/${orderNumber}?tab=lines`);
    const service = page.locator('details.oh-plan').nth(2);
    await service.locator('summary').click();
    await service.getByRole('button', { name: '登记完成' }).click();
    await page.getByRole('dialog').getByLabel('数量', { exact: true }).fill('9');
    await page.getByTestId('confirm-step').click();
    await page.getByText('PLAN_STEP_REFUSED').waitFor();
    await shot(page, 'step-refused');
    await page.getByRole('dialog').getByLabel('数量', { exact: true }).fill('1');
    await page.getByTestId('confirm-step').dblclick();
    await untilView(({ order }) => order.lines[2]?.quantities['delivered'] === '1');

    const sheet = page.getByRole('dialog', { name: /退货|变更/ });
    await page.reload();
    await page.getByTestId('return').press('Enter');
    await sheet.waitFor();
    await until(async () => (await page.evaluate('document.activeElement?.tagName')) === 'INPUT');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await until(async () => (await page.evaluate('document.activeElement?.dataset.testid')) === 'return');
    await page.getByTestId('return').click();
    await page.getByTestId('confirm-return').click();
    await page.getByText('至少填写一行数量。').waitFor();
    await sheet.getByLabel(/^1 · /).fill('6');
    await sheet.getByLabel('原因').fill('客户多订');
    await page.getByTestId('confirm-return').click();
    const wrong = sheet.getByLabel(/^1 · /);
    await page.getByText('RETURN_REFUSED').waitFor();
    expect(await wrong.getAttribute('aria-invalid')).toBe('true');
    await shot(page, 'return-refused');
    await wrong.fill('1');
    await page.getByTestId('confirm-return').dblclick();
    const { order } = await untilView((v) => v.order.returns.length > 0);
    expect(order.returns).toMatchObject([{ state: 'announced' }]);

    await page.getByTestId('amend').click();
    await page.getByRole('button', { name: '增加', exact: true }).click();
    await sheet.getByLabel('订单行').selectOption({ index: 2 });
    await sheet.getByLabel('增加的数量').fill('2');
    await sheet.getByLabel('原因').fill('新增两名用户');
    await shot(page, 'amend-sheet');
    await page.getByTestId('confirm-amend').dblclick();
    await untilView((v) => v.order.amendments[0]?.state === 'effective' && (v.contract?.modifications.length ?? 0) > 0);
    await page.getByTestId('amend').click();
    await page.getByRole('button', { name: '减少', exact: true }).click();
    await sheet.getByLabel('订单行').selectOption({ index: 1 });
    await sheet.getByLabel('减少的数量').fill('1');
    await sheet.getByLabel('原因').fill('少要一台');
    await page.getByTestId('confirm-amend').click();
    const { order: after } = await untilView((v) => v.order.amendments[1]?.state === 'refused');
    expect(after.amendments.map(({ state }) => state)).toEqual(['effective', 'refused']);
    const services = { reason: '验收未通过', lines: [{ lineId: after.lines[2]?.lineId, quantity: '1' }] };
    const key = { headers: { 'idempotency-key': randomKey() } };
    expect((await rig.api.post(`/api/v1/orders/${orderId}/returns`, services, key)).status).toBe(202);
    await page.getByRole('tab', { name: '履约' }).click();
    await page.getByTestId('receive').click();
    await page.getByTestId('confirm-receipt').dblclick();
    await untilView(({ order: now }) => now.lines[2]?.quantities['returned'] === '1');
    await until(async () => {
      const { data } = await rig.api.get(`/api/v1/orders/${orderId}/journals`);
      return data.items.some((j: { lines: { amount: string }[] }) => j.lines.some((l) => l.amount.startsWith('-')));
    }, 60_000);
    expect(after.plan.find(({ stepId }) => stepId === '3-perform')?.evidence).toHaveLength(1);
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});

const WORDS = {
  'zh-CN': {
    seats: /增加 2/,
    instead: '已交付，改为退货',
    prospective: /未来适用|单独合同/,
    liability: '合同负债',
    red: '红字',
  },
  'en-US': {
    seats: /Add 2 to/,
    instead: 'Delivered already; returned instead',
    prospective: /prospective|separate contract/,
    liability: 'Contract liability',
    red: 'red-letter',
  },
} as const;

test.each([
  ['zh-CN', 1440],
  ['en-US', 1440],
  ['zh-CN', 375],
  ['en-US', 375],
] as const)('in %s at %i pixels lines, fulfilment and revenue of an order are read', async (locale, width) => {
  const { browser, page, faults } = await signedIn(locale, width);
  const words = WORDS[locale];
  try {
    await page.goto(`${rig.running.url}/orders/${orderNumber}?tab=lines`);
    const plans = page.locator('details.oh-plan');
    await plans.first().waitFor();
    for (const summary of await plans.locator('summary').all()) await summary.click();
    expect(await page.getByTestId('plan-step').count()).toBeGreaterThanOrEqual(5);
    await shot(page, `lines-${locale}-${width}`);
    expect(await overflow(page)).toBe(0);

    await page.goto(`${rig.running.url}/orders/${orderNumber}?tab=fulfilment`);
    const parcels = page.getByTestId('parcel');
    await parcels.first().waitFor();
    expect((await parcels.allTextContents()).map((text) => /SF\d{10}/.exec(text)?.[0])).toEqual([
      'SF1029384756',
      'SF5647382910',
    ]);
    await page.getByText(words.seats).waitFor();
    await page.getByText(words.instead).waitFor();
    await page.getByText('客户多订').waitFor();
    await shot(page, `fulfilment-${locale}-${width}`);
    expect(await overflow(page)).toBe(0);

    await page.goto(`${rig.running.url}/orders/${orderNumber}?tab=revenue`);
    const schedule = page.getByTestId('schedule').last();
    await schedule.waitFor();
    expect(await schedule.locator('tbody tr').count()).toBe(13);
    await page.getByText(words.liability, { exact: true }).first().waitFor();
    expect(await page.getByTestId('modification-row').first().textContent()).toMatch(words.prospective);
    expect(await page.getByText(words.red, { exact: true }).count()).toBeGreaterThan(1);
    await shot(page, `revenue-${locale}-${width}`);
    expect(await overflow(page)).toBe(0);
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});

test('a to-do of a step tells its line and day, and is done on a phone', async () => {
  const { browser, page, faults } = await signedIn('zh-CN', 375, 'sun.qiang');
  try {
    await page.goto(`${rig.running.url}/inbox`);
    const row = page.getByTestId('task-row').filter({ hasText: 'SVC-IMPL' });
    await row.getByText(/到期/).waitFor();
    await shot(page, 'inbox-375');
    await row.click();
    await page.getByText('3 · 实施服务').waitFor();
    await shot(page, 'task-375');
    expect(await overflow(page)).toBe(0);
    await page.getByTestId('done').click();
    await page.getByTestId('confirm-done').click();
    await untilView(({ order }) => order.plan.some((s) => s.stepId === '3-perform' && s.state === 'done'));
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});

test('finance closes a month after reading what follows; on a phone its totals are read', async () => {
  const closing = await accepted(first, [
    { ref: 'K1', product: 'LIC-ANALYTICS', quantity: '1', unitPrice: '80000.00', taxRate: '0.13' },
  ]);
  const lineId = (await view(closing.orderId)).order.lines[0]?.lineId;
  const delivery = { deliveryId: 'T1', date: first, lines: [{ lineId, quantity: '1' }] };
  expect((await rig.api.post(`/api/v1/orders/${closing.orderId}/deliveries`, delivery)).status).toBe(202);
  await until(async () => (await rig.api.get(`/api/v1/periods/${ended}`)).status === 200, 60_000);

  const desk = await signedIn('en-US', 1440, 'zhao.min');
  try {
    const { page } = desk;
    await page.getByRole('link', { name: 'Periods' }).click();
    await page.getByTestId('period-row').last().click();
    await page.getByTestId('close-period').click();
    await page.getByText('A closed period cannot be opened again.').waitFor();
    await shot(page, 'period-sheet');
    await page.getByTestId('confirm-close').dblclick();
    await page.getByTestId('account-row').first().waitFor({ timeout: 60_000 });
    expect(await page.locator('h1').textContent()).toBe(ended);
    expect(await page.getByTestId('close-period').count()).toBe(0);
    await shot(page, 'period-closed');
    await page.goto(`${rig.running.url}/periods`);
    await page.getByTestId('period-row').first().waitFor();
    await shot(page, 'periods');
  } finally {
    await desk.browser.close();
  }
  const phone = await signedIn('zh-CN', 375, 'zhao.min');
  try {
    await phone.page.goto(`${rig.running.url}/periods/${ended}`);
    await phone.page.getByText('主营业务收入—软件许可').waitFor();
    await shot(phone.page, 'period-375');
    expect(await overflow(phone.page)).toBe(0);
    await phone.page.goto(`${rig.running.url}/inbox`);
    expect([...desk.faults, ...phone.faults]).toEqual([]);
  } finally {
    await phone.browser.close();
  }
});
