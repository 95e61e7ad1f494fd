import Type, { type Static } from 'typebox';
import { settingsReader } from '../../core/connector/kit/settings.js';

const closed = { additionalProperties: false };
const text = (title: string, maxLength: number, more: object = {}) =>
  Type.String({ minLength: 1, maxLength, title, ...more });
const id = Type.String({ pattern: '^[0-9a-f]{32}$' });

export const Settings = Type.Object(
  {
    baseUrl: Type.String({
      pattern: '^https?://[^\\s/?#]+/?$',
      maxLength: 300,
      title: 'REST 地址 / REST address of the tenant, e.g. https://rest.test.zuora.com',
    }),
    clientId: text('OAuth 客户端 ID / Client id of the OAuth client', 100),
    version: Type.String({
      pattern: '^(\\d{3}\\.\\d|\\d{4}-\\d\\d-\\d\\d)$',
      default: '2025-08-12',
      title: 'Zuora-Version，2024-05-20 之前错误均以 HTTP 200 返回 / Before 2024-05-20 errors come with HTTP 200',
    }),
    entityId: Type.Optional(text('多实体租户的实体 ID / Entity, in a multi-entity tenant', 64)),
    ratePlans: Type.Record(
      Type.String({ pattern: '^.{1,64}$' }),
      Type.Object({ productRatePlanId: id, productRatePlanChargeId: id }, closed),
      {
        title: '产品对照：SKU 到费率计划与计费项 / SKU of the hub to rate plan and recurring per-unit charge in Zuora',
      },
    ),
    paymentTerm: Type.Optional(text('新账户的付款条件 / Payment term of accounts the hub creates, e.g. Net 30', 100)),
    subscriptionPrefix: Type.Optional(
      text('只接收此前缀的订阅编号 / Only messages about subscriptions whose number begins so are taken', 40),
    ),
    calloutSignatureHeader: text('回调签名头 / Header of the callout signature', 100, { default: 'X-Zuora-Signature' }),
    calloutSignatureValue: text('签名头模板 / Template of that header', 200, { default: '{{Request.HMAC.Signed}}' }),
    calloutSignedText: text('签名内容模板 / Template of the signed text', 500, { default: '{{Request.Body}}' }),
    calloutAlgorithm: Type.Union(
      [Type.Literal('SHA-224'), Type.Literal('SHA-256'), Type.Literal('SHA-384'), Type.Literal('SHA-512')],
      { default: 'SHA-256', title: '签名算法，不接受 MD5 与 SHA-1 / HMAC algorithm; MD5 and SHA-1 are not accepted' },
    ),
    calloutOutput: Type.Union([Type.Literal('BASE64'), Type.Literal('HEX')], {
      default: 'BASE64',
      title: '签名编码 / Encoding of the signature',
    }),
    pollIntervalMs: Type.Integer({ default: 60_000, minimum: 500, title: '轮询间隔 / Time between polls, ms' }),
    overlapMs: Type.Integer({
      default: 300_000,
      minimum: 0,
      maximum: 86_400_000,
      title: '回看时长 / How far each poll looks back, ms',
    }),
    timeoutMs: Type.Integer({
      default: 60_000,
      minimum: 100,
      maximum: 600_000,
      title: '超时 / Timeout of one call; Zuora itself ends one after 120,000, ms',
    }),
  },
  closed,
);
export type Settings = Static<typeof Settings>;

const secret = (title: string) => Type.String({ minLength: 1, maxLength: 400, writeOnly: true, title });

export const Secrets = Type.Object(
  {
    clientSecret: secret('OAuth 客户端密钥 / Client secret of the OAuth client'),
    calloutHmacKey: Type.Optional(
      secret(
        '回调签名密钥，轮换时以空格分隔两个 / Key of the callout signature; two, split by a space, while changing it',
      ),
    ),
    calloutUser: Type.Optional(secret('回调用户名 / User name of the callout login')),
    calloutPassword: Type.Optional(secret('回调密码 / Password of the callout login')),
  },
  { ...closed, dependencies: { calloutUser: ['calloutPassword'], calloutPassword: ['calloutUser'] } },
);
export type Secrets = Static<typeof Secrets>;

export const readSettings = settingsReader(Settings);
export const readSecrets = settingsReader(Secrets);
