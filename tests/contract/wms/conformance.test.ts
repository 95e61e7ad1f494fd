import { afterEach, describe, expect, test } from 'vitest';
import { beijingText } from '../../../connectors/wms/beijing-time.js';
import { readQuery, writeQuery } from '../../../connectors/wms/query.js';
import { signedCall } from '../../../connectors/wms/sandbox-callback.js';
import { signOf } from '../../../connectors/wms/sign.js';
import { writeXml, type XmlElement } from '../../../core/connector/kit/xml.js';
import { deliveryPayload, type Rig, returnPayload, startRig, triggerOf } from './rig.js';

const rigs: Rig[] = [];
const start = async (...args: Parameters<typeof startRig>): Promise<Rig> => {
  const rig = await startRig(...args);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop();
});

const stockBody = (item: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><request><criteriaList><criteria><warehouseCode>WH1</warehouseCode><ownerCode>OWN1</ownerCode><itemCode>${item}</itemCode><inventoryType>ZP</inventoryType></criteria></criteriaList></request>`;
const QUERY =
  'method=taobao.qimen.inventory.query&timestamp=2026-01-15%2010%3A30%3A00&format=xml&app_key=12345678&v=2.0&sign_method=md5&customerId=c1234567890';
const SIGN = '85D7148C71E64319810A26BBA35FD96C';

async function post(rig: Rig, query: string, body: string | Buffer, path = '/router/qimen/service', type?: string) {
  const answer = await fetch(`${rig.baseUrl}${path}?${query}`, {
    method: 'POST',
    headers: { 'content-type': type ?? 'application/xml;charset=UTF-8' },
    body: new Uint8Array(Buffer.from(body)),
  });
  return { status: answer.status, text: await answer.text() };
}

/** A well-signed call of the hub to the gateway. */
function call(rig: Rig, method: string, body: string, changes: Record<string, string | undefined> = {}) {
  const base = {
    method: `taobao.qimen.${method}`,
    timestamp: beijingText(rig.clock.now()),
    format: 'xml',
    app_key: '12345678',
    v: '2.0',
    sign_method: 'md5',
    customerId: 'c1234567890',
  };
  const pairs = Object.entries({ ...base, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const sign = signOf(pairs, Buffer.from(body), 'demosecret', 'md5');
  return post(rig, writeQuery([...pairs, ['sign', sign]]), body);
}

const create = (rig: Rig, payload: object, method = 'deliveryorder.create') =>
  call(rig, method, writeXml('request', payload as XmlElement));

describe('the gateway and the warehouse behind it', () => {
  test('1: the published call is answered with stock', async () => {
    const { status, text } = await post(await start(), `${QUERY}&sign=${SIGN}`, stockBody('SKU1'));
    expect(status).toBe(200);
    expect(text).toContain('<flag>success</flag>');
    expect(text).toContain('<itemCode>SKU1</itemCode><inventoryType>ZP</inventoryType><quantity>42</quantity>');
  });

  test('2: a signature in lower case is refused', async () => {
    const { text } = await post(await start(), `${QUERY}&sign=${SIGN.toLowerCase()}`, stockBody('SKU1'));
    expect(text).toContain('<flag>failure</flag><code>sign-check-failure</code>');
  });

  test('3: one blank at the end of the body is another body', async () => {
    const { text } = await post(await start(), `${QUERY}&sign=${SIGN}`, `${stockBody('SKU1')} `);
    expect(text).toContain('<flag>failure</flag><code>sign-check-failure</code>');
  });

  test('4: UTF-8 is right, in plus or percent form', async () => {
    const rig = await start();
    const sign = 'BBED8CC83D8B204842CDED97D873B33B';
    for (const query of [QUERY, QUERY.replace('%20', '+')]) {
      const { text } = await post(rig, `${query}&sign=${sign}`, stockBody('面包'));
      expect(text).toContain('<flag>success</flag>');
      expect(text).toContain('<itemCode>面包</itemCode>');
    }
  });

  test('5: without customerId', async () => {
    const { text } = await call(await start(), 'inventory.query', stockBody('SKU1'), { customerId: undefined });
    expect(text).toContain('<flag>failure</flag>');
    expect(text).toContain('missing argument customerId');
  });

  test('6: a method nobody knows', async () => {
    const { text } = await call(await start(), 'nothing', stockBody('SKU1'));
    expect(text).toContain('<error_response><code>22</code>');
  });

  test('7: no receiver: the answer names the field', async () => {
    const payload = deliveryPayload('D-1');
    const { receiverInfo: _, ...rest } = payload.deliveryOrder;
    const { text } = await create(await start(), { ...payload, deliveryOrder: rest });
    expect(text).toContain('<flag>failure</flag>');
    expect(text).toContain('deliveryOrder.receiverInfo.name is missing');
  });

  test('8: a valid order gets an id and locks its goods', async () => {
    const rig = await start();
    const { text } = await create(rig, deliveryPayload('D-1'));
    expect(text).toMatch(/<flag>success<\/flag>.*<deliveryOrderId>W10001<\/deliveryOrderId>/);
    const stock = await call(rig, 'inventory.query', stockBody('SKU1'));
    expect(stock.text).toContain('<quantity>32</quantity><lockQuantity>10</lockQuantity>');
  });

  test('11: goods that have left cannot be cancelled', async () => {
    const rig = await start();
    await create(rig, deliveryPayload('D-1'));
    await rig.control('ship', { deliveryOrderCode: 'D-1', lines: [{ lineNo: 1, quantity: 10 }], final: true });
    const { text } = await create(rig, { warehouseCode: 'WH1', ownerCode: 'OWN1', orderCode: 'D-1' }, 'order.cancel');
    expect(text).toContain('<flag>failure</flag><code>cancel-refused</code>');
  });

  test.each([
    ['app_key of nobody', { app_key: '999' }, '<code>29</code>'],
    ['stale timestamp', { timestamp: '2026-01-15 10:19:59' }, '<code>31</code>'],
    ['timestamp ahead', { timestamp: '2026-01-15 10:40:01' }, '<code>31</code>'],
    ['timestamp in another form', { timestamp: '2026-01-15T10:30:00Z' }, '<code>31</code>'],
    ['format', { format: 'json' }, '<code>41</code>'],
    ['version', { v: '3.0' }, '<code>41</code>'],
    ['no method', { method: undefined }, '<code>21</code>'],
    ['no app_key', { app_key: undefined }, '<code>28</code>'],
    ['no timestamp', { timestamp: undefined }, '<code>30</code>'],
    ['no format', { format: undefined }, '<code>40</code>'],
    ['method without prefix', { method: 'inventory.query' }, '<code>22</code>'],
    ['somebody else', { customerId: 'c9' }, 'invalid-customer'],
    ['sign method nobody knows', { sign_method: 'sha1' }, 'sign-check-failure'],
  ])('parameter: %s', async (_, changes, expected) => {
    const { status, text } = await call(await start(), 'inventory.query', stockBody('SKU1'), changes);
    expect(status).toBe(200);
    expect(text).toContain(expected);
    expect(text).not.toContain('success');
  });

  test('no signature at all, a body in another charset, another content type', async () => {
    const rig = await start();
    expect((await post(rig, QUERY, stockBody('SKU1'))).text).toContain('<code>24</code>');
    const gbk = Buffer.concat([Buffer.from(stockBody('SKU1')), Buffer.from([0xc3, 0xe6])]);
    expect((await post(rig, `${QUERY}&sign=${SIGN}`, gbk)).text).toContain('sign-check-failure');
    const json = await post(rig, `${QUERY}&sign=${SIGN}`, stockBody('SKU1'), undefined, 'application/json');
    expect(json.text).toContain('<code>41</code>');
  });

  test('the warehouse itself takes the bare method, signed with its own keys only', async () => {
    const rig = await start();
    const params = (readQuery(QUERY) ?? []).map(([name, value]): [string, string] => [
      name,
      { method: 'inventory.query', app_key: '23456789' }[name] ?? value,
    ]);
    const body = stockBody('SKU1');
    const ask = (secret: string) => {
      const sign = signOf(params, Buffer.from(body), secret, 'md5');
      return post(rig, writeQuery([...params, ['sign', sign]]), body, '/wms/service');
    };
    expect((await ask('warehouse-secret')).text).toContain('<flag>success</flag>');
    expect((await ask('demosecret')).text).toContain('<flag>failure</flag><code>sign-check-failure</code>');
  });

  test('unknown tags, remark and extendProps anywhere are passed over', async () => {
    const payload = deliveryPayload('D-1');
    const more = { remark: 'r', extendProps: { key1: 'v', nested: { item: 'x' } }, brandNew: 'y' };
    const [line] = payload.orderLines.orderLine;
    const { text } = await create(await start(), {
      ...more,
      deliveryOrder: { ...payload.deliveryOrder, ...more },
      orderLines: { orderLine: [{ ...line, ...more }] },
    });
    expect(text).toContain('<flag>success</flag>');
  });

  const broken = (change: (payload: ReturnType<typeof deliveryPayload>) => object) => change(deliveryPayload('D-1'));
  const head = (more: Record<string, unknown>) =>
    broken((p) => ({ ...p, deliveryOrder: { ...p.deliveryOrder, ...more } }));
  const line = (more: Record<string, unknown>) =>
    broken((p) => ({ ...p, orderLines: { orderLine: [{ ...p.orderLines.orderLine[0], ...more }] } }));
  test.each([
    ['code of 51 characters', head({ deliveryOrderCode: 'x'.repeat(51) }), 'field-too-long'],
    ['order type', head({ orderType: 'XXXX' }), 'deliveryOrder.orderType must be one of'],
    ['warehouse', head({ warehouseCode: 'WH2' }), 'unknown-warehouse'],
    ['carrier', head({ logisticsCode: 'NOBODY' }), 'logisticsCode NOBODY is not known'],
    ['time', head({ createTime: '2026-01-15' }), 'deliveryOrder.createTime cannot be'],
    ['no shop', head({ shopNick: '' }), 'deliveryOrder.shopNick is missing'],
    ['owner', line({ ownerCode: 'OWN2' }), 'unknown-owner'],
    ['item', line({ itemCode: 'NONE' }), 'unknown-item'],
    ['half a piece', line({ planQty: '1.5' }), 'orderLines[1].planQty cannot be 1.5'],
    ['no price', line({ actualPrice: '' }), 'orderLines[1].actualPrice is missing'],
    ['kind of stock', line({ inventoryType: 'QQ' }), 'inventoryType must be one of'],
    ['more than there is', line({ planQty: '43' }), 'out-of-stock'],
    ['no lines', broken((p) => ({ deliveryOrder: p.deliveryOrder })), 'orderLines is missing'],
  ])('deliveryorder.create: %s', async (_, payload, expected) => {
    const rig = await start();
    const { text } = await create(rig, payload);
    expect(text).toContain('<flag>failure</flag>');
    expect(text).toContain(expected);
    expect(rig.simulator.inspect()['shipments']).toEqual([]);
  });

  test('a code that is taken: refused, or answered with the first', async () => {
    const strict = await start();
    await create(strict, deliveryPayload('D-1'));
    expect((await create(strict, deliveryPayload('D-1'))).text).toContain('<code>already-exists</code>');
    const mild = await start({ duplicates: 'first' });
    await create(mild, deliveryPayload('D-1'));
    expect((await create(mild, deliveryPayload('D-1'))).text).toContain('<deliveryOrderId>W10001</deliveryOrderId>');
    for (const rig of [strict, mild]) expect(rig.simulator.inspect()['shipments']).toHaveLength(1);
  });

  test('order.cancel before anything left frees the goods; again changes nothing; unknown is refused', async () => {
    const rig = await start();
    await create(rig, deliveryPayload('D-1'));
    const cancel = (code: string) => create(rig, { warehouseCode: 'WH1', orderCode: code }, 'order.cancel');
    expect((await cancel('D-1')).text).toContain('<flag>success</flag>');
    expect((await cancel('D-1')).text).toContain('<flag>success</flag>');
    expect((await cancel('D-2')).text).toContain('<code>unknown-order</code>');
    expect(rig.simulator.inspect()['stock']).toContainEqual(
      expect.objectContaining({ itemCode: 'SKU1', quantity: 42, locked: 0 }),
    );
    const late = await rig.control('ship', {
      deliveryOrderCode: 'D-1',
      lines: [{ lineNo: 1, quantity: 1 }],
      final: true,
    });
    expect(late).toMatchObject({ status: 409, body: { error: 'D-1 is CANCELED' } });
  });

  test('what stands in the warehouse survives a restart', async () => {
    const first = await start();
    await create(first, deliveryPayload('D-1'));
    await first.control('ship', { deliveryOrderCode: 'D-1', lines: [{ lineNo: 1, quantity: 4 }], final: false });
    await create(first, returnPayload('R-1', 'D-1'), 'returnorder.create');
    const second = await start({}, {}, first.journal);
    expect(second.simulator.inspect()).toEqual(first.simulator.inspect());
    expect((await create(second, deliveryPayload('D-1'))).text).toContain('already-exists');
  });
});

describe('the warehouse calls the hub', () => {
  const shipped = (rig: Rig) => rig.simulator.inspect()['shipments'] as { state: string; lines: object[] }[];

  test('9: two confirmations are two increments, the final one closes', async () => {
    const rig = await start();
    await create(rig, deliveryPayload('D-1'));
    const some = {
      deliveryOrderCode: 'D-1',
      lines: [{ itemCode: 'SKU1', quantity: 4 }],
      final: false,
      tracking: 'SF1',
    };
    const rest = { deliveryOrderCode: 'D-1', lines: [{ itemCode: 'SKU1', quantity: 6 }], final: true, tracking: 'SF2' };
    expect((await rig.control('ship', some)).body).toMatchObject({ delivered: true, attempts: 1 });
    expect(shipped(rig)).toMatchObject([{ state: 'PARTDELIVERED', lines: [{ actualQty: 4 }] }]);
    expect((await rig.control('ship', rest)).body).toMatchObject({ delivered: true, status: 'DELIVERED' });
    expect(shipped(rig)).toMatchObject([{ state: 'DELIVERED', lines: [{ actualQty: 10 }] }]);
    const confirms = [...rig.hub.kept.values()];
    expect(confirms.map(({ kind }) => kind)).toEqual(['wms.delivery-confirm', 'wms.delivery-confirm']);
    expect(confirms.map(({ ref }) => ref)).toEqual(Array(2).fill({ type: 'deliveryorder', id: 'D-1' }));
    expect(confirms.map(({ body }) => body)).toMatchObject([
      {
        report: 'C-1',
        request: {
          deliveryOrder: { status: 'PARTDELIVERED', confirmType: '1' },
          orderLines: { orderLine: [{ actualQty: '4' }] },
        },
      },
      {
        report: 'C-2',
        request: {
          deliveryOrder: { status: 'DELIVERED', confirmType: '0' },
          orderLines: { orderLine: [{ actualQty: '6' }] },
        },
      },
    ]);
    expect(rig.simulator.inspect()['stock']).toContainEqual(
      expect.objectContaining({ itemCode: 'SKU1', quantity: 32, locked: 0 }),
    );
  });

  test('10: a confirmation that is repeated is answered with success and kept once', async () => {
    const rig = await start();
    await create(rig, deliveryPayload('D-1'));
    const ship = { deliveryOrderCode: 'D-1', lines: [{ lineNo: 1, quantity: 10 }], final: true, repeat: 2 };
    expect((await rig.control('ship', ship)).body).toMatchObject({ delivered: true });
    expect(rig.hub.calls).toHaveLength(3);
    expect(rig.hub.kept.size).toBe(1);
  });

  test('12: a confirmation signed by HMAC is taken', async () => {
    const rig = await start();
    const body = writeXml('request', { deliveryOrder: { deliveryOrderCode: 'D-1', outBizCode: 'X' } });
    for (const signMethod of ['hmac', 'hmac-sha256'] as const) {
      const keys = { appKey: '12345678', appSecret: 'demosecret', customerId: 'c1234567890', signMethod };
      const signed = signedCall(keys, 'deliveryorder.confirm', body, rig.clock.now());
      const request = { ...signed, body: Buffer.from(signed.body) };
      expect(triggerOf(rig.connector).read(request)).toMatchObject({ kind: 'wms.delivery-confirm' });
    }
  });

  test('a hub that fails is called again, later and later, with the same code', async () => {
    const rig = await start();
    await create(rig, deliveryPayload('D-1'));
    rig.hub.failNext(3);
    const told = await rig.control('ship', {
      deliveryOrderCode: 'D-1',
      lines: [{ lineNo: 1, quantity: 10 }],
      final: true,
    });
    expect(told.body).toMatchObject({ delivered: true, attempts: 4 });
    expect(rig.pauses).toEqual([1_000, 5_000, 25_000]);
    expect(rig.hub.kept.size).toBe(1);
  });

  test('a hub that never answers is given up, and the next start does not call it again', async () => {
    const rig = await start();
    await create(rig, deliveryPayload('D-1'));
    rig.hub.failNext(100);
    const told = await rig.control('reject', { deliveryOrderCode: 'D-1', reason: '缺货' });
    expect(told.body).toMatchObject({ delivered: false, attempts: 5, status: 'REJECT' });
    const again = await start({}, {}, rig.journal);
    await again.simulator.settled();
    expect(rig.hub.calls).toHaveLength(5);
  });

  test('a confirmation that was not told before a crash is told after it', async () => {
    const rig = await start({ pause: () => new Promise(() => undefined) });
    await create(rig, deliveryPayload('D-1'));
    rig.hub.failNext(1);
    const ship = { deliveryOrderCode: 'D-1', lines: [{ lineNo: 1, quantity: 10 }], final: true, wait: false };
    expect((await rig.control('ship', ship)).body).toEqual({ outBizCode: 'C-1', status: 'DELIVERED' });
    const again = await start({}, {}, rig.journal);
    await again.simulator.settled();
    expect(again.simulator.inspect()['shipments']).toMatchObject([{ confirms: [{ delivered: true }] }]);
    expect([...rig.hub.kept.keys()]).toEqual(['deliveryorder.confirm/D-1/C-1']);
  });

  test('returned goods come back in their condition', async () => {
    const rig = await start();
    await create(rig, deliveryPayload('D-1'));
    await rig.control('ship', { deliveryOrderCode: 'D-1', lines: [{ lineNo: 1, quantity: 10 }], final: true });
    expect((await create(rig, returnPayload('R-1', 'D-1'), 'returnorder.create')).text).toContain('<returnOrderId>');
    const lines = [
      { lineNo: 1, quantity: 1 },
      { lineNo: 1, quantity: 1, inventoryType: 'CC' },
    ];
    await rig.control('receive-return', { returnOrderCode: 'R-1', lines, final: true });
    expect([...rig.hub.kept.values()].at(-1)).toMatchObject({
      kind: 'wms.return-confirm',
      mapping: 'wms-return-to-report',
      ref: { type: 'returnorder', id: 'R-1' },
      body: { request: { orderLines: { orderLine: [{ inventoryType: 'ZP' }, { inventoryType: 'CC' }] } } },
    });
    expect(rig.simulator.inspect()['stock']).toEqual(
      expect.arrayContaining([
        { itemCode: 'SKU1', inventoryType: 'ZP', quantity: 33, locked: 0 },
        { itemCode: 'SKU1', inventoryType: 'CC', quantity: 1, locked: 0 },
      ]),
    );
    const unknown = await create(rig, returnPayload('R-2', 'D-9'), 'returnorder.create');
    expect(unknown.text).toContain('preDeliveryOrderCode D-9 is not known');
  });

  test.each([
    ['ship', { deliveryOrderCode: 'D-9', lines: [{ lineNo: 1, quantity: 1 }], final: true }, 404],
    ['ship', { deliveryOrderCode: 'D-1', lines: [{ lineNo: 1, quantity: 11 }], final: true }, 409],
    ['ship', { deliveryOrderCode: 'D-1', lines: [{ lineNo: 2, quantity: 1 }], final: true }, 409],
    ['ship', { deliveryOrderCode: 'D-1', lines: [{ lineNo: 1, quantity: 0 }], final: true }, 400],
    ['ship', { deliveryOrderCode: 'D-1', lines: [], final: true }, 400],
    ['fly', {}, 404],
  ])('control %s of %j is refused', async (what, body, status) => {
    const rig = await start();
    await create(rig, deliveryPayload('D-1'));
    expect(await rig.control(what, body)).toMatchObject({ status, body: { error: expect.any(String) } });
    expect(rig.hub.calls).toEqual([]);
  });
});
