import { HubError } from '../../errors/hub-error.js';

/** The package's CommonJS build: its ES modules cannot be loaded by Node. About 0.4 s and 40 MB, so only when needed. */
const load = async () => (await import('n8n-workflow/dist/cjs/index.js')).default;

let library: ReturnType<typeof load> | undefined;

/**
 * The n8n-workflow package, loaded on first use. Its expression evaluator compiles JavaScript and is never called:
 * nothing here touches `Expression`, `workflow.expression` or node helpers that resolve parameters.
 * @throws HubError PIPELINE_N8N_MISSING
 */
export function n8nLibrary(): ReturnType<typeof load> {
  library ??= load().catch((cause: unknown) => {
    library = undefined;
    throw new HubError('PIPELINE_N8N_MISSING', {}, { cause });
  });
  return library;
}
