import { readSettings, type Settings } from '../config/settings.js';

/** What commands share: the settings, read when first asked for. */
export interface Context {
  readonly settings: () => Settings;
  readonly dataDir: () => string;
}

export function cliContext(env: Readonly<Record<string, string | undefined>>): Context {
  let settings: Settings | undefined;
  const read = (): Settings => {
    settings ??= readSettings(env);
    return settings;
  };
  return { settings: read, dataDir: () => read().DATA_DIR };
}
