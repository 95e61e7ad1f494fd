import Type, { type Static } from 'typebox';
import { settingsReader, TimeoutMs } from '../../core/connector/kit/settings.js';

const closed = { additionalProperties: false };
const text = (title: string, maxLength = 100) => Type.String({ minLength: 1, maxLength, title });

const numbers = (title: string) => Type.Record(Type.String(), Type.String(), { default: {}, title });

export const Settings = Type.Object(
  {
    serverUrl: Type.String({
      pattern: '^https?://[^\\s?#]+$',
      maxLength: 300,
      title: '服务器地址 / Server address, with the path, e.g. https://erp.example.com/k3cloud/',
    }),
    acctId: text('数据中心标识 / Data centre id'),
    userName: text('集成用户 / Integration user'),
    appId: text('应用 ID / App id, as the third-party login page shows it'),
    lcid: Type.Integer({ enum: [2052, 1033, 3076], default: 2052, title: '语言 / Language: 2052, 1033 or 3076' }),
    orgNumber: Type.String({ default: '0', maxLength: 40, title: '组织编码 / Organisation number' }),
    authMode: Type.Union([Type.Literal('signature'), Type.Literal('login-by-sign')], {
      default: 'signature',
      title: '认证方式 / Sign every request, or sign in once for a session',
    }),
    accountBook: Type.String({
      default: '001',
      maxLength: 40,
      title: '账簿 / Account book, when a voucher names none',
    }),
    voucherGroup: Type.String({
      default: 'PRE001',
      maxLength: 40,
      title: '凭证字 / Voucher group, when none is named',
    }),
    customerFlex: Type.String({
      default: 'FFLEX6',
      pattern: '^FF[A-Z0-9]+$',
      title: '客户核算维度 / Dimension that holds the customer; differs by installation',
    }),
    salerNumber: Type.Optional(text('默认销售员编码 / Sales person of orders that name none', 40)),
    units: numbers('计量单位对照 / Unit of the hub to unit number in Kingdee, where they differ'),
    materials: numbers('物料对照 / SKU of the hub to material number in Kingdee, where they differ'),
    finish: Type.Union([Type.Literal('save'), Type.Literal('submit'), Type.Literal('audit')], {
      default: 'audit',
      title: '完成状态 / How far a bill is taken: save, submit or audit',
    }),
    settleAfterMs: Type.Integer({
      default: 30_000,
      minimum: 0,
      title: '回查间隔 / Wait before "not found" counts, ms',
    }),
    timeoutMs: TimeoutMs,
  },
  closed,
);
export type Settings = Static<typeof Settings>;

export const Secrets = Type.Object(
  { appSecret: Type.String({ minLength: 1, maxLength: 200, writeOnly: true, title: '应用密钥 / App secret' }) },
  closed,
);

/** @throws HubError SETTINGS_INVALID */
export const readSettings = settingsReader(Settings);
export const readSecrets = settingsReader(Secrets);
