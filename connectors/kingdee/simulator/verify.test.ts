import { expect, test } from 'vitest';
import { verifyLogin, verifyRequest } from './verify.js';

const PATH = '/K3Cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.ExecuteBillQuery.common.kdsvc';
const apps = [{ appId: '123456_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4', appSecret: 'test-app-secret-value' }];
const headers = {
  'x-api-clientid': '123456',
  'x-api-timestamp': '1700000000',
  'x-api-nonce': '1700000000',
  'x-api-signheaders': 'x-api-timestamp,x-api-nonce',
  'x-api-signature': 'MjNhMzg5MmZiMWE1MTQ1ZGE5NWFkYmZiZWYxYzhlY2NjNzcwM2ZjNDJlZTczMzBhNzkxOTk1ODhjNDZkMTEzYw==',
  'x-kd-appkey': apps[0]?.appId,
  'x-kd-appdata': 'ZGNpZC0xLHVzZXItMSwyMDUyLDEwMA==',
  'x-kd-signature': 'NjI5MzRiZGVhNGJhOWY2N2Y2YzQ2MzQ5ODA3N2JiZTRiMDRmOTUwNjI3YWIzODU1ODBkZDdhNzgwMzdmMDgxMg==',
};
const off = { nowMs: 0, skewMs: undefined };

test('accepts the published vector, with any skew when the check is off', () => {
  const caller = { acctId: 'dcid-1', userName: 'user-1', lcid: '2052', orgNumber: '100' };
  expect(verifyRequest(headers, PATH, apps, off)).toEqual(caller);
});

test.each([
  ['the path in another case', headers, PATH.replace('K3Cloud', 'k3cloud')],
  ['another nonce', { ...headers, 'x-api-nonce': '1' }, PATH],
  ['another user in the app data', { ...headers, 'x-kd-appdata': 'ZGNpZC0xLHVzZXItMiwyMDUyLDEwMA==' }, PATH],
  ['an unknown app', { ...headers, 'x-kd-appkey': 'x_y' }, PATH],
  ['no application signature', { ...headers, 'x-kd-signature': '' }, PATH],
])('refuses %s', (_, sent, path) => {
  expect(verifyRequest(sent, path, apps, off)).toBeUndefined();
});

test('the application signature alone is enough, as on self-hosted sites', () => {
  expect(verifyRequest({ ...headers, 'x-api-signature': '' }, PATH, apps, off)).toBeDefined();
});

test('a timestamp outside the skew is refused when the check is on', () => {
  const at = 1_700_000_000_000;
  expect(verifyRequest(headers, PATH, apps, { nowMs: at + 60_000, skewMs: 60_000 })).toBeDefined();
  expect(verifyRequest(headers, PATH, apps, { nowMs: at + 60_001, skewMs: 60_000 })).toBeUndefined();
});

test('LoginBySign', () => {
  const texts = ['dcid-1', 'user-1', '123456_app', 'test-secret', '1700000000'];
  const sign = '9587e10dd7be38f0d55ebf8d90c08773aecc11abd5d713368a86d634fa176229';
  expect(verifyLogin(texts, sign)).toBe(true);
  expect(verifyLogin(texts, sign.replace(/^9/, '8'))).toBe(false);
});
