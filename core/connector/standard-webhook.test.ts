import { describe, expect, test } from 'vitest';
import { signWebhook, verifyWebhook, webhookKey } from './standard-webhook.js';

const SECRET = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const OLD_SECRET = 'whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=';
const SIGNED = 'v1,kjqDfb4w3/yRk8VV1hbPEDWbUz2wGom70HpTEg9sU5g=';
const SIGNED_OLD = 'v1,tNsjlSbJwWWhxM1WHKolQlITXiqQWwfTmc46PPlFHqU=';
const AT = 1_768_469_400;
const BODY = '{"type":"order.created","timestamp":"2026-01-15T09:30:00Z","data":{"id":"ord_1"}}';

const clockAt = (seconds: number) => ({ now: () => new Date(seconds * 1000), monotonicMs: () => 0 });
const headers = (signature: string, more: Record<string, string | undefined> = {}) => ({
  'webhook-id': 'msg_01HUB',
  'webhook-timestamp': String(AT),
  'webhook-signature': signature,
  ...more,
});
const verify =
  (given: Record<string, string | undefined>, at = AT, body = BODY, secrets = [SECRET]) =>
  () =>
    verifyWebhook({ headers: given, query: '', body: Buffer.from(body) }, secrets.map(webhookKey), clockAt(at), 'crm');
const bad = expect.objectContaining({ code: 'INBOX_BAD_SIGNATURE' });

describe('a Standard Webhooks signature', () => {
  test('of the test vector is accepted, and made again', () => {
    expect(verify(headers(SIGNED))()).toEqual({ id: 'msg_01HUB', timestampS: AT });
    expect(signWebhook(webhookKey(SECRET), 'msg_01HUB', AT, Buffer.from(BODY))).toBe(SIGNED);
    expect(signWebhook(webhookKey(OLD_SECRET), 'msg_01HUB', AT, Buffer.from(BODY))).toBe(SIGNED_OLD);
  });

  test.each([300, -300])('is accepted when the clock is %i s off', (off) =>
    expect(verify(headers(SIGNED), AT + off)).not.toThrow(),
  );
  test.each([301, -301])('is refused when the clock is %i s off', (off) =>
    expect(verify(headers(SIGNED), AT + off)).toThrow(bad),
  );

  test('may be one of several', () => {
    expect(verify(headers(`v1,AAAA ${SIGNED}`))).not.toThrow();
    expect(verify(headers(`${SIGNED} ${SIGNED_OLD}`), AT, BODY, [OLD_SECRET])).not.toThrow();
    expect(verify(headers(SIGNED_OLD), AT, BODY, [SECRET, OLD_SECRET])).not.toThrow();
  });

  test.each([['v2,kjqDfb4w3/yRk8VV1hbPEDWbUz2wGom70HpTEg9sU5g='], ['v1,'], ['v1'], ['nonsense'], [SIGNED_OLD]])(
    '%s alone is refused',
    (signature) => expect(verify(headers(signature))).toThrow(bad),
  );

  test('needs all three headers, whatever their case', () => {
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      expect(verify(headers(SIGNED, { [name]: undefined }))).toThrow(bad);
    }
    const shouted = Object.fromEntries(Object.entries(headers(SIGNED)).map(([k, v]) => [k.toUpperCase(), v]));
    expect(verify(shouted)).not.toThrow();
  });

  test('covers every byte of the body, the id and the time', () => {
    expect(verify(headers(SIGNED), AT, `${BODY} `)).toThrow(bad);
    expect(verify(headers(SIGNED, { 'webhook-id': 'msg_02HUB' }))).toThrow(bad);
    expect(verify(headers(SIGNED, { 'webhook-timestamp': String(AT + 1) }))).toThrow(bad);
    expect(verify(headers(SIGNED, { 'webhook-id': 'msg.01HUB' }))).toThrow(bad);
    expect(verify(headers(SIGNED, { 'webhook-timestamp': 'soon' }))).toThrow(bad);
  });
});

test.each(['whsec_AAECAw==', 'whsec_not base64 at all, sorry but long enough', 'whsec_'])(
  'the secret %s is refused without being shown',
  (secret) => {
    expect(() => webhookKey(secret)).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID' }));
    expect(() => webhookKey(secret)).not.toThrow(secret.slice(6) || 'never');
  },
);
