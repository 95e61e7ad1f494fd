import type { Command } from '../commands/command.js';
import { ProtocolError } from '../protocol-error.js';
export const aggregate: Command = {
  arguments: {},
  run: () => {
    throw new ProtocolError('NotImplemented', 'aggregate');
  },
};
