import type { ConnectorType } from '../../core/connector/contract.js';
import { settingsReader } from '../../core/connector/kit/settings.js';
import { deliveryOrderCancel } from './cancel.js';
import { QimenClient } from './client.js';
import { deliveryOrderCreate, returnOrderCreate } from './create.js';
import { probe } from './probe.js';
import { warehouseReport } from './report.js';
import { Secrets, Settings } from './settings.js';
import { stockQuery } from './stock.js';

/** The platform publishes no figures for a warehouse; these are gentle. */
const LIMITS = { concurrency: 4, perSecond: 20 } as const;

const readSettings = settingsReader(Settings);
const readSecrets = settingsReader(Secrets);

/** A warehouse that speaks the Qimen 奇门 protocol. */
export const wms: ConnectorType = {
  id: 'wms',
  label: { en: 'Warehouse (Qimen)', zh: '仓储 WMS（奇门）' },
  settings: Settings,
  secrets: Secrets,
  writtenBack: [],
  limits: LIMITS,
  open: ({ connection, settings: raw, secrets, clock }) => {
    const settings = readSettings(raw);
    const { appSecret } = readSecrets(secrets);
    const { gatewayUrl, appKey, customerId, signMethod, timeoutMs, settleAfterMs, probeItem } = settings;
    const keys = { appKey, appSecret, customerId, clock };
    const { concurrency } = LIMITS;
    const client = new QimenClient({ ...keys, gatewayUrl, signMethod, timeoutMs, concurrency });
    return {
      operations: [
        deliveryOrderCreate(client, settings),
        deliveryOrderCancel(client, settings, settleAfterMs),
        returnOrderCreate(client, settings),
      ],
      reads: [stockQuery(client, settings)],
      triggers: [warehouseReport({ ...keys, connection })],
      probe: (signal) => probe(client, settings, probeItem, signal),
      close: () => client.close(),
    };
  },
};
