import Type, { type Static } from 'typebox';
import { settingsReader, TimeoutMs } from '../../core/connector/kit/settings.js';

const closed = { additionalProperties: false };

export const Settings = Type.Object(
  {
    loginUrl: Type.String({
      pattern: '^https?://[^\\s/?#]+/?$',
      maxLength: 300,
      title: '我的域名地址 / My Domain address, e.g. https://acme.my.salesforce.com',
    }),
    apiVersion: Type.String({ pattern: '^v\\d{2,3}\\.0$', default: 'v62.0', title: 'API 版本 / API version' }),
    clientId: Type.String({ minLength: 1, maxLength: 300, title: '应用的 Consumer Key / Consumer key of the app' }),
    organizationId: Type.Optional(
      Type.String({
        pattern: '^00D[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$',
        title:
          '组织 ID，填写后登录到其他组织即报错；使用出站消息时必填 / Organisation id; when given, a login to another one is refused; Outbound Messages need it',
      }),
    ),
    orderStatuses: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
      minItems: 1,
      maxItems: 20,
      default: ['Activated'],
      title: '读取哪些状态的订单 / Orders in these statuses are read',
    }),
    pollIntervalMs: Type.Integer({ default: 5000, minimum: 500, title: '轮询间隔 / Time between polls, ms' }),
    overlapMs: Type.Integer({
      default: 300_000,
      minimum: 0,
      maximum: 86_400_000,
      title: '回看时长 / How far each poll looks back, because commits become visible late, ms',
    }),
    timeoutMs: TimeoutMs,
  },
  closed,
);
export type Settings = Static<typeof Settings>;

const secret = (title: string) => Type.String({ minLength: 1, maxLength: 400, writeOnly: true, title });

export const Secrets = Type.Object(
  {
    clientSecret: secret('应用的 Consumer Secret / Consumer secret of the app'),
    webhookSecret: Type.Optional(
      secret(
        '回调签名密钥，轮换时以空格分隔两个 / Signing secret of the callout, "whsec_…"; two, split by a space, while changing it',
      ),
    ),
    outboundMessageToken: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{20,200}$',
        writeOnly: true,
        title: '出站消息地址中的令牌，20 位以上 / Token in the address of Outbound Messages, 20 characters or more',
      }),
    ),
  },
  closed,
);

/** @throws HubError SETTINGS_INVALID */
export const readSettings = settingsReader(Settings);
export const readSecrets = settingsReader(Secrets);
