import type { Command } from 'commander';
import { hubApi } from '../api.js';
import type { Context } from '../context.js';
import { print, printJson, table } from '../output.js';

interface User {
  userId: string;
  name: string;
  roles: string[];
}

export function accessCommands(program: Command, context: Context): void {
  program
    .command('login-link')
    .description('make a one-time sign-in link · 生成一次性登录链接')
    .argument('[user]', 'user id; the administrator when absent')
    .option('--json', 'for machines')
    .action(async (user: string | undefined, options) => {
      const body = user === undefined ? {} : { userId: user };
      const { data } = await hubApi(context.dataDir()).post('/api/v1/sign-in-links', body);
      if (options.json) return printJson(data);
      print(data.url);
    });

  program
    .command('users')
    .description('people and their roles · 用户与角色')
    .option('--json', 'for machines')
    .action(async (options) => {
      const { data } = await hubApi(context.dataDir()).get('/api/v1/users');
      if (options.json) return printJson(data);
      print(
        table<User>(data.items, [
          { head: 'user', cell: (u) => u.userId },
          { head: 'name', cell: (u) => u.name },
          { head: 'roles', cell: (u) => u.roles.join(', ') },
        ]),
      );
    });

  program
    .command('key')
    .description('API keys of other systems · API 密钥')
    .command('create')
    .description('make an API key; it is shown once · 新建密钥，仅显示一次')
    .argument('<name>', 'what it is for')
    .requiredOption('--role <role...>', 'roles, e.g. upstream-system')
    .option('--json', 'for machines')
    .action(async (name: string, options: { role: string[]; json?: boolean }) => {
      const { data } = await hubApi(context.dataDir()).post('/api/v1/api-keys', { name, roles: options.role });
      if (options.json) return printJson(data);
      print(data.key);
    });
}
