import {
  type Connection,
  type IndexDefinition,
  type IndexOptions,
  type Model,
  Schema,
  type SchemaDefinition,
} from 'mongoose';

/** An index and what it is for; every query of the product has one. */
export type Index = readonly [fields: IndexDefinition, options?: IndexOptions];

/** Any plain JSON-like value, stored as it is. */
export const Plain = Schema.Types.Mixed;

/**
 * One way to define a collection: string ids, unknown fields refused, empty objects kept, indexes made once at start
 * (see `ensureIndexes`) and never behind a request.
 */
export function defineModel<T>(
  connection: Connection,
  collection: string,
  fields: SchemaDefinition,
  indexes: readonly Index[] = [],
): Model<T> {
  const schema = new Schema(fields, {
    collection,
    versionKey: false,
    minimize: false,
    strict: 'throw',
    strictQuery: 'throw',
    autoIndex: false,
    autoCreate: false,
  });
  for (const [keys, options] of indexes) schema.index(keys, options ?? {});
  return connection.model(collection, schema) as unknown as Model<T>;
}
