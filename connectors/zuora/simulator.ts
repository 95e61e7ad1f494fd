import { Faults } from '../../core/connector/kit/faults.js';
import type { Simulator, SimulatorContext, SimulatorType } from '../../core/connector/simulator.js';
import { Callouts } from './simulator/callouts.js';
import { PLANS } from './simulator/catalogue.js';
import { SANDBOX_HMAC } from './simulator/control.js';
import { stampOf } from './simulator/dates.js';
import { inspectTenant } from './simulator/inspect.js';
import { Limits } from './simulator/limits.js';
import type { OrderRules } from './simulator/orders.js';
import { Replays } from './simulator/replays.js';
import { createHandler } from './simulator/server.js';
import { Store } from './simulator/store.js';
import { CLIENT_ID, CLIENT_SECRET, Tokens } from './simulator/tokens.js';

export interface ZuoraSimulatorOptions {
  /** Life of a token in seconds; an hour by default, as the vendor has it. */
  readonly tokenLifeS?: number;
  /** Calls a minute; 50,000 by default. */
  readonly perMinute?: number;
  /** Milliseconds a minute of callout spacing lasts; 20 by default, so that half an hour is 0.6 s. */
  readonly minuteMs?: number;
  /** Trigger dates without which this tenant keeps a new subscription pending; none by default. */
  readonly demanded?: OrderRules['demanded'];
}

/** The simulator with the levers its tests need. */
export interface ZuoraSimulator extends Simulator {
  /** Ends every token. */
  revoke(): void;
}

/** A strict tenant that sells the subscriptions and maintenance of the demo; rebuilt from its journal at start. */
export function createZuoraSimulator(context: SimulatorContext, options: ZuoraSimulatorOptions = {}): ZuoraSimulator {
  const { tokenLifeS = 3600, perMinute = 50_000, minuteMs = 20, demanded = [] } = options;
  const { clock, journal, baseUrl } = context;
  const replays = new Replays(clock);
  const store = new Store(journal, (replay) => replays.remember(replay));
  const tokens = new Tokens(clock, tokenLifeS);
  const faults = new Faults();
  const callouts = new Callouts(clock, minuteMs);
  const rules = (): OrderRules => ({ demanded, updated: stampOf(clock.now()) });
  const tenant = { store, callouts, rules };
  const limits = new Limits(clock, perMinute);
  return {
    handler: createHandler({ tenant, tokens, limits, replays, faults, clock, baseUrl }),
    inject: (fault) => faults.add(fault),
    inspect: () => ({ ...inspectTenant(store), logins: tokens.logins, callouts: callouts.history }),
    revoke: () => tokens.revoke(),
  };
}

export const zuoraSimulator: SimulatorType = {
  system: 'zuora',
  create: (context) => createZuoraSimulator(context),
  connection: (baseUrl) => ({
    settings: {
      baseUrl,
      clientId: CLIENT_ID,
      ratePlans: Object.fromEntries(
        PLANS.map(({ sku, productRatePlanId, productRatePlanChargeId }) => [
          sku,
          { productRatePlanId, productRatePlanChargeId },
        ]),
      ),
      calloutSignatureHeader: SANDBOX_HMAC.header,
      pollIntervalMs: 2000,
    },
    secrets: { clientSecret: CLIENT_SECRET, calloutHmacKey: SANDBOX_HMAC.key },
  }),
};
