import Type, { type Static } from 'typebox';
import { TimeoutMs } from '../../core/connector/kit/settings.js';
import { SIGN_METHODS } from './sign.js';

const closed = { additionalProperties: false };
const text = (title: string, maxLength = 50) => Type.String({ minLength: 1, maxLength, title });

export const Settings = Type.Object(
  {
    gatewayUrl: Type.String({
      pattern: '^https?://[^\\s?#]+$',
      maxLength: 300,
      title: '奇门网关地址 / Address of the Qimen gateway, e.g. https://qimen.api.taobao.com/router/qimen/service',
    }),
    appKey: text('应用 AppKey / App key', 100),
    customerId: text('货主在仓库的编码 / Code of the owner of goods at the warehouse (customerId)', 100),
    signMethod: Type.Union(
      SIGN_METHODS.map((method) => Type.Literal(method)),
      { default: 'md5', title: '签名方式 / How calls are signed: md5, hmac or hmac-sha256' },
    ),
    warehouseCode: Type.String({ default: 'OTHER', maxLength: 50, title: '仓库编码 / Warehouse code' }),
    ownerCode: text('货主编码 / Owner code of the goods'),
    shopNick: text('店铺名称 / Name of the shop, as the warehouse knows it', 200),
    logisticsCode: Type.String({ default: 'OTHER', maxLength: 50, title: '默认快递公司 / Carrier when none is named' }),
    receiverMobile: Type.Optional(
      text('默认收货电话 / Phone for the carrier when neither the address nor the customer has one', 40),
    ),
    sender: Type.Object(
      {
        name: text('发件人 / Sender', 200),
        mobile: text('电话 / Phone', 40),
        province: text('省 / Province', 100),
        city: text('市 / City', 100),
        area: Type.Optional(text('区 / District', 100)),
        detailAddress: text('详细地址 / Street address', 200),
      },
      { ...closed, title: '发件人信息 / Where goods are sent from, and come back to' },
    ),
    probeItem: Type.String({
      default: 'ORDERHUB-PROBE',
      maxLength: 50,
      title: '验证用商品编码 / An item the warehouse knows, asked for when the connection is proven',
    }),
    settleAfterMs: Type.Integer({
      default: 30_000,
      minimum: 0,
      title: '回查间隔 / Wait before "not cancelled" counts, ms',
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
export type Secrets = Static<typeof Secrets>;
