import { type Doc, doc, double, isDoc, isNumeric, toNumber, type Value } from '../bson/values.js';
import { ERROR_CODES, type ErrorName, ProtocolError } from '../protocol-error.js';
import { type Command, docArgument } from './command.js';

/** Ends the connection instead of an answer. */
export class HangUp extends Error {
  override readonly name = 'HangUp';
}

type Failure = { readonly commands: ReadonlySet<string>; readonly error: Error; left: number };

const DATA = new Set(['failCommands', 'errorCode', 'closeConnection']);

/**
 * The test command `configureFailPoint` with the fail point `failCommand`: named commands fail, a number of times or
 * always, with an error code or by a closed connection. Only a store started with `testCommands` has it.
 */
export class FailPoints {
  private failure: Failure | undefined;

  readonly command: Command = {
    arguments: { mode: 'use', data: 'use' },
    run: (body) => {
      if (body.get('configureFailPoint') !== 'failCommand') throw bad('only the fail point failCommand is offered');
      const times = timesOf(body.get('mode'));
      this.failure = times === 0 ? undefined : { ...failureOf(docArgument(body, 'data')), left: times };
      return doc({ count: 0, ok: double(1) });
    },
  };

  /** Called before each command. @throws ProtocolError or HangUp when it is to fail */
  strike(command: string): void {
    const { failure } = this;
    if (failure === undefined || !failure.commands.has(command)) return;
    if (--failure.left === 0) this.failure = undefined;
    throw failure.error;
  }
}

const bad = (message: string) => new ProtocolError('BadValue', message);

function timesOf(mode: Value | undefined): number {
  if (mode === 'off') return 0;
  if (mode === 'alwaysOn') return Number.POSITIVE_INFINITY;
  const times = isDoc(mode) ? mode.get('times') : undefined;
  if (isNumeric(times) && toNumber(times) > 0) return toNumber(times);
  throw bad("a fail point's mode is off, alwaysOn or { times }");
}

function failureOf(data: Doc): Omit<Failure, 'left'> {
  for (const key of data.keys()) if (!DATA.has(key)) throw bad(`fail points do not offer '${key}'`);
  const commands = data.get('failCommands');
  if (!Array.isArray(commands)) throw bad('failCommands must be a list');
  return { commands: new Set(commands.map(String)), error: errorOf(data) };
}

function errorOf(data: Doc): Error {
  if (data.get('closeConnection') === true) return new HangUp('the fail point failCommand closes the connection');
  const code = data.get('errorCode');
  const [name] = Object.entries(ERROR_CODES).find(([, number]) => isNumeric(code) && number === toNumber(code)) ?? [];
  if (name === undefined) throw bad(`fail points do not offer error code ${String(code)}`);
  return new ProtocolError(name as ErrorName, 'Failing command via fail point failCommand');
}
