import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Rig, randomKey, startRig, until } from '../../support/hub-rig.js';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ ORDERHUB_MAX_FILE_MB: '1' });
});
afterAll(async () => rig.stop());

const ORDER = {
  schema: 'order/v1',
  orderDate: '2026-11-18',
  currency: 'CNY',
  customer: { code: 'C001', name: '杭州云帆智能制造有限公司', taxNumber: '91330100MA2XXXXX1K' },
  lines: [{ ref: 'l1', product: 'LIC-PLATFORM', quantity: '1', unitPrice: '50000.00', taxRate: '0.13' }],
};
const newOrder = async (): Promise<string> =>
  (await rig.api.post('/api/v1/orders', ORDER, { headers: { 'idempotency-key': randomKey() } })).data.orderId;

/** Puts records on an order as if as many files had been attached. */
const standing = (order: string, count: number) =>
  rig.running.hub.models.attachments.insertMany(
    Array.from({ length: count }, (_, i) => ({
      _id: `${order}-${i}`,
      attachedTo: { kind: 'order', orderId: order },
      ...{ name: `${i}.pdf`, type: 'application/pdf', size: 9, sha256: shaOf(Buffer.from(`${i}`)) },
      ...{ by: { kind: 'user', id: 'u', name: 'U' }, at: new Date(), liveAs: `${order}-${i}` },
    })),
  );

/** Headers of somebody with this role. */
const withRole = async (role: string): Promise<Record<string, string>> => {
  const { data } = await rig.api.post('/api/v1/api-keys', { name: role, roles: [role] });
  return { authorization: `Bearer ${data.key}` };
};

const pdf = (content: Buffer | string = randomBytes(2_000)): Buffer =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.from(content)]);
const shaOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const stored = (sha256: string): boolean =>
  existsSync(join(rig.dataDir, 'files', sha256.slice(0, 2), sha256.slice(2, 4), sha256));

/** Files below the folder, whatever they are called. */
const filesBelow = (): string[] => {
  const folder = join(rig.dataDir, 'files');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }) as string[];
  return names.filter((name) => statSync(join(folder, name)).isFile()).sort();
};

interface Sent {
  params?: Record<string, string>;
  headers?: Record<string, string>;
}
const attach = (order: string, bytes: Buffer, { params = {}, headers = {} }: Sent = {}) =>
  rig.api.post(`/api/v1/orders/${order}/attachments`, bytes, {
    params: { name: '验收单.pdf', ...params },
    headers: { 'content-type': 'application/pdf', ...headers },
  });
const list = async (order: string, params: object = {}) =>
  (await rig.api.get(`/api/v1/orders/${order}/attachments`, { params })).data;
const download = (id: string, headers: Record<string, string> = {}) =>
  rig.api.get(`/api/v1/attachments/${id}`, { responseType: 'arraybuffer', headers });

describe('attaching', () => {
  test('a file comes back as it was, to be saved and never opened', async () => {
    const order = await newOrder();
    const bytes = pdf();
    const { status, data, headers } = await attach(order, bytes);
    expect(status).toBe(201);
    expect(data).toMatchObject({
      on: { kind: 'order', orderId: order },
      name: '验收单.pdf',
      type: 'application/pdf',
      size: bytes.length,
      sha256: shaOf(bytes),
      by: { id: 'local-operator' },
    });
    expect(headers['location']).toBe(`/api/v1/attachments/${data.attachmentId}`);

    const got = await download(data.attachmentId);
    expect(Buffer.from(got.data).equals(bytes)).toBe(true);
    expect(got.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(bytes.length),
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      etag: `"${shaOf(bytes)}"`,
    });
    expect(got.headers['content-disposition']).toBe(
      'attachment; filename="___.pdf"; filename*=UTF-8\'\'%E9%AA%8C%E6%94%B6%E5%8D%95.pdf',
    );
    const known = await download(data.attachmentId, { 'if-none-match': `"${shaOf(bytes)}"` });
    expect([known.status, known.data.length]).toEqual([304, 0]);
  });

  test('the order tells of it, and of its removal', async () => {
    const order = await newOrder();
    const { data } = await attach(order, pdf(), { headers: await withRole('finance') });
    await rig.api.delete(`/api/v1/attachments/${data.attachmentId}`);
    const told = await until(async () => {
      const { data: timeline } = await rig.api.get(`/api/v1/orders/${order}/timeline`);
      const items: { title: { en: string; zh: string }; by: string; data: object }[] = timeline.items;
      const mine = items.filter(({ title }) => /^File /.test(title.en));
      return mine.length === 2 ? mine : undefined;
    });
    expect(told.map(({ title, by }) => [title.zh, by])).toEqual([
      ['添加附件', 'finance'],
      ['移除附件', 'local operator'],
    ]);
    expect(told[0]?.data).toMatchObject({ attachmentId: data.attachmentId, name: '验收单.pdf', sha256: data.sha256 });
  });

  test('the same file on the same place is the same record, also of ten at once; elsewhere it is another', async () => {
    const [order, other] = [await newOrder(), await newOrder()];
    const bytes = pdf();
    const answers = await Promise.all(Array.from({ length: 10 }, () => attach(order, bytes)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
    expect(new Set(answers.map(({ data }) => data.attachmentId)).size).toBe(1);
    expect((await list(order)).items).toHaveLength(1);
    expect((await attach(other, bytes)).status).toBe(201);
    expect(filesBelow().filter((path) => path.endsWith(shaOf(bytes)))).toHaveLength(1);
  });

  test('a file can belong to a task; a task or step of another order is not found', async () => {
    const [order, other] = [await newOrder(), await newOrder()];
    const task: string = await until(
      async () => (await rig.api.get(`/api/v1/orders/${order}`)).data.openTasks[0]?.taskId,
    );
    const { data } = await attach(order, pdf(), { params: { task } });
    expect(data.on).toEqual({ kind: 'task', orderId: order, taskId: task });
    await attach(order, pdf());
    expect((await list(order, { task })).items).toHaveLength(1);
    expect((await list(order)).items).toHaveLength(2);
    for (const params of [{ task }, { step: '1-accept' }]) {
      const refused = await attach(other, pdf(), { params: params as Record<string, string> });
      expect([refused.status, refused.data.code]).toEqual([404, 'RESOURCE_NOT_FOUND']);
    }
  });

  test('the name may come in Content-Disposition, and a type that says nothing is read from it', async () => {
    const order = await newOrder();
    const { data } = await rig.api.post(`/api/v1/orders/${order}/attachments`, pdf(), {
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': "attachment; filename*=UTF-8''..%2F%E5%90%88%E5%90%8C.pdf",
      },
    });
    expect(data).toMatchObject({ name: '合同.pdf', type: 'application/pdf' });
  });

  test('lists go page by page, newest first', async () => {
    const order = await newOrder();
    for (const name of ['a.pdf', 'b.pdf', 'c.pdf']) await attach(order, pdf(), { params: { name } });
    const first = await list(order, { limit: 2 });
    const second = await list(order, { limit: 2, cursor: first.next });
    const names = [...first.items, ...second.items].map(({ name }: { name: string }) => name);
    expect([names, second.next]).toEqual([['c.pdf', 'b.pdf', 'a.pdf'], undefined]);
  });
});

describe('refusing', () => {
  test.each([
    ['a page', 'text/html', 'a.html', '<!doctype html>', 'ATTACHMENT_TYPE_REFUSED'],
    ['a page that says it is text', 'text/plain', 'a.txt', '<!doctype html><script>', 'ATTACHMENT_TYPE_REFUSED'],
    ['an image that is a program', 'image/svg+xml', 'a.svg', '<svg/>', 'ATTACHMENT_TYPE_REFUSED'],
    ['a picture that is none', 'image/png', 'a.png', 'GIF89a', 'ATTACHMENT_TYPE_REFUSED'],
    ['a name of another type', 'application/pdf', 'a.exe', '%PDF-1.7', 'ATTACHMENT_TYPE_REFUSED'],
    ['nothing', 'application/pdf', 'a.pdf', '', 'ATTACHMENT_TYPE_REFUSED'],
  ])('%s', async (_what, type, name, content, code) => {
    const order = await newOrder();
    const before = filesBelow();
    const answer = await attach(order, Buffer.from(content), { params: { name }, headers: { 'content-type': type } });
    expect([answer.status, answer.data.code]).toEqual([422, code]);
    expect(answer.data.detailZh).toContain('.pdf');
    expect(filesBelow()).toEqual(before);
    expect((await list(order)).items).toEqual([]);
  });

  test('too large, said beforehand or found while it comes', async () => {
    const order = await newOrder();
    const before = filesBelow();
    const said = await attach(order, pdf(Buffer.alloc(1024 * 1024)));
    expect([said.status, said.data.code]).toEqual([413, 'INBOX_BODY_TOO_LARGE']);
    const found = await sendChunks(order, 40, 64 * 1024);
    expect(found).toMatchObject({ status: 413, code: 'INBOX_BODY_TOO_LARGE' });
    expect(filesBelow()).toEqual(before);
    expect((await list(order)).items).toEqual([]);
  });

  test('an upload that breaks off leaves nothing', async () => {
    const order = await newOrder();
    const before = filesBelow();
    const call = upload(order);
    call.on('error', () => undefined);
    call.write(pdf(randomBytes(200_000)));
    await until(async () => filesBelow().length > before.length);
    call.destroy();
    await until(async () => filesBelow().length === before.length);
    expect(filesBelow()).toEqual(before);
    expect((await list(order)).items).toEqual([]);
  });

  test('the hundred and first, until one is removed', async () => {
    const order = await newOrder();
    await standing(order, 99);
    expect((await attach(order, pdf())).status).toBe(201);
    const bytes = pdf();
    const full = await attach(order, bytes);
    expect([full.status, full.data.code]).toEqual([422, 'ATTACHMENT_LIMIT_REACHED']);
    expect(stored(shaOf(bytes))).toBe(false);
    const { items } = await list(order, { limit: 200 });
    expect(items).toHaveLength(100);
    await rig.api.delete(`/api/v1/attachments/${items[0].attachmentId}`);
    expect((await attach(order, bytes)).status).toBe(201);
  });

  test('an order that is not there', async () => {
    const answer = await attach('SO-none', pdf());
    expect([answer.status, answer.data.code]).toEqual([404, 'ORDER_NOT_FOUND']);
  });
});

describe('removing', () => {
  test('keeps the record, and the bytes as long as another attachment has them', async () => {
    const [order, other] = [await newOrder(), await newOrder()];
    const bytes = pdf();
    const [mine, theirs] = [(await attach(order, bytes)).data, (await attach(other, bytes)).data];
    const gone = await rig.api.delete(`/api/v1/attachments/${mine.attachmentId}`);
    expect(gone.data).toMatchObject({ removed: { by: { id: 'local-operator' } } });
    expect((await download(mine.attachmentId)).status).toBe(410);
    expect((await list(order)).items).toEqual([]);
    expect((await list(order, { removed: true })).items).toMatchObject([{ attachmentId: mine.attachmentId }]);
    expect((await download(theirs.attachmentId)).status).toBe(200);
    expect(stored(shaOf(bytes))).toBe(true);

    const again = await rig.api.delete(`/api/v1/attachments/${mine.attachmentId}`);
    expect(again.data.removed.at).toBe(gone.data.removed.at);
    await rig.api.delete(`/api/v1/attachments/${theirs.attachmentId}`);
    expect(stored(shaOf(bytes))).toBe(false);
    expect((await attach(order, bytes)).data.attachmentId).not.toBe(mine.attachmentId);
  });
});

test.each([
  ['auditor', 403, 200, 403],
  ['sales-manager', 201, 200, 403],
  ['production', 201, 200, 403],
  ['sales-operations', 201, 200, 200],
])('%s: attach %i, download %i, remove %i', async (role, add, read, remove) => {
  const order = await newOrder();
  const headers = await withRole(role);
  const { data } = await attach(order, pdf());
  expect((await attach(order, pdf(), { headers })).status).toBe(add);
  expect((await download(data.attachmentId, headers)).status).toBe(read);
  expect((await rig.api.get(`/api/v1/orders/${order}/attachments`, { headers })).status).toBe(read);
  expect((await rig.api.delete(`/api/v1/attachments/${data.attachmentId}`, { headers })).status).toBe(remove);
});

test('nobody gets anything without signing in', async () => {
  const order = await newOrder();
  const { data } = await attach(order, pdf());
  const headers = { authorization: '' };
  expect((await attach(order, pdf(), { headers })).status).toBe(401);
  expect((await download(data.attachmentId, headers)).status).toBe(401);
  expect((await rig.api.delete(`/api/v1/attachments/${data.attachmentId}`, { headers })).status).toBe(401);
});

/** An upload whose length is not said. */
function upload(order: string) {
  return httpRequest(`${rig.running.url}/api/v1/orders/${order}/attachments?name=a.pdf`, {
    method: 'POST',
    headers: {
      authorization: String(rig.api.defaults.headers['authorization']),
      'content-type': 'application/pdf',
      'transfer-encoding': 'chunked',
    },
  });
}

function sendChunks(order: string, count: number, bytes: number): Promise<{ status: number; code: string }> {
  return new Promise((resolve, reject) => {
    const call = upload(order);
    call.on('error', reject);
    call.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, code: JSON.parse(text).code }));
    });
    call.write('%PDF-1.7\n');
    for (let i = 0; i < count; i += 1) call.write(Buffer.alloc(bytes));
    call.end();
  });
}
