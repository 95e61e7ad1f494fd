import mongoose from 'mongoose';
import type { Fields } from './format.js';

const { MongoClient, Db, Collection, ClientSession } = mongoose.mongo;
type Client = InstanceType<typeof MongoClient>;

/** A case needs something that this runner or the server is not made for; it is counted as skipped. */
export class Skip extends Error {
  override readonly name = 'Skip';
}

/** One command event as the format names it, with the fields that cases look at. */
export type Seen = Readonly<{ kind: string; event: Fields }>;

/** Commands whose events hold secrets; they and the handshake are never part of an expectation. */
const HIDDEN = new Set(['hello', 'ismaster', 'isMaster', 'authenticate', 'saslStart', 'saslContinue', 'getnonce']);

/** Events by the format's name, and the driver's name of each. */
const EVENTS = {
  commandStartedEvent: 'commandStarted',
  commandSucceededEvent: 'commandSucceeded',
  commandFailedEvent: 'commandFailed',
} as const;

const text = (fields: Fields, key: string): string => {
  const value = fields[key];
  if (typeof value !== 'string') throw new TypeError(`${key} is missing in an entity`);
  return value;
};

const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** The things a case acts on, by id, and the events its clients have seen. */
export class Entities {
  private readonly things = new Map<string, unknown>();
  private readonly seen = new Map<string, Seen[]>();

  constructor(private readonly uri: string) {}

  /** Makes `createEntities` in order. @throws Skip for a kind of entity outside of CRUD */
  async create(specs: readonly Record<string, Fields>[]): Promise<void> {
    for (const spec of specs) {
      for (const [kind, fields] of Object.entries(spec)) {
        const make = Object.hasOwn(this.makers, kind) ? this.makers[kind] : undefined;
        if (make === undefined) throw new Skip(`entity outside of CRUD: ${kind}`);
        this.save(text(fields, 'id'), await make(fields));
      }
    }
  }

  private readonly makers: Readonly<Record<string, (fields: Fields) => unknown>> = {
    client: (fields) => this.openClient(fields),
    database: (fields) =>
      this.client(text(fields, 'client')).db(text(fields, 'databaseName'), fields['databaseOptions'] ?? {}),
    collection: (fields) =>
      this.database(text(fields, 'database')).collection(
        text(fields, 'collectionName'),
        fields['collectionOptions'] ?? {},
      ),
    session: (fields) => this.client(text(fields, 'client')).startSession(fields['sessionOptions'] ?? {}),
  };

  private async openClient(fields: Fields): Promise<Client> {
    const client = new MongoClient(this.uri, {
      retryWrites: false,
      ...(fields['uriOptions'] as Fields | undefined),
      monitorCommands: true,
    });
    const seen: Seen[] = [];
    this.seen.set(text(fields, 'id'), seen);
    const ignored = new Set([...strings(fields['ignoreCommandMonitoringEvents']), ...HIDDEN, 'configureFailPoint']);
    const wanted = new Set(strings(fields['observeEvents']));
    for (const [kind, name] of Object.entries(EVENTS)) {
      if (!wanted.has(kind)) continue;
      client.on(name as 'commandStarted', (event) => {
        if (!ignored.has(event.commandName)) seen.push({ kind, event: { ...event, command: event.command } });
      });
    }
    return client.connect();
  }

  /** @throws TypeError when the id is taken */
  save(id: string, thing: unknown): void {
    if (this.things.has(id)) throw new TypeError(`two entities have the id ${id}`);
    this.things.set(id, thing);
  }

  /** @throws TypeError when there is none */
  get(id: string): unknown {
    if (!this.things.has(id)) throw new TypeError(`no entity has the id ${id}`);
    return this.things.get(id);
  }

  client(id: string): Client {
    const thing = this.get(id);
    if (thing instanceof MongoClient) return thing;
    throw new TypeError(`${id} is not a client`);
  }

  private database(id: string): InstanceType<typeof Db> {
    const thing = this.get(id);
    if (thing instanceof Db) return thing;
    throw new TypeError(`${id} is not a database`);
  }

  collection(id: string): InstanceType<typeof Collection> {
    const thing = this.get(id);
    if (thing instanceof Collection) return thing;
    throw new TypeError(`${id} is not a collection`);
  }

  eventsOf(client: string): readonly Seen[] {
    return this.seen.get(client) ?? [];
  }

  /** Replaces the id of a session in the arguments of an operation by the session. */
  resolve(options: Fields): Fields {
    const { session } = options;
    if (typeof session !== 'string') return options;
    const thing = this.get(session);
    if (!(thing instanceof ClientSession)) throw new TypeError(`${session} is not a session`);
    return { ...options, session: thing };
  }

  async close(): Promise<void> {
    const all = [...this.things.values()];
    for (const thing of all) if (thing instanceof ClientSession) await thing.endSession();
    for (const thing of all) if (thing instanceof MongoClient) await thing.close();
  }
}
