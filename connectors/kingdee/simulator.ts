import type { SimulatorType } from '../../core/connector/simulator.js';
import { SANDBOX } from './simulator/data.js';
import { createKingdeeSimulator } from './simulator/server.js';

export { createKingdeeSimulator, type KingdeeSimulator } from './simulator/server.js';

/** The vendor's server as far as this product needs it, and the sandbox connection that reaches it. */
export const kingdeeSimulator: SimulatorType = {
  system: 'kingdee',
  create: (context) => createKingdeeSimulator(context),
  connection: (baseUrl) => {
    const [app] = SANDBOX.apps;
    const [user] = SANDBOX.users;
    return {
      settings: {
        serverUrl: `${baseUrl}/k3cloud/`,
        acctId: SANDBOX.dataCentre.id,
        userName: user?.name,
        appId: app?.appId,
        lcid: 2052,
        orgNumber: '100',
        salerNumber: 'S001',
        authMode: 'signature',
        settleAfterMs: 1000,
        timeoutMs: 10_000,
      },
      secrets: { appSecret: app?.appSecret ?? '' },
    };
  },
};
