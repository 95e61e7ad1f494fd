import { aggregate } from '../aggregate/command.js';
import { loadMingo, MingoNeeded } from '../aggregate/mingo.js';
import type { Doc } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';
import { COLLECTION_COMMANDS } from './collections.js';
import { type Command, checkArguments, databaseOf, type ServerState } from './command.js';
import { findAndModify } from './find-and-modify.js';
import { READ_COMMANDS } from './read.js';
import { STATUS_COMMANDS } from './status.js';
import { WRITE_COMMANDS } from './write.js';

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    ...STATUS_COMMANDS,
    ...READ_COMMANDS,
    ...WRITE_COMMANDS,
    ...COLLECTION_COMMANDS,
    findAndModify,
    findandmodify: findAndModify,
    aggregate,
  }),
);

/** Commands of MongoDB that are left out for a reason worth telling. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['commitTransaction', 'transactions'],
  ['abortTransaction', 'transactions'],
]);

/** Runs one command. @throws ProtocolError; CommandNotFound (59) for everything that is not offered */
export async function runCommand(body: Doc, server: ServerState): Promise<Doc> {
  const [name = ''] = body.keys();
  const command = name === 'configureFailPoint' ? server.failPoints?.command : COMMANDS.get(name);
  if (command === undefined) {
    const feature = REFUSED.get(name);
    if (feature !== undefined) throw new ProtocolError('IllegalOperation', `${feature} need a replica set`);
    throw new ProtocolError('CommandNotFound', `no such command: '${name}'`);
  }
  server.failPoints?.strike(name);
  databaseOf(body);
  checkArguments(name, command, body);
  try {
    return await command.run(body, server);
  } catch (error) {
    // Thrown while a statement is compiled, before it has done anything.
    if (!(error instanceof MingoNeeded)) throw error;
    await loadMingo();
    return await command.run(body, server);
  }
}
