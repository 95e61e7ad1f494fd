import { doc, double } from '../bson/values.js';
import { MAX_DOCUMENT_BYTES } from '../storage/collection.js';
import { MAX_MESSAGE_BYTES } from '../wire/messages.js';
import type { Command } from './command.js';

/** Wire version of MongoDB 7.0, whose behaviour the store follows. */
const MAX_WIRE_VERSION = 21;
const VERSION = '7.0.0';
const MAX_WRITE_BATCH = 100_000;

let connections = 0;

/**
 * A standalone server without sessions: no setName, no logicalSessionTimeoutMinutes, no topologyVersion. Drivers then
 * use neither transactions nor retryable writes, and poll instead of streaming.
 */
const hello: Command = {
  arguments: {
    client: 'skip',
    compression: 'skip',
    helloOk: 'skip',
    topologyVersion: 'skip',
    maxAwaitTimeMS: 'skip',
    loadBalanced: 'skip',
    backpressure: 'skip',
    speculativeAuthenticate: 'skip',
    saslSupportedMechs: 'skip',
    hostInfo: 'skip',
    forShell: 'skip',
  },
  run: (_body, { now }) =>
    doc({
      helloOk: true,
      isWritablePrimary: true,
      ismaster: true,
      maxBsonObjectSize: MAX_DOCUMENT_BYTES,
      maxMessageSizeBytes: MAX_MESSAGE_BYTES,
      maxWriteBatchSize: MAX_WRITE_BATCH,
      localTime: now(),
      connectionId: ++connections,
      minWireVersion: 0,
      maxWireVersion: MAX_WIRE_VERSION,
      readOnly: false,
      ok: double(1),
    }),
};

const ok = () => doc({ ok: double(1) });

export const STATUS_COMMANDS: Readonly<Record<string, Command>> = {
  hello,
  isMaster: hello,
  ismaster: hello,
  ping: { arguments: {}, run: ok },
  endSessions: { arguments: {}, run: ok },
  logout: { arguments: {}, run: ok },
  buildInfo: {
    arguments: {},
    run: () =>
      doc({
        version: VERSION,
        versionArray: VERSION.split('.').map(Number).concat(0),
        gitVersion: 'orderhub-embedded',
        modules: ['orderhub-embedded-store'],
        bits: 64,
        debug: false,
        maxBsonObjectSize: MAX_DOCUMENT_BYTES,
        ok: double(1),
      }),
  },
  serverStatus: {
    arguments: {},
    run: (_body, { now, startedAt, cursors }) => {
      const uptimeMs = now().getTime() - startedAt.getTime();
      return doc({
        host: 'embedded',
        version: VERSION,
        process: 'orderhub',
        pid: BigInt(process.pid),
        uptime: double(Math.floor(uptimeMs / 1000)),
        uptimeMillis: BigInt(uptimeMs),
        localTime: now(),
        storageEngine: doc({ name: 'lmdb', persistent: true }),
        metrics: doc({ cursor: doc({ open: doc({ total: BigInt(cursors.size) }) }) }),
        ok: double(1),
      });
    },
  },
  connectionStatus: {
    arguments: { showPrivileges: 'skip' },
    run: () => doc({ authInfo: doc({ authenticatedUsers: [], authenticatedUserRoles: [] }), ok: double(1) }),
  },
  getParameter: {
    arguments: { featureCompatibilityVersion: 'use', authenticationMechanisms: 'use' },
    run: (body) =>
      doc({
        featureCompatibilityVersion: body.has('featureCompatibilityVersion') ? doc({ version: '7.0' }) : undefined,
        authenticationMechanisms: body.has('authenticationMechanisms') ? [] : undefined,
        ok: double(1),
      }),
  },
};
