import { randomBytes } from 'node:crypto';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { Clock } from '../clock.js';
import type { Target } from '../effect/ledger.js';
import { HubError } from '../errors/hub-error.js';
import type { HubModels } from '../store/models/index.js';
import type { ConnectionDoc } from '../store/models/setup.js';
import type { Connector, ConnectorType, Read, Trigger } from './contract.js';
import { connectionGuard } from './guard.js';

export interface OpenConnection extends Target {
  readonly name: string;
  readonly type: ConnectorType;
  readonly doc: ConnectionDoc;
  /** With the defaults of the schema; no secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly connector: Connector;
  readonly guardState: () => string;
  /** Asks for something by a read of the connector, within the target's limits. */
  read(name: string, input: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Triggers of one kind, in the connector's order. */
  triggers<K extends Trigger['kind']>(kind: K): readonly Extract<Trigger, { kind: K }>[];
}

export interface ConnectionsDeps {
  readonly models: HubModels;
  readonly types: ReadonlyMap<string, ConnectorType>;
  readonly clock: Clock;
  readonly seal: (name: string, secret: string) => string;
  readonly open: (name: string, sealed: string) => string;
  readonly production: boolean;
}

export type Connections = ReturnType<typeof connectionBook>;

/** Connections as documents and as open connectors. */
export function connectionBook(deps: ConnectionsDeps) {
  const { models, clock } = deps;
  const opened = new Map<string, Promise<OpenConnection>>();
  const ajv = new Ajv({ useDefaults: true, allErrors: true, strict: false });
  addFormats.default(ajv);

  function withDefaults(type: ConnectorType, settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const copy = structuredClone(settings) as Record<string, unknown>;
    if (!ajv.validate(type.settings, copy)) {
      throw new HubError('SETTINGS_INVALID', { why: `connection of type ${type.id}: ${ajv.errorsText()}` });
    }
    return copy;
  }

  function typeOf(id: string): ConnectorType {
    const type = deps.types.get(id);
    if (type === undefined) throw new HubError('SETTINGS_INVALID', { why: `there is no connector ${id}` });
    return type;
  }

  async function open(name: string): Promise<OpenConnection> {
    const doc = await models.connections.findOne({ _id: name }).lean<ConnectionDoc>();
    if (doc === null) throw new HubError('CONNECTION_UNKNOWN', { connection: name });
    if (doc.sandbox && deps.production) {
      throw new HubError('SETTINGS_INVALID', {
        why: `connection ${name} reaches a sandbox, which production mode refuses`,
      });
    }
    const type = typeOf(doc.type);
    const settings = withDefaults(type, doc.settings);
    const secrets = Object.fromEntries(
      Object.entries(doc.sealed).map(([key, sealed]) => [key, deps.open(`${name}/${key}`, sealed)]),
    );
    const nonce = (): string => randomBytes(16).toString('hex');
    const connector = type.open({ connection: name, settings, secrets, clock, nonce });
    const guard = connectionGuard(name, type.limits);
    const readOf = (wanted: string): Read => {
      const read = connector.reads?.find((candidate) => candidate.name === wanted);
      if (read === undefined) throw new HubError('RESOURCE_NOT_FOUND', { what: `read of ${name}`, id: wanted });
      return read;
    };
    return {
      name,
      type,
      doc,
      settings,
      connector,
      guarded: guard.guarded,
      guardState: guard.state,
      read: (wanted, input) => {
        const read = readOf(wanted);
        const question = structuredClone(input);
        if (!ajv.validate(read.input, question)) {
          throw new HubError('UNEXPECTED', { why: `asking ${name} for ${wanted}: ${ajv.errorsText()}` });
        }
        return guard.guarded((signal) => read.ask(question, signal));
      },
      operation: (wanted) => {
        const operation = connector.operations.find((o) => o.name === wanted);
        if (operation === undefined) {
          throw new HubError('RESOURCE_NOT_FOUND', { what: `operation of ${name}`, id: wanted });
        }
        return operation;
      },
      triggers: <K extends Trigger['kind']>(kind: K) =>
        connector.triggers.filter((t): t is Extract<Trigger, { kind: K }> => t.kind === kind),
    };
  }

  /** The open connection of this name. @throws HubError CONNECTION_UNKNOWN, SETTINGS_INVALID, SECRET_UNREADABLE */
  function get(name: string): Promise<OpenConnection> {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const opening = open(name);
    opened.set(name, opening);
    opening.catch(() => opened.delete(name));
    return opening;
  }

  async function close(name: string): Promise<void> {
    const known = opened.get(name);
    opened.delete(name);
    if (known !== undefined) await (await known).connector.close();
  }

  /** Makes or replaces a connection; secrets are sealed before they are stored. */
  async function put(
    name: string,
    spec: { type: string; sandbox: boolean; settings: Record<string, unknown>; secrets: Record<string, string> },
  ): Promise<void> {
    withDefaults(typeOf(spec.type), spec.settings);
    const now = clock.now();
    const sealed = Object.fromEntries(
      Object.entries(spec.secrets).map(([key, secret]) => [key, deps.seal(`${name}/${key}`, secret)]),
    );
    const { type, sandbox, settings } = spec;
    await models.connections.updateOne(
      { _id: name },
      { $set: { type, sandbox, settings, sealed, updatedAt: now }, $setOnInsert: { createdAt: now } },
      { upsert: true },
    );
    await close(name);
  }

  const list = () => models.connections.find({}).sort({ _id: 1 }).limit(500).lean<ConnectionDoc[]>();

  async function probe(name: string, signal: AbortSignal) {
    const { connector } = await get(name);
    const checks = await connector.probe(signal);
    const ok = checks.every((check) => check.ok);
    if (ok) await models.connections.updateOne({ _id: name }, { $set: { provenAt: clock.now() } });
    return { ok, checks };
  }

  const closeAll = async (): Promise<void> => {
    await Promise.all([...opened.keys()].map(close));
  };

  return { get, put, list, probe, closeAll };
}
