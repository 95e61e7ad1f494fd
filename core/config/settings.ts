import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import Type, { type Static } from 'typebox';
import { HubError } from '../errors/hub-error.js';
import { LOG_LEVELS } from '../log/logger.js';
import { isTimeZone } from '../order/business-date.js';

/** Every setting of the hub, by the name of its environment variable. */
export const SettingsSchema = Type.Object({
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65535,
    default: 3000,
    description: 'Port of API and console; 0 takes a free one',
  }),
  HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on' }),
  DATA_DIR: Type.String({ default: './data', description: 'Folder of the embedded store, keys and the sandbox' }),
  MONGODB_URI: Type.Optional(
    Type.String({ pattern: '^mongodb(\\+srv)?://', description: 'A MongoDB to use instead of the embedded store' }),
  ),
  ORDERHUB_MODE: Type.Union([Type.Literal('sandbox'), Type.Literal('production')], {
    default: 'sandbox',
    description: 'production refuses sandbox connections and makes no sample people',
  }),
  ORDERHUB_PUBLIC_URL: Type.Optional(
    Type.String({ pattern: '^https?://', description: 'Address people use, when a proxy stands before the hub' }),
  ),
  ORDERHUB_BASE_CURRENCY: Type.String({
    pattern: '^[A-Z]{3}$',
    default: 'CNY',
    description: 'Currency of the books; rules compare amounts in it',
  }),
  ORDERHUB_SELLER: Type.String({ default: '100', description: 'Selling organisation when an order names none' }),
  ORDERHUB_TIME_ZONE: Type.String({
    default: 'Asia/Shanghai',
    description: "The seller's time zone: where a business day begins and a month ends",
  }),
  ORDERHUB_LANES: Type.Integer({ minimum: 1, maximum: 256, default: 16, description: 'Orders worked on at once' }),
  ORDERHUB_FILES_DIR: Type.Optional(Type.String({ description: 'Folder of attached files; else DATA_DIR/files' })),
  ORDERHUB_MAX_FILE_MB: Type.Integer({
    minimum: 1,
    maximum: 1024,
    default: 20,
    description: 'Largest attached file, in MiB',
  }),
  ORDERHUB_MASTER_KEY: Type.Optional(
    Type.String({ writeOnly: true, description: '32 bytes, base64 or hex; else DATA_DIR/master.key' }),
  ),
  LOG_LEVEL: Type.Union(
    LOG_LEVELS.map((level) => Type.Literal(level)),
    { default: 'info', description: 'Least important log lines that are written, to standard error' },
  ),
  ORDERHUB_TEST_LEDGER: Type.Union([Type.Literal('on'), Type.Literal('off')], {
    default: 'on',
    description: 'Crash tests only: off sends unfinished effects again blindly; refused in production',
  }),
  ORDERHUB_TEST_KILL_AT: Type.Optional(
    Type.String({ description: 'Crash tests only: kill the process at the named step; refused in production' }),
  ),
});
export type Settings = Readonly<
  Omit<Static<typeof SettingsSchema>, 'LOG_LEVEL'> & { LOG_LEVEL: (typeof LOG_LEVELS)[number] }
>;

/**
 * Copies what is known from the environment, checks it, freezes it.
 * @throws HubError SETTINGS_INVALID naming the variable.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const ajv = new Ajv({ useDefaults: true, coerceTypes: true, removeAdditional: 'all', strict: false });
  const raw: Record<string, unknown> = Object.fromEntries(
    Object.keys(SettingsSchema.properties).flatMap((name) =>
      env[name] === undefined || env[name] === '' ? [] : [[name, env[name]]],
    ),
  );
  if (!ajv.validate(SettingsSchema, raw)) {
    const [fault] = ajv.errors ?? [];
    throw new HubError('SETTINGS_INVALID', { why: `${fault?.instancePath.slice(1) ?? ''} ${fault?.message ?? ''}` });
  }
  const settings = raw as Settings;
  if (!isTimeZone(settings.ORDERHUB_TIME_ZONE)) {
    throw new HubError('SETTINGS_INVALID', {
      why: `ORDERHUB_TIME_ZONE ${settings.ORDERHUB_TIME_ZONE} is no time zone`,
    });
  }
  const weak =
    settings.ORDERHUB_MODE === 'production' &&
    (settings.ORDERHUB_TEST_LEDGER === 'off' || settings.ORDERHUB_TEST_KILL_AT);
  if (weak) throw new HubError('SETTINGS_INVALID', { why: 'ORDERHUB_TEST_* is refused in production mode' });
  return Object.freeze({ ...settings, DATA_DIR: resolve(settings.DATA_DIR) });
}
