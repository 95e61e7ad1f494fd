import type { ConnectorType } from '../../core/connector/contract.js';
import { callout } from './callout.js';
import type { CalloutProof } from './callout-verify.js';
import { ZuoraClient } from './client.js';
import { invoicePoll } from './invoice-poll.js';
import { probe } from './probe.js';
import {
  readSecrets,
  readSettings,
  Secrets,
  type Secrets as SecretValues,
  Settings,
  type Settings as SettingValues,
} from './settings.js';
import { subscriptionCancel, subscriptionChange } from './subscription-change.js';
import { subscriptionCreate } from './subscription-create.js';

/** A tenant allows 40 calls at once for everybody; the hub takes a part of them. */
const LIMITS = { concurrency: 8, perSecond: 20 } as const;

function proofOf(connection: string, settings: SettingValues, secrets: SecretValues): CalloutProof {
  const { calloutUser: user, calloutPassword: password } = secrets;
  return {
    connection,
    hmacKeys: (secrets.calloutHmacKey ?? '').split(' ').filter(Boolean),
    signatureHeader: settings.calloutSignatureHeader,
    signatureValue: settings.calloutSignatureValue,
    signedText: settings.calloutSignedText,
    algorithm: settings.calloutAlgorithm,
    output: settings.calloutOutput,
    ...(user === undefined || password === undefined ? {} : { login: { user, password } }),
  };
}

/** Zuora Billing over its REST API with orders: subscriptions out, their state and invoices back. */
export const zuora: ConnectorType = {
  id: 'zuora',
  label: { en: 'Zuora Billing', zh: 'Zuora 订阅计费' },
  settings: Settings,
  secrets: Secrets,
  writtenBack: [],
  limits: LIMITS,
  open: (context) => {
    const settings = readSettings(context.settings);
    const secrets = readSecrets(context.secrets);
    const client = new ZuoraClient({
      ...settings,
      clientSecret: secrets.clientSecret,
      concurrency: LIMITS.concurrency,
      clock: context.clock,
    });
    const prefix = settings.subscriptionPrefix ?? '';
    const isOurs = (subscription: string): boolean => subscription !== '' && subscription.startsWith(prefix);
    return {
      operations: [subscriptionCreate(client), subscriptionChange(client), subscriptionCancel(client)],
      triggers: [
        callout({ proof: proofOf(context.connection, settings, secrets), isOurs }),
        invoicePoll(client, { ...settings, isOurs }),
      ],
      probe: (signal) => probe(client, signal),
      close: () => client.close(),
    };
  },
};
