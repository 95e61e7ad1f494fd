import { afterEach, describe, expect, test } from 'vitest';
import {
  type CallbackKeys,
  type QimenCall,
  shipmentCallback,
  signedCall,
} from '../../../connectors/wms/sandbox-callback.js';
import type { InboundMessage, RawRequest } from '../../../core/connector/contract.js';
import { writeXml, type XmlElement } from '../../../core/connector/kit/xml.js';
import { HubError } from '../../../core/errors/hub-error.js';
import { loadMappings } from '../../../core/mapping/registry.js';
import { readReport } from '../../../core/order/reports.js';
import { type Rig, startRig, triggerOf } from './rig.js';

const rigs: Rig[] = [];
const start = async (): Promise<Rig> => {
  const rig = await startRig();
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.stop();
});

const KEYS: CallbackKeys = { appKey: '12345678', appSecret: 'demosecret', customerId: 'c1234567890' };
const NOW = new Date('2026-01-15T02:30:00Z');
const raw = ({ query, headers, body }: QimenCall): RawRequest => ({ query, headers, body: Buffer.from(body) });
const shipment = (keys = KEYS, now = NOW) =>
  raw(
    shipmentCallback(
      keys,
      {
        deliveryOrderCode: 'SO-1-D1',
        outBizCode: 'C-1',
        lines: [{ lineNo: 1, itemCode: 'SKU1', quantity: 4 }],
        final: false,
        tracking: 'SF0001',
      },
      now,
    ),
  );
const confirm = (order: XmlElement, method = 'deliveryorder.confirm') =>
  raw(signedCall(KEYS, method, writeXml('request', { deliveryOrder: order }), NOW));
const readOne = (rig: Rig, request: RawRequest): InboundMessage => {
  const read = triggerOf(rig.connector).read(request);
  if (Array.isArray(read)) throw new Error('there are several messages');
  return read as InboundMessage;
};
const refusal = (rig: Rig, request: RawRequest): HubError => {
  try {
    triggerOf(rig.connector).read(request);
  } catch (error) {
    if (error instanceof HubError) return error;
    throw error;
  }
  throw new Error('it was taken');
};

describe('a call of the warehouse', () => {
  test('names the shipment, and what the mapping reads', async () => {
    const message = readOne(await start(), shipment());
    expect(message).toMatchObject({
      kind: 'wms.delivery-confirm',
      mapping: 'wms-confirm-to-shipment',
      correlation: {
        ref: { type: 'deliveryorder', id: 'SO-1-D1' },
        creates: false,
        dedupeKey: 'deliveryorder.confirm/SO-1-D1/C-1',
      },
    });
    const { output } = await loadMappings('mappings').run('wms-confirm-to-shipment', message.body);
    expect(readReport(output)).toEqual({
      schema: 'shipment/v1',
      shipment: 'SO-1-D1',
      report: 'C-1',
      date: '2026-01-15',
      state: 'part-shipped',
      lines: [{ lineNo: 1, product: 'SKU1', quantity: '4' }],
      parcels: [{ carrier: 'SF', tracking: 'SF0001', lines: [{ product: 'SKU1', quantity: '4' }] }],
    });
  });

  test('without outBizCode the bytes tell repeats apart; an odd code is carried as its digest', async () => {
    const rig = await start();
    const one = readOne(rig, confirm({ deliveryOrderCode: 'D-1', status: 'ACCEPT' }));
    const same = readOne(rig, confirm({ deliveryOrderCode: 'D-1', status: 'ACCEPT' }));
    const other = readOne(rig, confirm({ deliveryOrderCode: 'D-1', status: 'REJECT' }));
    expect(same.correlation.dedupeKey).toBe(one.correlation.dedupeKey);
    expect(other.correlation.dedupeKey).not.toBe(one.correlation.dedupeKey);
    const odd = readOne(rig, confirm({ deliveryOrderCode: 'D-1', outBizCode: '出库 7/1' }));
    expect(odd.correlation.dedupeKey).toBe('deliveryorder.confirm/D-1/出库 7/1');
    expect(odd.body).toMatchObject({ report: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test('one code may serve two orders', async () => {
    const rig = await start();
    const keys = ['D-1', 'D-2'].map(
      (deliveryOrderCode) => readOne(rig, confirm({ deliveryOrderCode, outBizCode: 'X' })).correlation.dedupeKey,
    );
    expect(new Set(keys).size).toBe(2);
  });
});

describe('who cannot prove itself is told so, in the words of the protocol', () => {
  const changed = (request: RawRequest, change: Partial<RawRequest>): RawRequest => ({ ...request, ...change });
  const good = shipment();
  const text = good.body.toString('utf8');
  test.each<[string, RawRequest]>([
    ['wrong secret', shipment({ ...KEYS, appSecret: 'Demosecret' })],
    ['unknown app_key', shipment({ ...KEYS, appKey: '87654321' })],
    ['somebody else', shipment({ ...KEYS, customerId: 'c9' })],
    ['stale by more than ten minutes', shipment(KEYS, new Date(NOW.getTime() - 601_000))],
    ['ahead by more than ten minutes', shipment(KEYS, new Date(NOW.getTime() + 601_000))],
    ['one byte of the body', changed(good, { body: Buffer.from(text.replace('>4<', '>5<')) })],
    ['a blank after the body', changed(good, { body: Buffer.from(`${text} `) })],
    ['a body laid out anew', changed(good, { body: Buffer.from(text.replaceAll('><', '>\n<')) })],
    ['a body in another charset', changed(good, { body: Buffer.from(text, 'utf16le') })],
    ['another method', changed(good, { query: good.query.replace('deliveryorder', 'returnorder') })],
    ['one parameter more', changed(good, { query: `${good.query}&session=1` })],
    ['a parameter twice', changed(good, { query: `${good.query}&method=deliveryorder.confirm` })],
    ['a query in another charset', changed(good, { query: `${good.query}&x=%C3%E6` })],
    ['no query', changed(good, { query: '' })],
    ['sign in lower case', changed(good, { query: good.query.replace(/sign=\w+$/, (sign) => sign.toLowerCase()) })],
    ['no sign', changed(good, { query: good.query.replace(/&sign=\w+$/, '') })],
    ['a way of signing nobody knows', changed(good, { query: good.query.replace('sign_method=md5', 'sign_method=x') })],
  ])('%s', async (_, request) => {
    const rig = await start();
    const error = refusal(rig, request);
    expect(error).toMatchObject({ code: 'INBOX_BAD_SIGNATURE' });
    const answer = triggerOf(rig.connector).refuse?.(error);
    expect(answer?.status).toBe(200);
    expect(answer?.body).toContain('<response><flag>failure</flag><code>sign-check-failure</code><message>');
  });

  test('inside ten minutes it is taken', async () => {
    const rig = await start();
    for (const ms of [-600_000, 600_000]) {
      expect(readOne(rig, shipment(KEYS, new Date(NOW.getTime() + ms)))).toMatchObject({
        kind: 'wms.delivery-confirm',
      });
    }
  });

  test('a parameter without value does not change the signature', async () => {
    const rig = await start();
    const request = { ...shipment(), query: `${shipment().query}&session=` };
    expect(readOne(rig, request)).toMatchObject({ kind: 'wms.delivery-confirm' });
  });
});

describe('what is signed well and cannot be read', () => {
  const signed = (body: string, method = 'deliveryorder.confirm') => raw(signedCall(KEYS, method, body, NOW));
  test.each<[string, RawRequest, string]>([
    ['a method not taken here', confirm({ deliveryOrderCode: 'D-1' }, 'inventory.report'), '?method'],
    ['a name every object has', confirm({ deliveryOrderCode: 'D-1' }, 'constructor'), '?method'],
    ['no code', confirm({ status: 'DELIVERED' }), '$.deliveryOrder.deliveryOrderCode'],
    ['no XML', signed('{"a":1}'), '$'],
    ['a document type', signed('<!DOCTYPE request [<!ENTITY x "y">]><request>&x;</request>'), '$'],
    ['another root', signed('<response><flag>success</flag></response>'), '$'],
    ['an empty body', signed(''), '$'],
  ])('%s', async (_, request, path) => {
    const rig = await start();
    const error = refusal(rig, request);
    expect(error).toMatchObject({ code: 'INBOX_BODY_MALFORMED', facts: { path } });
    const answer = triggerOf(rig.connector).refuse?.(error);
    expect(answer?.body).toContain('<flag>failure</flag><code>INBOX_BODY_MALFORMED</code>');
  });

  test('a store that fails is a failure too, so that the warehouse calls again', async () => {
    const rig = await start();
    const answer = triggerOf(rig.connector).refuse?.(new HubError('STORE_UNREACHABLE', { why: 'x < y' }));
    expect(answer?.body).toContain('<flag>failure</flag><code>STORE_UNREACHABLE</code>');
    expect(answer?.body).toContain('x &lt; y');
  });

  test('success is said in the words of the protocol', async () => {
    expect(triggerOf((await start()).connector).answer?.([])).toEqual({
      status: 200,
      headers: { 'content-type': 'application/xml;charset=UTF-8' },
      body: '<?xml version="1.0" encoding="UTF-8"?><response><flag>success</flag><code>0</code><message>ok</message></response>',
    });
  });
});
