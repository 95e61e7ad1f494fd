import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How commands on this machine reach the running hub; in `<dataDir>/hub.json`, readable by its owner alone. */
export interface HubInfo {
  readonly pid: number;
  readonly url: string;
  /** Bearer token of the local operator, new at every start. */
  readonly token: string;
}

const fileOf = (dataDir: string): string => join(dataDir, 'hub.json');

export const writeHubInfo = (dataDir: string, info: HubInfo): void =>
  writeFileSync(fileOf(dataDir), JSON.stringify(info, null, 2), { mode: 0o600 });

export const removeHubInfo = (dataDir: string): void => rmSync(fileOf(dataDir), { force: true });

/** Undefined when no hub wrote one. The process may be gone all the same: whoever calls finds out. */
export function readHubInfo(dataDir: string): HubInfo | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as HubInfo;
  } catch {
    return undefined;
  }
}
