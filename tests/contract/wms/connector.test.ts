import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { wms } from '../../../connectors/wms/index.js';
import type { Connector } from '../../../core/connector/contract.js';
import type { Fault } from '../../../core/connector/simulator.js';
import { deliveryPayload, effectCall, operationOf, type Rig, returnPayload, startRig } from './rig.js';

const rigs: Rig[] = [];
const start = async (...args: Parameters<typeof startRig>): Promise<Rig> => {
  const rig = await startRig(...args);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop();
});

const signal = new AbortController().signal;
const fault = (kind: Fault['kind'], more: Partial<Fault> = {}): Fault => ({ kind, on: '', times: 1, ...more });
const shipments = (rig: Rig) => rig.simulator.inspect()['shipments'] as Record<string, unknown>[];
const createOf = (connector: Connector) => operationOf(connector, 'delivery-order.create');
const cancelOf = (connector: Connector) => operationOf(connector, 'delivery-order.cancel');
const order = (code = 'D-1', qty?: string, item?: string) => effectCall(code, deliveryPayload(code, qty, item));
const code = (expected: string) => expect.objectContaining({ code: expected });

/** A server that answers everything with these bytes. */
async function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const server = createServer((_, response) => response.writeHead(status, headers).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gatewayUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/router`;
  return { gatewayUrl, stop: () => new Promise((resolve) => server.close(resolve)) };
}

describe('delivery-order.create', () => {
  test('the warehouse has the order, under our code and its id', async () => {
    const rig = await start();
    const receipt = await createOf(rig.connector).send(order());
    expect(receipt).toEqual({ remoteId: 'W10001', remoteNumber: 'D-1', alreadyThere: false, detail: {} });
    expect(shipments(rig)).toMatchObject([
      { deliveryOrderCode: 'D-1', state: 'NEW', lines: [{ itemCode: 'SKU1', planQty: 10, actualQty: 0 }] },
    ]);
  });

  test.each(['hmac', 'hmac-sha256'])('signed by %s', async (signMethod) => {
    const rig = await start({}, { signMethod });
    expect(await createOf(rig.connector).send(order())).toMatchObject({ remoteId: 'W10001' });
  });

  test('nothing is found before, all of it after', async () => {
    const rig = await start();
    const { send, find } = createOf(rig.connector);
    expect(await find(order())).toBeUndefined();
    await send(order());
    expect(await find(order())).toEqual({
      receipt: { remoteId: 'W10001', remoteNumber: 'D-1', alreadyThere: true, detail: { status: 'NEW' } },
      complete: true,
    });
  });

  test('a lost answer is unknown; asking settles it, and sending again does not double', async () => {
    for (const duplicates of ['refuse', 'first'] as const) {
      const rig = await start({ duplicates });
      const { send, find } = createOf(rig.connector);
      rig.simulator.inject(fault('dropAfterCommit', { on: 'deliveryorder.create' }));
      await expect(send(order())).rejects.toThrow(code('CONNECTOR_OUTCOME_UNKNOWN'));
      expect(await find(order())).toMatchObject({ complete: true, receipt: { remoteId: 'W10001' } });
      expect(await send(order())).toMatchObject({ remoteId: 'W10001', alreadyThere: duplicates === 'refuse' });
      expect(shipments(rig)).toHaveLength(1);
      expect(rig.simulator.inspect()['duplicates']).toEqual([]);
    }
  });

  test('a call that was cut before is unknown too, and nothing is there', async () => {
    const rig = await start();
    rig.simulator.inject(fault('dropBefore'));
    await expect(createOf(rig.connector).send(order())).rejects.toThrow(code('CONNECTOR_OUTCOME_UNKNOWN'));
    expect(await createOf(rig.connector).find(order())).toBeUndefined();
  });

  test('the gateway gave up waiting, the warehouse did not: unknown, then found', async () => {
    const rig = await start({ patienceMs: 20 });
    rig.simulator.inject(fault('delay', { delayMs: 60_000 }));
    await expect(createOf(rig.connector).send(order())).rejects.toThrow(code('CONNECTOR_OUTCOME_UNKNOWN'));
    expect(await createOf(rig.connector).find(order())).toMatchObject({ complete: true });
  });

  test('we gave up waiting: unknown', async () => {
    const rig = await start({}, { timeoutMs: 100 });
    rig.simulator.inject(fault('delay', { delayMs: 400 }));
    await expect(createOf(rig.connector).send(order())).rejects.toThrow(code('CONNECTOR_OUTCOME_UNKNOWN'));
    expect(shipments(rig)).toHaveLength(1);
  });

  test('another order under our code is refused with what it holds', async () => {
    const rig = await start();
    await createOf(rig.connector).send(order('D-1', '3'));
    const { send, find } = createOf(rig.connector);
    for (const ask of [send, find]) {
      await expect(ask(order('D-1', '10'))).rejects.toThrow(
        expect.objectContaining({ code: 'CONNECTOR_REFUSED', message: expect.stringContaining('3 of SKU1, not 10') }),
      );
    }
    expect(shipments(rig)).toHaveLength(1);
  });

  test('an order of many lines is compared page by page', async () => {
    const rig = await start();
    const big = deliveryPayload('D-1');
    const [line] = big.orderLines.orderLine;
    const orderLine = Array.from({ length: 250 }, (_, i) => ({
      ...line,
      orderLineNo: String(i + 1),
      itemCode: 'HW-SERVER',
      planQty: '2',
    }));
    const call = effectCall('D-1', { ...big, orderLines: { orderLine } });
    await createOf(rig.connector).send(call);
    expect(await createOf(rig.connector).find(call)).toMatchObject({ complete: true });
    const less = effectCall('D-1', { ...big, orderLines: { orderLine: orderLine.slice(1) } });
    await expect(createOf(rig.connector).find(less)).rejects.toThrow(code('CONNECTOR_REFUSED'));
  });

  test('a refusal comes in the words of the warehouse', async () => {
    const rig = await start();
    await expect(createOf(rig.connector).send(order('D-1', '43'))).rejects.toThrow(
      expect.objectContaining({
        code: 'CONNECTOR_REFUSED',
        message: expect.stringContaining('42 in stock, 43 wanted'),
      }),
    );
  });

  test('a payload under another code is not sent', async () => {
    const rig = await start();
    const call = { ...order('D-2'), businessKey: 'D-1' };
    await expect(createOf(rig.connector).send(call)).rejects.toThrow(code('MAPPING_OUTPUT_INVALID'));
    expect(shipments(rig)).toEqual([]);
  });
});

describe('delivery-order.cancel', () => {
  const cancel = (of = 'D-1') => effectCall(of, { cancelReason: '客户取消' });

  test('before anything left: cancelled, once more as well', async () => {
    const rig = await start();
    await createOf(rig.connector).send(order());
    const { send, find } = cancelOf(rig.connector);
    expect(await find(cancel())).toBeUndefined();
    expect(await send(cancel())).toEqual({ remoteId: 'D-1', alreadyThere: false });
    expect(shipments(rig)).toMatchObject([{ state: 'CANCELED' }]);
    expect(await send(cancel())).toMatchObject({ remoteId: 'D-1' });
    expect(await find(cancel())).toMatchObject({ complete: true, receipt: { alreadyThere: true } });
  });

  test('a lost answer is unknown, then found', async () => {
    const rig = await start();
    await createOf(rig.connector).send(order());
    rig.simulator.inject(fault('dropAfterCommit', { on: 'order.cancel' }));
    await expect(cancelOf(rig.connector).send(cancel())).rejects.toThrow(code('CONNECTOR_OUTCOME_UNKNOWN'));
    expect(await cancelOf(rig.connector).find(cancel())).toMatchObject({ complete: true });
  });

  test('after goods have left: refused with the reason, sent or asked', async () => {
    const rig = await start();
    await createOf(rig.connector).send(order());
    await rig.control('ship', { deliveryOrderCode: 'D-1', lines: [{ lineNo: 1, quantity: 4 }], final: false });
    const { send, find } = cancelOf(rig.connector);
    for (const ask of [send, find]) {
      await expect(ask(cancel())).rejects.toThrow(
        expect.objectContaining({ code: 'CONNECTOR_REFUSED', message: expect.stringContaining('goods have left') }),
      );
    }
    expect(shipments(rig)).toMatchObject([{ state: 'PARTDELIVERED' }]);
  });

  test('what the warehouse never had is refused', async () => {
    const rig = await start();
    await expect(cancelOf(rig.connector).send(cancel())).rejects.toThrow(code('CONNECTOR_REFUSED'));
  });
});

describe('return-order.create', () => {
  test('announced once, whatever happens to the answer', async () => {
    const rig = await start();
    await createOf(rig.connector).send(order());
    await rig.control('ship', { deliveryOrderCode: 'D-1', lines: [{ lineNo: 1, quantity: 10 }], final: true });
    const { send, find } = operationOf(rig.connector, 'return-order.create');
    const call = effectCall('R-1', returnPayload('R-1', 'D-1'));
    expect(await find(call)).toBeUndefined();
    rig.simulator.inject(fault('dropAfterCommit', { on: 'returnorder.create' }));
    await expect(send(call)).rejects.toThrow(code('CONNECTOR_OUTCOME_UNKNOWN'));
    expect(await find(call)).toMatchObject({ complete: true, receipt: { remoteId: 'W10002' } });
    expect(await send(call)).toMatchObject({ alreadyThere: true });
    expect(rig.simulator.inspect()['returns']).toMatchObject([{ returnOrderCode: 'R-1', lines: [{ planQty: 2 }] }]);
  });
});

describe('stock.query', () => {
  const ask = (connector: Connector, input: Record<string, unknown>) => {
    const [read] = connector.reads ?? [];
    if (read === undefined) throw new Error('there is no read');
    return read.ask(input, signal);
  };

  test('what may still be promised, and what is promised already', async () => {
    const rig = await start();
    await createOf(rig.connector).send(order());
    expect(await ask(rig.connector, { items: ['SKU1', '面包', 'NOBODY-KNOWS'] })).toEqual({
      items: [
        { itemCode: 'SKU1', inventoryType: 'ZP', quantity: '32', locked: '10' },
        { itemCode: '面包', inventoryType: 'ZP', quantity: '7', locked: '0' },
      ],
    });
  });

  test('batches of an item count together', async () => {
    const item = (quantity: string, type: string) =>
      `<item><itemCode>A</itemCode><inventoryType>${type}</inventoryType><quantity>${quantity}</quantity></item>`;
    const items = item('1.5', 'ZP') + item('2', 'ZP') + item('4', 'CC');
    const there = await answering(200, `<response><flag>success</flag><items>${items}</items></response>`);
    const rig = await start();
    expect(await ask(rig.open({ gatewayUrl: there.gatewayUrl }), { items: ['A'] })).toEqual({
      items: [
        { itemCode: 'A', inventoryType: 'ZP', quantity: '3.5', locked: '0' },
        { itemCode: 'A', inventoryType: 'CC', quantity: '4', locked: '0' },
      ],
    });
    await there.stop();
  });

  test('a lost answer can simply be asked again; a warehouse nobody knows is refused', async () => {
    const rig = await start();
    rig.simulator.inject(fault('dropBefore'));
    await expect(ask(rig.connector, { items: ['SKU1'] })).rejects.toThrow(code('CONNECTOR_UNREACHABLE'));
    await expect(ask(rig.open({ warehouseCode: 'WH9' }), { items: ['SKU1'] })).rejects.toThrow(
      code('CONNECTOR_REFUSED'),
    );
  });
});

describe('what the other side may answer', () => {
  test.each([
    ['25', 'CONNECTOR_REFUSED_LOGIN'],
    ['29', 'CONNECTOR_REFUSED_LOGIN'],
    ['31', 'CONNECTOR_REFUSED_LOGIN'],
    ['7', 'CONNECTOR_THROTTLED'],
    ['11', 'CONNECTOR_NO_PERMISSION'],
    ['22', 'CONNECTOR_REFUSED'],
    ['isp.service-timeout', 'CONNECTOR_OUTCOME_UNKNOWN'],
    ['sign-check-failure', 'CONNECTOR_REFUSED_LOGIN'],
    ['S003', 'CONNECTOR_REFUSED_LOGIN'],
    ['B17', 'CONNECTOR_REFUSED'],
  ])('%s is %s', async (vendor, ours) => {
    const rig = await start();
    rig.simulator.inject(fault('refuse', { on: 'deliveryorder.create', code: vendor }));
    await expect(createOf(rig.connector).send(order())).rejects.toThrow(code(ours));
    expect(shipments(rig)).toEqual([]);
    expect(await createOf(rig.connector).send(order())).toMatchObject({ remoteId: 'W10001' });
  });

  test.each([
    [200, '<html><body>login</body></html>', 'CONNECTOR_OUTCOME_UNKNOWN'],
    [200, 'no XML', 'CONNECTOR_OUTCOME_UNKNOWN'],
    [200, '<!DOCTYPE r><response><flag>success</flag></response>', 'CONNECTOR_OUTCOME_UNKNOWN'],
    [200, '<response><code>0</code></response>', 'CONNECTOR_OUTCOME_UNKNOWN'],
    [200, '<response><flag>failure</flag><message>调用超时</message></response>', 'CONNECTOR_OUTCOME_UNKNOWN'],
    [200, '<response><flag>failure</flag><message>invalid appkey</message></response>', 'CONNECTOR_REFUSED_LOGIN'],
    [
      200,
      '<response><success>false</success><errorCode>sign-check-failure</errorCode><errorMsg>Illegal request</errorMsg></response>',
      'CONNECTOR_REFUSED_LOGIN',
    ],
    [302, '', 'CONNECTOR_REFUSED'],
    [404, '', 'CONNECTOR_REFUSED'],
    [429, '', 'CONNECTOR_THROTTLED'],
    [502, '', 'CONNECTOR_OUTCOME_UNKNOWN'],
  ])('%i %s is %s', async (status, body, ours) => {
    const there = await answering(status, body, { location: 'http://127.0.0.1:1/' });
    const rig = await start();
    const connector = rig.open({ gatewayUrl: there.gatewayUrl });
    await expect(createOf(connector).send(order())).rejects.toThrow(code(ours));
    await there.stop();
  });

  test('nobody there, or given up before: nothing was written', async () => {
    const there = await answering(200, '');
    await there.stop();
    const rig = await start();
    const connector = rig.open({ gatewayUrl: there.gatewayUrl });
    await expect(createOf(connector).send(order())).rejects.toThrow(code('CONNECTOR_UNREACHABLE'));
    const late = { ...order(), signal: AbortSignal.abort() };
    await expect(createOf(rig.connector).send(late)).rejects.toThrow(code('CONNECTOR_UNREACHABLE'));
    expect(shipments(rig)).toEqual([]);
  });

  test('an order the warehouse splits is known by its first part', async () => {
    const parts =
      '<deliveryOrder><deliveryOrderId>W1</deliveryOrderId></deliveryOrder><deliveryOrder><deliveryOrderId>W2</deliveryOrderId></deliveryOrder>';
    const answer = `<response><flag>success</flag><deliveryOrders>${parts}</deliveryOrders></response>`;
    const there = await answering(200, answer);
    const rig = await start();
    const connector = rig.open({ gatewayUrl: there.gatewayUrl });
    expect(await createOf(connector).send(order())).toMatchObject({ remoteId: 'W1', detail: { parts: ['W1', 'W2'] } });
    await there.stop();
  });
});

describe('the connection', () => {
  test('is proven without writing anything', async () => {
    const rig = await start();
    expect((await rig.connector.probe(signal)).map(({ ok }) => ok)).toEqual([true, true, true]);
    const forged = rig.open({}, { appSecret: 'wrong' });
    expect((await forged.probe(signal)).map(({ ok }) => ok)).toEqual([true, false]);
    const elsewhere = await rig.open({ warehouseCode: 'WH9' }).probe(signal);
    expect(elsewhere.map(({ ok }) => ok)).toEqual([true, true, false]);
    expect(elsewhere.at(-1)?.said).toContain('warehouseCode WH9 is not known');
    expect(shipments(rig)).toEqual([]);
  });

  test('needs its settings, and says nothing of its secret', async () => {
    const rig = await start();
    const open = (settings: object, secrets: Record<string, string>) => () =>
      wms.open({ connection: 'w', settings: { ...settings }, secrets, clock: rig.clock, nonce: () => 'n' });
    const { gatewayUrl: _, ...rest } = rig.connection.settings;
    expect(open(rest, { appSecret: 'x' })).toThrow(code('SETTINGS_INVALID'));
    expect(open({ ...rig.connection.settings, signMethod: 'sha1' }, { appSecret: 'x' })).toThrow(
      code('SETTINGS_INVALID'),
    );
    const long = 'very-secret'.repeat(30);
    expect(open(rig.connection.settings, { appSecret: long })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('very-secret') }),
    );
  });
});
