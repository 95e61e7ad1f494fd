/**
 * A store in a process of its own, for tests that kill or measure it: `node store-child.js FOLDER`. Prints one JSON
 * line when it listens (uri) or when it was refused (code, message), and stops on SIGTERM.
 */
import { serveStore } from '../../dist/core/store/embedded/index.js';

const say = (report) => process.stdout.write(`${JSON.stringify(report)}\n`);

try {
  const store = await serveStore({ dataDir: process.argv[2] });
  process.once('SIGTERM', () => store.stop().then(() => process.exit(0)));
  void store.failed.then((error) => {
    say({ failed: error.message });
    process.exit(1);
  });
  say({ uri: store.uri });
} catch (error) {
  say({ code: error.code, message: error.message });
  process.exit(1);
}
