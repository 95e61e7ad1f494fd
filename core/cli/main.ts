import { Command } from 'commander';
import pc from 'picocolors';
import { HubError, toProblem } from '../errors/hub-error.js';
import { AnsweredProblem } from './api.js';
import { accessCommands } from './commands/access.js';
import { connectionCommands } from './commands/connection.js';
import { demoCommand } from './commands/demo.js';
import { effectCommands } from './commands/effects.js';
import { mappingCommands } from './commands/mapping.js';
import { messageCommands } from './commands/message.js';
import { orderCommands } from './commands/order.js';
import { revenueCommands } from './commands/revenue.js';
import { serveCommands } from './commands/serve.js';
import { taskCommands } from './commands/task.js';
import { cliContext } from './context.js';
import { note } from './output.js';

/** What happened, why and what to do, in both languages. */
function explain(error: unknown): void {
  if (error instanceof AnsweredProblem) {
    const { title, detail, titleZh, detailZh, code } = error.problem;
    note(pc.red(title) + (detail === undefined ? '' : `\n${detail}`));
    if (titleZh !== undefined) note(`${titleZh}${detailZh === undefined ? '' : `\n${detailZh}`}`);
    note(pc.dim(code ?? ''));
    return;
  }
  if (!(error instanceof HubError)) {
    note(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return;
  }
  const { title, titleZh, fix, fixZh, code } = toProblem(error);
  note(`${pc.red(title)}\n${fix}\n${titleZh}\n${fixZh}\n${pc.dim(code)}`);
}

const program = new Command('orderhub');
program
  .description('OrderHub 统一订单中心: one order from every source to the ledger')
  .showHelpAfterError('(orderhub --help shows all commands)');
const context = cliContext(process.env);
serveCommands(program, context);
demoCommand(program, context);
orderCommands(program, context);
taskCommands(program, context);
effectCommands(program, context);
revenueCommands(program, context);
messageCommands(program, context);
connectionCommands(program, context);
mappingCommands(program);
accessCommands(program, context);

program.parseAsync().catch((error: unknown) => {
  explain(error);
  process.exitCode = 1;
});
