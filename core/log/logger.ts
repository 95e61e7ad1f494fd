import { type Bindings, type ChildLoggerOptions, type DestinationStream, type Logger, pino } from 'pino';
import { isSecretName, MASK } from './redact.js';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Objects deeper than this are not looked into: nothing that deep is logged on purpose. */
const MAX_DEPTH = 6;

/**
 * A masked copy; errors are left for their serialiser, which gives type, message and stack, and so is everything
 * that is no plain object or list.
 */
function masked(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return depth === MAX_DEPTH ? MASK : value.map((item) => masked(item, depth + 1));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  if (depth === MAX_DEPTH) return MASK;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isSecretName(name) ? MASK : masked(inner, depth + 1)]),
  );
}

/**
 * A logger of JSON lines: `time` as ISO text, `level` as a word. Values under names of secrets are masked at any depth,
 * bound ones too.
 * @param stream where the lines go; the composition decides, e.g. stderr.
 */
export function createLogger(settings: { level: LogLevel }, stream: DestinationStream): Logger {
  const mask = (fields: object): Record<string, unknown> => masked({ ...fields }) as Record<string, unknown>;
  const logger = pino(
    {
      level: settings.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }), log: mask },
    },
    stream,
  );
  // pino formats the bindings of the first logger only; children are made from it, so each one masks its own here.
  const child = logger.child;
  logger.child = function masking<L extends string = never>(
    this: Logger,
    bindings: Bindings,
    options?: ChildLoggerOptions<L>,
  ): Logger<L> {
    return Reflect.apply(child<L>, this, [mask(bindings), options]);
  };
  return logger;
}
