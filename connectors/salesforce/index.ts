import type { ConnectorType } from '../../core/connector/contract.js';
import { webhookKey } from '../../core/connector/standard-webhook.js';
import { SalesforceClient } from './client.js';
import { opportunityUpdateStatus, WRITTEN_BACK } from './opportunity.js';
import { orderCallout } from './order-callout.js';
import { orderPoll } from './order-poll.js';
import { outboundMessage } from './outbound-message.js';
import { probe } from './probe.js';
import { readSecrets, readSettings, Secrets, Settings } from './settings.js';

/** Salesforce counts calls a day, not a second; this keeps a burst of ours away from people's work. */
const LIMITS = { concurrency: 5, perSecond: 20 } as const;

/** Salesforce over its REST API: orders in, order status back to the opportunity. */
export const salesforce: ConnectorType = {
  id: 'salesforce',
  label: { en: 'Salesforce', zh: 'Salesforce' },
  settings: Settings,
  secrets: Secrets,
  writtenBack: WRITTEN_BACK,
  limits: LIMITS,
  open: (context) => {
    const settings = readSettings(context.settings);
    const { clientSecret, webhookSecret, outboundMessageToken: token } = readSecrets(context.secrets);
    const { connection, clock } = context;
    const keys = (webhookSecret ?? '').split(' ').filter(Boolean).map(webhookKey);
    const client = new SalesforceClient({ ...settings, clientSecret, concurrency: LIMITS.concurrency, clock });
    return {
      operations: [opportunityUpdateStatus(client)],
      triggers: [
        orderPoll(client, settings),
        orderCallout({ connection, clock, keys, orderStatuses: settings.orderStatuses }),
        outboundMessage(client, { connection, token, settings }),
      ],
      probe: (signal) => probe(client, signal),
      close: () => client.close(),
    };
  },
};
