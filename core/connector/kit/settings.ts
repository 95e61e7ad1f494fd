import { Ajv } from 'ajv';
import Type, { type Static, type TSchema } from 'typebox';
import { HubError } from '../../errors/hub-error.js';

const ajv = new Ajv({ useDefaults: true, allErrors: true });

/** How long one call may take; the same setting in every connector. */
export const TimeoutMs = Type.Integer({
  default: 30_000,
  minimum: 100,
  maximum: 600_000,
  title: '超时 / Timeout of one call, ms',
});

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
