import type { PollTrigger } from '../../core/connector/contract.js';
import type { SalesforceClient } from './client.js';
import { MAPPING } from './order-message.js';
import { OrderReader } from './order-reader.js';
import type { Settings } from './settings.js';
import { readWatermark } from './watermark.js';

/**
 * Reads orders by `SystemModstamp` from the watermark minus the overlap, then the orders whose lines were changed or
 * deleted, which leaves the order's own stamp as it was. What was read before comes again with an equal dedupe key.
 * The two streams keep their own place in the watermark, so breaking off between pages loses nothing.
 */
export function orderPoll(client: SalesforceClient, settings: Settings): PollTrigger {
  return {
    kind: 'poll',
    name: 'order-poll',
    label: { en: 'Orders, read at intervals', zh: '定时读取订单' },
    mapping: MAPPING,
    intervalMs: settings.pollIntervalMs,
    poll: (watermark, signal) => new OrderReader(client, settings, signal).pages(readWatermark(watermark)),
  };
}
