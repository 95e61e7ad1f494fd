/** Runs the store contract suite: `npm run conformance:store -- mongodb://host/`, or without a URI on the embedded store. */
import { spawn } from 'node:child_process';

const [uri, ...rest] = process.argv.slice(2);
const env = { ...process.env };
if (uri !== undefined) env.STORE_URI = uri;
const args = ['vitest', 'run', '--project', 'contract', 'tests/contract/store', ...rest];
const run = spawn('npx', args, { stdio: 'inherit', env });
run.once('exit', (code) => process.exit(code ?? 1));
