import { describe, expect, test } from 'vitest';
import { decodeClientSecret, hmacHexBase64, loginSign, signedHeaders, signedText, splitAppId } from './sign.js';

const app = {
  appId: '123456_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4',
  appSecret: 'test-app-secret-value',
  acctId: 'dcid-1',
  userName: 'user-1',
  lcid: 2052,
  orgNumber: '100',
};
const path = '/K3Cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.ExecuteBillQuery.common.kdsvc';

describe('signing as the published vectors have it', () => {
  test('the secret inside the app id', () => {
    expect(decodeClientSecret('YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4')).toBe('UVJWUANVXl8KXFlfWV1YSBNCShcUQRNL');
    expect(splitAppId('a_b_c')).toEqual({ clientId: '', clientSecret: '' });
  });

  test('the text to sign and its signature', () => {
    expect(signedText('/test', '1', '1')).toBe('POST\n%2Ftest\n\nx-api-nonce:1\nx-api-timestamp:1\n');
    expect(hmacHexBase64('key123', signedText('/test', '1', '1'))).toBe(
      'MThmZGFiM2U5MGZhNmU0MDQ0MWI1NTNkNmNmMjY2MDY0YzEzZTllNTA0OTBmM2M0NDI2NzFiMTI3NTFkZmU1ZQ==',
    );
  });

  test('all headers of one request', () => {
    const headers = signedHeaders(app, path, '1700000000', '1700000000');
    expect(headers).toMatchObject({
      'X-Api-ClientID': '123456',
      'X-Api-Signature': 'MjNhMzg5MmZiMWE1MTQ1ZGE5NWFkYmZiZWYxYzhlY2NjNzcwM2ZjNDJlZTczMzBhNzkxOTk1ODhjNDZkMTEzYw==',
      'X-Kd-Appdata': 'ZGNpZC0xLHVzZXItMSwyMDUyLDEwMA==',
      'X-Kd-Signature': 'NjI5MzRiZGVhNGJhOWY2N2Y2YzQ2MzQ5ODA3N2JiZTRiMDRmOTUwNjI3YWIzODU1ODBkZDdhNzgwMzdmMDgxMg==',
    });
  });

  test('the path is signed in the case it is sent', () => {
    const lower = signedHeaders(app, path.replace('K3Cloud', 'k3cloud'), '1700000000', '1700000000');
    expect(lower['X-Api-Signature']).not.toBe(signedHeaders(app, path, '1700000000', '1700000000')['X-Api-Signature']);
  });

  test('LoginBySign', () => {
    const login = { ...app, appId: '123456_app', appSecret: 'test-secret' };
    expect(loginSign(login, '1700000000')).toBe('9587e10dd7be38f0d55ebf8d90c08773aecc11abd5d713368a86d634fa176229');
  });
});
