import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { kingdee } from '../connectors/kingdee/index.js';
import { kingdeeSimulator } from '../connectors/kingdee/simulator.js';
import { salesforce } from '../connectors/salesforce/index.js';
import { salesforceSimulator } from '../connectors/salesforce/simulator.js';
import { wms } from '../connectors/wms/index.js';
import { wmsSimulator } from '../connectors/wms/simulator.js';
import { zuora } from '../connectors/zuora/index.js';
import { zuoraSimulator } from '../connectors/zuora/simulator.js';
import { openAccess } from './access/access.js';
import { LOCAL_OPERATOR } from './access/actor.js';
import type { Authenticate } from './access/authenticate.js';
import { loadMasterKey, openSecret, sealSecret } from './access/secrets.js';
import { attachmentBook } from './attachment/attachment-book.js';
import { fileStore } from './attachment/file-store.js';
import { attachmentKeeper } from './attachment/keeper.js';
import { systemClock } from './clock.js';
import { removeHubInfo, writeHubInfo } from './config/hub-info.js';
import { loadCatalogue } from './config/load-catalogue.js';
import { projectRoot } from './config/project-root.js';
import type { Settings } from './config/settings.js';
import type { ConnectorType } from './connector/contract.js';
import type { SimulatorType } from './connector/simulator.js';
import { createApp } from './http/create-app.js';
import { attachmentRoutes } from './http/resources/attachments.js';
import { connectionRoutes } from './http/resources/connections.js';
import type { ResourceDeps } from './http/resources/deps.js';
import { effectRoutes } from './http/resources/effects.js';
import { inboundRoutes } from './http/resources/inbound.js';
import { messageRoutes } from './http/resources/messages.js';
import { orderRoutes } from './http/resources/orders.js';
import { periodRoutes } from './http/resources/periods.js';
import { reportRoutes } from './http/resources/reports.js';
import { revenueRoutes } from './http/resources/revenue.js';
import { taskRoutes } from './http/resources/tasks.js';
import { sessionRoutes } from './http/session-routes.js';
import { createHub, type Hub } from './hub.js';
import { createLogger, type Logger } from './log/logger.js';
import { loadMappings } from './mapping/registry.js';
import { loadPipelines } from './pipeline/load.js';
import { hubNodes } from './pipeline/nodes/hub/index.js';
import { structuralNodes } from './pipeline/nodes/structural.js';
import { orderCommands } from './pipeline/order-commands.js';
import { NodeRegistry } from './pipeline/registry.js';
import type { HubServices } from './pipeline/services.js';
import type { SandboxEndpoints } from './sandbox/host.js';
import { connectStore } from './store/connect.js';
import { startEmbeddedStore } from './store/embedded/index.js';

/** Every kind of system this installation can speak to. */
export const CONNECTOR_TYPES: readonly ConnectorType[] = [salesforce, kingdee, wms, zuora];
export const SIMULATOR_TYPES: readonly SimulatorType[] = [
  salesforceSimulator,
  kingdeeSimulator,
  wmsSimulator,
  zuoraSimulator,
];

export interface StartOptions {
  readonly settings: Settings;
  /** The running sandbox, when sandbox connections are wanted. */
  readonly sandbox?: SandboxEndpoints;
  readonly log?: Logger;
}

export interface RunningHub {
  readonly hub: Hub;
  readonly url: string;
  /** A one-time address that signs the administrator (or another user) in. */
  signInLink(userId?: string): Promise<string>;
  stop(): Promise<void>;
}

/** The version of this installation. */
export const version = (): string =>
  (JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string }).version;

/** The store, and what ends the process when the embedded one fails: without it nothing can be promised any more. */
async function openStore(settings: Settings, log: Logger) {
  if (settings.MONGODB_URI !== undefined) {
    return { connection: await connectStore(settings.MONGODB_URI), exclusive: false, stop: async () => undefined };
  }
  const embedded = await startEmbeddedStore({ dataDir: join(settings.DATA_DIR, 'store') });
  embedded.onExit((error) => {
    if (error === undefined) return;
    log.fatal({ err: error }, 'the embedded store failed');
    process.exit(1);
  });
  return {
    connection: await connectStore(embedded.uri),
    exclusive: true,
    stop: () => embedded.stop(),
  };
}

/** Attached files: in a folder beside the store, since they are too large for its documents. */
function openAttachments(hub: Hub, settings: Settings) {
  const { models, orders, clock, poke } = hub;
  const files = fileStore(settings.ORDERHUB_FILES_DIR ?? join(settings.DATA_DIR, 'files'));
  const { emit } = orderCommands(models, orders, clock);
  return attachmentBook({ models, files, emit, clock, poke });
}

/** Makes or refreshes the connections that reach the simulators, whose ports change with each start. */
async function putSandboxConnections(hub: Hub, sandbox: SandboxEndpoints): Promise<void> {
  for (const type of SIMULATOR_TYPES) {
    const endpoint = sandbox.systems[type.system];
    const there = await hub.models.connections.findOne({ _id: type.system }, { sandbox: 1 }).lean();
    if (endpoint === undefined || there?.sandbox === false) continue; // a real connection is never replaced
    await hub.connections.put(type.system, { type: type.system, sandbox: true, ...type.connection(endpoint.baseUrl) });
  }
}

/** Commands of this machine show the token of `hub.json`; everybody else signs in or has a key. */
function withLocalOperator(token: string, authenticate: Authenticate): Authenticate {
  const wanted = Buffer.from(`Bearer ${token}`);
  return async (headers) => {
    const given = Buffer.from(headers.authorization ?? '');
    if (given.length === wanted.length && timingSafeEqual(given, wanted))
      return { actor: LOCAL_OPERATOR, via: 'api-key' };
    return authenticate(headers);
  };
}

/** Dies at a named step, for the crash drill: as a power cut would, with nothing said or saved. */
const killAt =
  (name: string | undefined) =>
  (at: string): void => {
    if (at === name) process.kill(process.pid, 'SIGKILL');
  };

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });

/** Opens the store, wires the hub, listens. The only place that connects and listens. */
export async function startHub({ settings, sandbox, log: given }: StartOptions): Promise<RunningHub> {
  const root = projectRoot();
  mkdirSync(settings.DATA_DIR, { recursive: true, mode: 0o700 });
  const log = given ?? createLogger({ level: settings.LOG_LEVEL }, pino.destination(2));
  const masterKey = loadMasterKey(settings.ORDERHUB_MASTER_KEY, settings.DATA_DIR);
  const store = await openStore(settings, log);
  const registry = new NodeRegistry<HubServices>([...structuralNodes, ...hubNodes]);
  const hub = await createHub({
    settings,
    store: store.connection,
    clock: systemClock,
    log,
    catalogue: await loadCatalogue(join(root, 'catalog')),
    mappings: loadMappings(join(root, 'mappings')),
    pipelines: await loadPipelines(join(root, 'pipelines'), registry),
    registry,
    connectorTypes: new Map(CONNECTOR_TYPES.map((type) => [type.id, type])),
    seal: (name, secret) => sealSecret(masterKey, name, secret),
    open: (name, sealed) => openSecret(masterKey, name, sealed),
    exclusive: store.exclusive,
    ...(settings.ORDERHUB_TEST_KILL_AT === undefined ? {} : { checkpoint: killAt(settings.ORDERHUB_TEST_KILL_AT) }),
  });
  const access = await openAccess(store.connection, systemClock, { sample: settings.ORDERHUB_MODE === 'sandbox' });
  if (sandbox !== undefined) await putSandboxConnections(hub, sandbox);

  let url = '';
  const token = randomBytes(32).toString('base64url');
  const deps: ResourceDeps = { ...hub, audit: access.audit };
  const attachments = openAttachments(hub, settings);
  const keeper = attachmentKeeper(attachments, systemClock, log);
  const routes = [
    ...sessionRoutes(access, {
      environment: settings.ORDERHUB_MODE,
      address: () => settings.ORDERHUB_PUBLIC_URL ?? url,
      secure: settings.ORDERHUB_PUBLIC_URL?.startsWith('https:') === true,
    }),
    ...inboundRoutes(deps),
    ...orderRoutes(deps),
    ...reportRoutes(deps),
    ...revenueRoutes(deps),
    ...periodRoutes(deps),
    ...attachmentRoutes({ ...deps, attachments, maxFileBytes: settings.ORDERHUB_MAX_FILE_MB * 1024 * 1024 }),
    ...taskRoutes(deps),
    ...effectRoutes(deps),
    ...messageRoutes(deps),
    ...connectionRoutes(deps),
  ];
  const consoleDir = join(root, 'console', 'dist');
  const app = createApp({
    routes,
    authenticate: withLocalOperator(token, access.authenticate),
    ready: async () => {
      await store.connection.db?.admin().ping();
    },
    log,
    clock: systemClock,
    version: version(),
    ...(existsSync(consoleDir) ? { consoleDir } : {}),
    ...(settings.ORDERHUB_PUBLIC_URL === undefined ? {} : { publicUrl: settings.ORDERHUB_PUBLIC_URL }),
  });
  const server = createServer(app);
  const port = await listen(server, settings.PORT, settings.HOST);
  url = `http://${settings.HOST === '0.0.0.0' ? '127.0.0.1' : settings.HOST}:${port}`;
  writeHubInfo(settings.DATA_DIR, { pid: process.pid, url, token });
  await hub.start();
  keeper.start();

  async function stop(): Promise<void> {
    removeHubInfo(settings.DATA_DIR);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    await keeper.stop();
    await hub.stop();
    await store.connection.close();
    await store.stop();
  }

  return {
    hub,
    url,
    signInLink: async (userId) =>
      `${settings.ORDERHUB_PUBLIC_URL ?? url}/sign-in?token=${await access.createSignInLink(userId ?? access.administratorId)}`,
    stop,
  };
}

/** What the demo and the drills need of the sandbox organisation: selling something, and pushing it. */
export { calloutOf } from '../connectors/salesforce/sandbox-callout.js';
export { type SandboxOrder, seedOrder } from '../connectors/salesforce/sandbox-orders.js';
