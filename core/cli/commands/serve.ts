import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../../clock.js';
import type { Settings } from '../../config/settings.js';
import { SIMULATOR_TYPES, startHub, version } from '../../main.js';
import { ensureSandbox } from '../../sandbox/client.js';
import { serveSandbox } from '../../sandbox/host.js';
import { serveStore } from '../../store/embedded/index.js';
import type { Context } from '../context.js';
import { note, print } from '../output.js';

/** A sandbox that nobody calls ends by itself. */
const SANDBOX_IDLE_MS = 10 * 60_000;
const DRAIN_MS = 20_000;

/** Ends cleanly on the first signal, at once on the second. */
function onSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const handle = (): void => {
    if (stopping) process.exit(130);
    stopping = true;
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
}

async function sandboxFor(settings: Settings, wanted: boolean) {
  if (!wanted || settings.ORDERHUB_MODE === 'production') return undefined;
  const command = [process.execPath, process.argv[1] ?? '', 'sandbox'] as const;
  return ensureSandbox(settings.DATA_DIR, [...command]);
}

function welcome(url: string, link: string, sandbox: boolean): void {
  print(`OrderHub ${version()}  ${url}`);
  print(`  console 控制台  ${url}/   API  ${url}/docs`);
  if (sandbox) print('  sandbox 沙箱   salesforce, kingdee, wms, zuora: simulators on this machine, nothing leaves it');
  print(`  sign in 登录    ${link}`);
  print('  The link works once, for 15 minutes; `orderhub login-link` makes another. 链接一次有效，15 分钟内使用。');
}

export function serveCommands(program: Command, context: Context): void {
  program
    .command('start')
    .description('serve API and console, and work on orders · 启动服务')
    .option('--no-sandbox', 'without the simulators and their connections')
    .action(async (options: { sandbox: boolean }) => {
      const settings = context.settings();
      const sandbox = await sandboxFor(settings, options.sandbox);
      const running = await startHub({
        settings,
        ...(sandbox === undefined ? {} : { sandbox: sandbox.endpoints }),
      });
      welcome(running.url, await running.signInLink(), sandbox !== undefined);
      onSignal(async () => {
        await running.stop();
        if (sandbox?.started === true) process.kill(sandbox.endpoints.pid, 'SIGTERM');
      });
    });

  program
    .command('sandbox')
    .description('serve the simulators; `start` does it by itself · 启动沙箱')
    .action(async () => {
      const sandbox = await serveSandbox({
        dataDir: context.dataDir(),
        types: SIMULATOR_TYPES,
        clock: systemClock,
        idleMs: SANDBOX_IDLE_MS,
        onIdle: () => process.exit(0),
      });
      for (const [system, { baseUrl }] of Object.entries(sandbox.endpoints.systems)) note(`${system}  ${baseUrl}`);
      onSignal(sandbox.stop);
    });

  program
    .command('store')
    .description('serve the embedded store as a process of its own · 独立启动内置数据库')
    .action(async () => {
      const store = await serveStore({ dataDir: join(context.dataDir(), 'store') });
      print(`MONGODB_URI=${store.uri}`);
      onSignal(store.stop);
    });
}
