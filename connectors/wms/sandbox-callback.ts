import { writeXml, type XmlElement } from '../../core/connector/kit/xml.js';
import { beijingText } from './beijing-time.js';
import { expectedSign } from './simulator/sign.js';

/** A signed call of the warehouse as it arrives at the hub: POST `<address>?<query>` with this body. */
export interface QimenCall {
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Keys of the receiving side, as a connection of type `wms` has them. */
export interface CallbackKeys {
  readonly appKey: string;
  readonly appSecret: string;
  readonly customerId: string;
  readonly signMethod?: 'md5' | 'hmac' | 'hmac-sha256';
}

/** Any call of the platform to the hub, signed with the hub's keys. */
export function signedCall(keys: CallbackKeys, method: string, body: string, now: Date): QimenCall {
  const params: Record<string, string> = {
    method,
    timestamp: beijingText(now),
    format: 'xml',
    app_key: keys.appKey,
    v: '2.0',
    sign_method: keys.signMethod ?? 'md5',
    customerId: keys.customerId,
  };
  const sign = expectedSign(params, Buffer.from(body), keys.appSecret) ?? '';
  const query = new URLSearchParams({ ...params, sign }).toString();
  return { query, headers: { 'content-type': 'application/xml;charset=UTF-8' }, body };
}

export interface ShipmentNews {
  readonly deliveryOrderCode: string;
  readonly outBizCode: string;
  readonly lines: readonly { readonly lineNo: number; readonly itemCode: string; readonly quantity: number }[];
  /** False while more is to come. */
  readonly final: boolean;
  /** `DELIVERED`, or `PARTDELIVERED` while more is to come, when absent. */
  readonly status?: string;
  readonly carrier?: string;
  readonly tracking?: string;
}

/** `deliveryorder.confirm` about a shipment, without a simulator behind it. */
export function shipmentCallback(keys: CallbackKeys, news: ShipmentNews, now: Date): QimenCall {
  const { deliveryOrderCode, outBizCode, lines, final, tracking, carrier = 'SF' } = news;
  const item = lines.map(({ itemCode, quantity }) => ({ itemCode, quantity: String(quantity) }));
  const request: XmlElement = {
    deliveryOrder: {
      deliveryOrderCode,
      deliveryOrderId: `W-${deliveryOrderCode}`,
      warehouseCode: 'WH1',
      orderType: 'JYCK',
      status: news.status ?? (final ? 'DELIVERED' : 'PARTDELIVERED'),
      outBizCode,
      confirmType: final ? '0' : '1',
      operateTime: beijingText(now),
    },
    ...(tracking === undefined
      ? {}
      : { packages: { package: [{ logisticsCode: carrier, expressCode: tracking, items: { item } }] } }),
    orderLines: {
      orderLine: lines.map(({ lineNo, itemCode, quantity }) => ({
        orderLineNo: String(lineNo),
        itemCode,
        actualQty: String(quantity),
      })),
    },
  };
  return signedCall(keys, 'deliveryorder.confirm', writeXml('request', request), now);
}
