import { Ajv } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { HubError } from '../../errors/hub-error.js';

const ajv = new Ajv({ useDefaults: true, allErrors: true });

/**
 * Makes the reader of a connector's settings, or of its secrets: copies, fills defaults, checks.
 * The reader throws HubError SETTINGS_INVALID, which names properties and rules but never a value, so that no secret
 * gets into a message.
 */
export function settingsReader<Schema extends TSchema>(schema: Schema) {
  const check = ajv.compile<Static<Schema>>(schema);
  return (raw: Readonly<Record<string, unknown>>): Readonly<Static<Schema>> => {
    const settings: unknown = structuredClone(raw);
    if (!check(settings)) throw new HubError('SETTINGS_INVALID', { why: ajv.errorsText(check.errors) });
    return Object.freeze(settings);
  };
}
