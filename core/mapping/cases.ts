import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubCode } from '../errors/catalogue.js';
import type { Json } from './plain-json.js';

/** An example that is also a test: what goes in and what comes out, or which error at which path. */
export interface Case {
  /** File name without `.json`. */
  readonly name: string;
  readonly why: string;
  readonly input: Json;
  readonly output?: Json;
  readonly error?: HubCode;
  /** JSON path of the error, e.g. `$.lines[0].product`; only with `error`. */
  readonly path?: string;
}

/** @throws SyntaxError or Error naming the file when it is no case. */
export function readCases(dir: string): readonly Case[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const read: Omit<Case, 'name'> = JSON.parse(readFileSync(join(dir, file), 'utf8'));
      if (typeof read.why !== 'string' || (read.output === undefined) === (read.error === undefined)) {
        throw new Error(`cases/${file} needs "why", "input" and one of "output" and "error"`);
      }
      return { ...read, name: file.slice(0, -'.json'.length) };
    });
}
