import { readFileSync } from 'node:fs';
import { HubError } from '../errors/hub-error.js';

const STANDARD_INPUT = 0;

/** The JSON object in a file, or on standard input for `-`. @throws HubError SETTINGS_INVALID naming the file. */
export function readJsonObject(file: string): Record<string, unknown> {
  const name = file === '-' ? 'standard input' : file;
  try {
    const value: unknown = JSON.parse(readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new HubError('SETTINGS_INVALID', { why: `${name} cannot be read as JSON` }, { cause });
  }
  throw new HubError('SETTINGS_INVALID', { why: `${name} must hold one JSON object` });
}
