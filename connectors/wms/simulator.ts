import type { SimulatorType } from '../../core/connector/simulator.js';
import { SANDBOX } from './simulator/data.js';
import { createWmsSimulator } from './simulator/server.js';

export { createWmsSimulator, type WmsSimulator, type WmsSimulatorOptions } from './simulator/server.js';

/** The platform and a warehouse as far as this product needs them, and the sandbox connection that reaches them. */
export const wmsSimulator: SimulatorType = {
  system: 'wms',
  create: (context) => createWmsSimulator(context),
  connection: (baseUrl) => ({
    settings: {
      gatewayUrl: `${baseUrl}/router/qimen/service`,
      appKey: SANDBOX.appKey,
      customerId: SANDBOX.customerId,
      warehouseCode: SANDBOX.warehouseCode,
      ownerCode: SANDBOX.ownerCode,
      shopNick: 'orderhub',
      logisticsCode: 'SF',
      receiverMobile: '13900000000',
      sender: { ...SANDBOX.sender },
      probeItem: 'HW-GATEWAY',
      settleAfterMs: 1_000,
      timeoutMs: 10_000,
    },
    secrets: { appSecret: SANDBOX.appSecret },
  }),
};
