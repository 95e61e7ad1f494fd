import { Faults } from '../../core/connector/kit/faults.js';
import type { Simulator, SimulatorContext, SimulatorType } from '../../core/connector/simulator.js';
import { inspectOrganisation } from './simulator/inspect.js';
import { Organisation } from './simulator/organisation.js';
import type { OutboundMessages } from './simulator/outbound.js';
import { INTEGRATION_USERNAME, ORGANISATION_ID } from './simulator/seed.js';
import { createHandler } from './simulator/server.js';
import { type AppSetup, Tokens } from './simulator/tokens.js';
import { Usage } from './simulator/usage.js';

export interface SalesforceSimulatorOptions {
  /** Records in one batch; the vendor's 2,000 by default. */
  readonly batchSize?: number;
  /** Records in a nested list before it is cut; 200 by default. */
  readonly childBatchSize?: number;
  /** API calls allowed in 24 hours; 100,000 by default. */
  readonly allowedCalls?: number;
  /** Whether writing a hub field of an Opportunity touches its orders, as an automation of a customer may; true by default. */
  readonly echo?: boolean;
  /** Public key of the certificate for JWT logins, PEM; none: they are refused. */
  readonly jwtPublicKey?: string;
  /** User names approved for JWT logins; the integration user by default. */
  readonly approvedUsers?: readonly string[];
  readonly refreshTokens?: readonly string[];
  /** Gap before an Outbound Message is sent a second time, doubled for each further one; 15 s by default. */
  readonly outboundGapMs?: number;
}

/** The simulator with the levers its tests and drills need. */
export interface SalesforceSimulator extends Simulator {
  /** Ends all sessions; the next call of each is answered with INVALID_SESSION_ID. */
  revoke(): void;
  /** Sets the calls used so far, and the allowance when given. */
  setUsage(used: number, allowed?: number): void;
  /** The sender of Outbound Messages. */
  readonly outbound: OutboundMessages;
}

const CLIENT_ID = '3MVG9.OrderHubSandbox';
const CLIENT_SECRET = 'sandbox-consumer-secret';
const WEBHOOK_SECRET = 'whsec_b3JkZXJodWItc2FuZGJveC1zYWxlc2ZvcmNlLWtleSE=';
const OUTBOUND_TOKEN = 'sandbox-outbound-message-token';

/** A strict Salesforce organisation with the products, accounts and people of the demo. */
export function createSalesforceSimulator(
  context: SimulatorContext,
  options: SalesforceSimulatorOptions = {},
): SalesforceSimulator {
  const { batchSize = 2000, childBatchSize = 200, allowedCalls = 100_000, echo = true } = options;
  const app: AppSetup = {
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    approvedUsers: options.approvedUsers ?? [INTEGRATION_USERNAME],
    refreshTokens: options.refreshTokens ?? [],
    ...(options.jwtPublicKey === undefined ? {} : { jwtPublicKey: options.jwtPublicKey }),
  };
  const organisation = new Organisation(context, { batchSize, childBatchSize }, echo, options.outboundGapMs);
  const tokens = new Tokens(app, context.clock);
  const usage = new Usage(allowedCalls);
  const faults = new Faults();
  return {
    handler: createHandler({ organisation, tokens, usage, faults, baseUrl: context.baseUrl }),
    inject: (fault) => faults.add(fault),
    inspect: () => ({
      ...inspectOrganisation(organisation.store, context.journal),
      logins: tokens.logins,
      calls: usage.used,
      outbound: organisation.outbound.inspect(),
    }),
    outbound: organisation.outbound,
    revoke: () => tokens.revoke(),
    setUsage: (used, allowed) => usage.set(used, allowed),
  };
}

export const salesforceSimulator: SimulatorType = {
  system: 'salesforce',
  create: (context) => createSalesforceSimulator(context),
  connection: (baseUrl) => ({
    settings: { loginUrl: baseUrl, clientId: CLIENT_ID, organizationId: ORGANISATION_ID, pollIntervalMs: 1000 },
    secrets: { clientSecret: CLIENT_SECRET, webhookSecret: WEBHOOK_SECRET, outboundMessageToken: OUTBOUND_TOKEN },
  }),
};
