import type { ConnectorType } from '../../core/connector/contract.js';
import { KingdeeClient } from './client.js';
import { probe } from './probe.js';
import { salesOrderCreate } from './sales-order.js';
import { readSecrets, readSettings, Secrets, Settings } from './settings.js';
import { voucherPost } from './voucher.js';

/** The vendor publishes no figures; few parallel writes per data centre are known to be safe. */
const LIMITS = { concurrency: 3, perSecond: 10 } as const;

/** Kingdee 云星空 (K/3 Cloud) over its WebAPI. */
export const kingdee: ConnectorType = {
  id: 'kingdee',
  label: { en: 'Kingdee K/3 Cloud', zh: '金蝶云星空' },
  settings: Settings,
  secrets: Secrets,
  writtenBack: [],
  limits: LIMITS,
  open: (context) => {
    const settings = readSettings(context.settings);
    const { appSecret } = readSecrets(context.secrets);
    const { acctId, userName, appId, lcid, orgNumber, serverUrl, authMode, timeoutMs } = settings;
    const client = new KingdeeClient({
      serverUrl,
      authMode,
      timeoutMs,
      concurrency: LIMITS.concurrency,
      app: { appId, appSecret, acctId, userName, lcid, orgNumber },
      clock: context.clock,
      nonce: context.nonce,
    });
    return {
      operations: [salesOrderCreate(client, settings), voucherPost(client, settings)],
      triggers: [],
      probe: (signal) => probe(client, signal),
      close: () => client.close(),
    };
  },
};
