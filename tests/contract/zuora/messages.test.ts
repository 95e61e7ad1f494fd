import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { invoiceMessages } from '../../../connectors/zuora/invoice-message.js';
import { billSubscription, sendCallout, signedCallout } from '../../../connectors/zuora/sandbox-callout.js';
import type { Connector, InboundMessage, RawRequest } from '../../../core/connector/contract.js';
import { HubError } from '../../../core/errors/hub-error.js';
import { loadMappings } from '../../../core/mapping/registry.js';
import { isReport, readReport } from '../../../core/order/reports.js';
import { account, changeOrder, newSubscription, pollOf, type Rig, startRig, webhookOf } from './rig.js';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A tenant that has sold one subscription of ten seats. */
const sold = async (number = 'SO-1-S1'): Promise<Rig> => {
  const rig = await startRig();
  stops.push(rig.stop);
  await rig.call('POST', '/v1/accounts', account());
  expect((await rig.call('POST', '/v1/orders', newSubscription(number))).status).toBe(200);
  return rig;
};

/** A hub that does with a request what the inbox does, without its store. */
async function startHub(connector: Connector, store: (messages: readonly InboundMessage[]) => void = () => undefined) {
  const trigger = webhookOf(connector);
  const messages: InboundMessage[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = take({ headers: flat(request.headers), query: '', body: Buffer.concat(chunks) });
      answers.push(answer.status);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  const take = (request: RawRequest) => {
    try {
      const read = trigger.read(request);
      const list = Array.isArray(read) ? (read as InboundMessage[]) : [read as InboundMessage];
      store(list);
      messages.push(...list);
      return trigger.answer?.([]) ?? { status: 500, headers: {}, body: '' };
    } catch (error) {
      if (!(error instanceof HubError) || trigger.refuse === undefined) throw error;
      return trigger.refuse(error);
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, messages, answers };
}

const flat = (headers: NodeJS.Dict<string | string[]>): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));

const mappings = loadMappings('mappings');
const report = async (message: InboundMessage | undefined): Promise<unknown> => {
  const { output } = await mappings.run(message?.mapping ?? '', message?.body);
  expect(isReport(output)).toBe(true);
  return readReport(output);
};

const read = (connector: Connector, { headers, body }: { headers: Readonly<Record<string, string>>; body: string }) =>
  webhookOf(connector).read({ headers, query: '', body: Buffer.from(body) }) as readonly InboundMessage[];

const pollAll = async (connector: Connector, watermark?: string) => {
  const messages: InboundMessage[] = [];
  let mark = watermark;
  for await (const page of pollOf(connector).poll(watermark, new AbortController().signal)) {
    messages.push(...page.messages);
    mark = page.watermark;
  }
  return { messages, mark };
};

describe('callouts', () => {
  test('order processed and subscription changed become reports on the subscription', async () => {
    const rig = await sold();
    const connector = rig.open();
    const [processed] = read(connector, await signedCallout(rig.connection, 'order.processed', 'SO-1-S1'));
    expect(processed).toMatchObject({
      kind: 'zuora.subscription',
      mapping: 'zuora-subscription-to-report',
      correlation: {
        ref: { type: 'Subscription', id: 'SO-1-S1' },
        creates: false,
        sourceVersion: '2026-01-15 09:30:00',
      },
    });
    expect(await report(processed)).toEqual({
      schema: 'subscription/v1',
      subscription: 'SO-1-S1',
      report: 'SO-1-S1.v1.active',
      date: '2026-01-15',
      state: 'active',
    });
    const [changed] = read(connector, await signedCallout(rig.connection, 'subscription.changed', 'SO-1-S1'));
    expect(await report(changed)).toMatchObject({ state: 'active', lines: [{ lineNo: 1, quantity: '10' }] });
  });

  test('a posted invoice becomes a report on its lines', async () => {
    const rig = await sold();
    const { invoiceNumber } = await billSubscription(rig.connection, {
      subscriptionNumber: 'SO-1-S1',
      targetDate: '2026-02-01',
    });
    const [message] = read(rig.open(), await signedCallout(rig.connection, 'invoice.posted', String(invoiceNumber)));
    expect(message).toMatchObject({
      kind: 'zuora.invoice',
      mapping: 'zuora-invoice-to-report',
      correlation: {
        ref: { type: 'Subscription', id: 'SO-1-S1' },
        creates: false,
        dedupeKey: `invoice/${invoiceNumber}/SO-1-S1`,
      },
    });
    expect(await report(message)).toEqual({
      schema: 'invoice/v1',
      invoice: invoiceNumber,
      kind: 'invoice',
      date: '2026-02-01',
      dueDate: '2026-02-01',
      currency: 'CNY',
      lines: [{ lineNo: 1, net: '36000.00', tax: '2160.00', from: '2026-02-01', to: '2027-01-31' }],
    });
  });

  test('attempts of one callout share a dedupe key; another callout, and a missing id, have their own', async () => {
    const rig = await sold();
    const connector = rig.open();
    const callout = await signedCallout(rig.connection, 'subscription.changed', 'SO-1-S1');
    const keyOf = (headers: Record<string, string>) =>
      read(connector, { ...callout, headers })[0]?.correlation.dedupeKey;
    const first = keyOf({ ...callout.headers, 'Zuora-Request-Id': 'a' });
    expect(keyOf({ ...callout.headers, 'Zuora-Request-Id': 'b' })).toBe(first);
    expect(keyOf({ ...callout.headers, 'Zuora-Notification-Id': 'other' })).not.toBe(first);
    const { 'Zuora-Notification-Id': _, ...bare } = callout.headers;
    expect(keyOf(bare)).toBe(keyOf(bare));
    expect(keyOf(bare)).toMatch(/^notification\/[0-9a-f]{64}\/SO-1-S1$/);
  });

  test('bytes that are not what was signed, another key, and no signature are refused', async () => {
    const rig = await sold();
    const connector = rig.open();
    const callout = await signedCallout(rig.connection, 'subscription.changed', 'SO-1-S1');
    const refused = expect.objectContaining({
      code: 'INBOX_BAD_SIGNATURE',
      facts: expect.objectContaining({ connection: 'billing' }),
    });
    expect(() => read(connector, { ...callout, body: callout.body.replace('Active', 'Cancelled') })).toThrow(refused);
    expect(() => read(connector, { ...callout, body: `${callout.body} ` })).toThrow(refused);
    const { 'X-Zuora-Signature': signature, ...unsigned } = callout.headers;
    expect(signature).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(() => read(connector, { ...callout, headers: unsigned })).toThrow(refused);
    const other = rig.open({}, { ...rig.connection.secrets, calloutHmacKey: 'another' });
    expect(() => read(other, callout)).toThrow(refused);
    const none = rig.open({}, { clientSecret: 'x' });
    expect(() => read(none, callout)).toThrow(refused);
  });

  test('two keys are taken while one is changed; header, encoding and signed text follow the settings', async () => {
    const rig = await sold();
    const both = rig.open({}, { ...rig.connection.secrets, calloutHmacKey: 'new sandbox-callout-key' });
    expect(read(both, await signedCallout(rig.connection, 'subscription.changed', 'SO-1-S1'))).toHaveLength(1);
    const set = {
      calloutSignatureHeader: 'X-Sign',
      calloutSignatureValue: 'v1={{Request.HMAC.Signed}}',
      calloutOutput: 'HEX',
    };
    const more = {
      calloutAlgorithm: 'SHA-512',
      calloutSignedText: '{{Request.Headers.Zuora-Notification-Id}}.{{Request.Body}}',
    };
    const hub = await startHub(rig.open({ ...set, ...more }));
    const hmac = {
      algorithm: 'SHA-512',
      output: 'HEX',
      key: 'sandbox-callout-key',
      data: '{{Request.Headers.Zuora-Notification-Id}}.{{Request.Body}}',
      header: 'X-Sign',
      value: 'v1={{Request.HMAC.Signed}}',
    };
    await rig.control('callout', { event: 'subscription.changed', number: 'SO-1-S1', url: hub.url, hmac });
    expect(hub.answers).toEqual([200]);
    expect(hub.messages).toHaveLength(1);
  });

  test('without a login Zuora is asked for one, and then taken', async () => {
    const rig = await sold();
    const login = { clientSecret: 'x', calloutUser: 'zuora', calloutPassword: 'pw' };
    const hub = await startHub(rig.open({}, login));
    const basic = { user: 'zuora', password: 'pw', preemptive: false };
    const send = (given: object) =>
      rig.control('callout', {
        event: 'subscription.changed',
        number: 'SO-1-S1',
        url: hub.url,
        hmac: null,
        basic: { ...basic, ...given },
      });
    expect((await send({}))['attempts']).toMatchObject([{ responseCode: 200 }]);
    expect((await send({ password: 'guess', preemptive: true }))['attempts']).toMatchObject([{ responseCode: 401 }]);
    expect(hub.answers).toEqual([401, 200, 401]);
    expect(hub.messages).toHaveLength(1);
  });

  test('answers: 200 and nothing for success, 401 and 400 end the attempts, 503 brings another', async () => {
    const rig = await sold();
    const { connection } = rig;
    const good = await startHub(rig.open());
    expect((await sendCallout(connection, 'subscription.changed', 'SO-1-S1', good.url)).attempts).toMatchObject([
      { responseCode: 200, responseContent: '' },
    ]);
    const stranger = await startHub(rig.open({}, { ...connection.secrets, calloutHmacKey: 'another' }));
    expect((await sendCallout(connection, 'subscription.changed', 'SO-1-S1', stranger.url)).attempts).toHaveLength(1);
    expect(stranger.answers).toEqual([401]);
    await rig.control('callout', { url: good.url, body: '{"event":"payment.processed"}' });
    expect(good.answers.at(-1)).toBe(400);
    let stores = 0;
    const full = await startHub(rig.open(), () => {
      if (stores++ === 0) throw new HubError('CONNECTOR_UNREACHABLE', { system: 'the store', why: 'it is gone' });
    });
    await sendCallout(connection, 'subscription.changed', 'SO-1-S1', full.url);
    expect(full.answers).toEqual([503, 200]);
    expect(full.messages).toHaveLength(1);
  });

  test.each([
    ['no event', '{"a":1}', '$.event'],
    ['null', 'null', '$.event'],
    ['no subscriptions', '{"event":"order.processed"}', '$.subscriptions'],
    ['no items', '{"event":"invoice.posted","invoice":{"number":"I","date":"2026-01-01","currency":"CNY"}}', '$.items'],
    ['no JSON', '{"event":', '$.event'],
  ])('%s is malformed', async (_, body, path) => {
    const rig = await sold();
    const callout = (await rig.control('callout', { body })) as unknown as {
      headers: Record<string, string>;
      body: string;
    };
    const malformed = expect.objectContaining({
      code: 'INBOX_BODY_MALFORMED',
      facts: expect.objectContaining({ path }),
    });
    expect(() => read(rig.open(), callout)).toThrow(malformed);
  });

  test('subscriptions that are not of the hub bring no message', async () => {
    const rig = await sold('WEB-1');
    const connector = rig.open({ subscriptionPrefix: 'SO-' });
    expect(read(connector, await signedCallout(rig.connection, 'subscription.changed', 'WEB-1'))).toEqual([]);
    const { invoiceNumber } = await billSubscription(rig.connection, {
      subscriptionNumber: 'WEB-1',
      targetDate: '2026-02-01',
    });
    expect(read(connector, await signedCallout(rig.connection, 'invoice.posted', String(invoiceNumber)))).toEqual([]);
    expect((await pollAll(connector)).messages).toEqual([]);
  });

  test('a callout that overtakes the receipt of the order is read like any other', async () => {
    const rig = await startRig();
    stops.push(rig.stop);
    const connector = rig.open();
    const body =
      '{"event":"order.processed","subscriptions":[{"number":"SO-9-S1","status":"Active","version":"1","updated":"2026-01-15 09:30:00"},null]}';
    const early = (await rig.control('callout', { body })) as unknown as {
      headers: Record<string, string>;
      body: string;
    };
    expect(read(connector, early)).toMatchObject([{ correlation: { ref: { id: 'SO-9-S1' }, creates: false } }]);
  });
});

test('an invoice with charges and credits of different lines is an invoice and a credit note', async () => {
  const item = (line: number, net: string, tax: string) => ({
    subscription: 'S1',
    chargeNumber: `S1-L${line}`,
    net,
    tax,
  });
  const items = [item(1, '100.00', '6.00'), item(2, '-50.00', '-3.00'), item(1, '-20.00', '-1.20')];
  const [invoice, credit, ...more] = invoiceMessages({ number: 'INV1', date: '2026-02-01', currency: 'CNY' }, items);
  expect(more).toEqual([]);
  expect(await report(invoice)).toMatchObject({
    invoice: 'INV1',
    kind: 'invoice',
    lines: [{ lineNo: 1, net: '80.00', tax: '4.80' }],
  });
  expect(await report(credit)).toMatchObject({
    invoice: 'INV1/credit',
    kind: 'credit',
    lines: [{ lineNo: 2, net: '50.00', tax: '3.00' }],
  });
  expect(credit?.correlation.dedupeKey).toBe('invoice/INV1/credit/S1');
});

describe('invoices by poll', () => {
  test('one that came by callout has the same key and the same report by poll', async () => {
    const rig = await sold();
    const connector = rig.open();
    const hub = await startHub(connector);
    await billSubscription(rig.connection, {
      subscriptionNumber: 'SO-1-S1',
      targetDate: '2026-02-01',
      callbackUrl: hub.url,
    });
    const [called] = hub.messages;
    const { messages } = await pollAll(connector);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.correlation).toEqual(called?.correlation);
    const amounts = { lines: [{ lineNo: 1, from: '2026-02-01', to: '2027-01-31' }] };
    expect(await report(messages[0])).toMatchObject(amounts);
    expect(await report(called)).toMatchObject(amounts);
    const [byPoll, byCall] = await Promise.all([report(messages[0]), report(called)]);
    const net = (of: unknown) =>
      (of as { lines: { net: string; tax: string }[] }).lines.map((line) => [Number(line.net), Number(line.tax)]);
    expect(net(byPoll)).toEqual(net(byCall));
    expect(net(byPoll)).toEqual([[36_000, 2160]]);
  });

  test('a change of quantity and a cancellation are read as invoice and credit of the line', async () => {
    const rig = await sold();
    const connector = rig.open({ overlapMs: 0 });
    const bill = (targetDate: string) =>
      billSubscription(rig.connection, { subscriptionNumber: 'SO-1-S1', targetDate });
    await bill('2026-02-01');
    const first = await pollAll(connector);
    rig.clock.advance(5000);
    const { body } = await rig.call('GET', '/v1/subscriptions/SO-1-S1');
    const [plan] = body['ratePlans'] as unknown as { id: string }[];
    const chargeUpdates = [{ chargeNumber: 'SO-1-S1-L1', pricing: { recurringPerUnit: { quantity: 12 } } }];
    const update = { type: 'UpdateProduct', updateProduct: { ratePlanId: plan?.id, chargeUpdates } };
    await rig.call('POST', '/v1/orders', changeOrder('C1', 'SO-1-S1', '2026-05-01', update));
    await bill('2026-05-01');
    const second = await pollAll(connector, first.mark);
    expect(second.messages.map(({ correlation }) => correlation.dedupeKey)).toContain('invoice/INV00000002/SO-1-S1');
    expect(await report(second.messages.at(-1))).toMatchObject({
      kind: 'invoice',
      lines: [{ lineNo: 1, net: '5444.38', tax: '326.66' }],
    });
    rig.clock.advance(5000);
    const cancelSubscription = { cancellationPolicy: 'SpecificDate', cancellationEffectiveDate: '2026-08-02' };
    await rig.call(
      'POST',
      '/v1/orders',
      changeOrder('X', 'SO-1-S1', '2026-08-02', { type: 'CancelSubscription', cancelSubscription }),
    );
    await bill('2026-08-02');
    const third = await pollAll(connector, second.mark);
    expect(await report(third.messages.at(-1))).toMatchObject({
      kind: 'credit',
      invoice: 'INV00000003',
      lines: [{ lineNo: 1, net: '21659.18' }],
    });
  });

  test('pages are followed, an invoice of two subscriptions is two messages, and the overlap repeats keys only', async () => {
    const rig = await sold('S0');
    const numbers = Array.from({ length: 42 }, (_, i) => `S${i + 1}`);
    for (const number of numbers) {
      await rig.call('POST', '/v1/orders', newSubscription(number));
      await billSubscription(rig.connection, { subscriptionNumber: number, targetDate: '2026-02-01' });
    }
    const two = newSubscription('S50');
    const [other] = newSubscription('S51').subscriptions;
    const processingOptions = { runBilling: true, billingOptions: { targetDate: '2026-02-01' } };
    await rig.call('POST', '/v1/orders', { ...two, subscriptions: [...two.subscriptions, other], processingOptions });
    const connector = rig.open();
    const first = await pollAll(connector);
    expect(first.messages.map(({ correlation }) => correlation.ref.id)).toEqual([...numbers, 'S50', 'S51']);
    expect(new Set(first.messages.map(({ correlation }) => correlation.dedupeKey)).size).toBe(44);
    const again = await pollAll(connector, first.mark);
    expect(again.messages.map(({ correlation }) => correlation.dedupeKey).sort()).toEqual(
      first.messages.map(({ correlation }) => correlation.dedupeKey).sort(),
    );
    rig.clock.advance(600_000);
    await billSubscription(rig.connection, { subscriptionNumber: 'S0', targetDate: '2026-02-01' });
    const later = await pollAll(connector, again.mark);
    const last = await pollAll(connector, later.mark);
    expect(last.messages.map(({ correlation }) => correlation.ref.id)).toEqual(['S0']);
  });

  test('a poll that fails on the way keeps its place', async () => {
    const rig = await sold();
    await billSubscription(rig.connection, { subscriptionNumber: 'SO-1-S1', targetDate: '2026-02-01' });
    const connector = rig.open();
    rig.simulator.inject({ kind: 'dropBefore', on: 'Invoice.items', times: 1 });
    await expect(pollAll(connector)).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
    expect((await pollAll(connector)).messages).toHaveLength(1);
  });
});
