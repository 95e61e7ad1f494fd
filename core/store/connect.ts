import mongoose, { type Connection } from 'mongoose';
import { HubError } from '../errors/hub-error.js';

/** Options of a URI that would weaken what an acknowledgement means. */
const WEAKENING: readonly [option: string, isWeak: (value: string) => boolean][] = [
  ['w', (v) => v !== 'majority'],
  ['journal', (v) => v !== 'true'],
  ['j', (v) => v !== 'true'],
  ['readPreference', (v) => v !== 'primary'],
  ['readConcernLevel', (v) => v !== 'majority' && v !== 'linearizable'],
];

/** @throws HubError STORE_UNSUITABLE naming the option. */
export function refuseWeakUri(uri: string): void {
  const query = new URLSearchParams(uri.split('?')[1] ?? '');
  for (const [option, isWeak] of WEAKENING) {
    const value = query.get(option);
    if (value !== null && isWeak(value)) {
      throw new HubError('STORE_UNSUITABLE', {
        why: `the URI sets ${option}=${value}, which can lose acknowledged writes`,
      });
    }
  }
}

/**
 * Connects with majority, journaled writes and primary reads.
 * @throws HubError STORE_UNSUITABLE for a weakened URI, a sharded cluster, or a server that cannot be reached.
 */
export async function connectStore(uri: string): Promise<Connection> {
  refuseWeakUri(uri);
  const connection = mongoose.createConnection(uri, {
    writeConcern: { w: 'majority', journal: true },
    readPreference: 'primary',
    retryWrites: false,
    serverSelectionTimeoutMS: 10_000,
    maxPoolSize: 32,
    ignoreUndefined: true,
    autoIndex: false,
    autoCreate: false,
  });
  try {
    await connection.asPromise();
    const hello = await connection.db?.admin().command({ hello: 1 });
    if (hello?.['msg'] === 'isdbgrid') {
      throw new HubError('STORE_UNSUITABLE', { why: 'sharded clusters are not supported yet' });
    }
    return connection;
  } catch (error) {
    await connection.close();
    if (error instanceof HubError) throw error;
    throw new HubError(
      'STORE_UNSUITABLE',
      { why: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}

/** True for a duplicate key, the only server error the product branches on. */
export const isDuplicateKey = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && (error as { code?: unknown }).code === 11000;
