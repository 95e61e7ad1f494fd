import type { Value } from './bson/values.js';

/** MongoDB's numeric error codes by their published names; drivers and mongoose branch on the number. */
export const ERROR_CODES = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  ProtocolError: 17,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  EmptyFieldName: 56,
  DottedFieldName: 57,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  NotSingleValueField: 54,
  ShutdownInProgress: 91,
  CommandNotSupportedOnView: 166,
  InvalidPipelineOperator: 168,
  CannotBackfillArray: 155,
  CannotIndexParallelArrays: 171,
  QueryFeatureNotAllowed: 224,
  NotImplemented: 238,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  InvalidIndexSpecificationOption: 197,
  CommandNotSupported: 115,
  NoQueryExecutionPlans: 291,
  CursorInUse: 12051,
  DuplicateKey: 11000,
  BSONObjectTooLarge: 10334,
  Location16410: 16410,
  Location28724: 28724,
  Location31249: 31249,
  Location51246: 51246,
  Location31253: 31253,
  Location31254: 31254,
  Location40323: 40323,
  Location40324: 40324,
  Location40414: 40414,
  Location40415: 40415,
  Location51024: 51024,
  Location51091: 51091,
  Location16872: 16872,
  Location15956: 15956,
  Location15975: 15975,
  Location15976: 15976,
  Location15957: 15957,
  Location15958: 15958,
  Location28812: 28812,
  Location40602: 40602,
} as const;

export type ErrorName = keyof typeof ERROR_CODES;

/** A refusal in the vocabulary of the wire protocol. `details` are merged into the error reply (keyPattern, keyValue). */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: number;

  constructor(
    readonly codeName: ErrorName,
    message: string,
    readonly details: ReadonlyMap<string, Value> = new Map(),
  ) {
    super(message);
    this.code = ERROR_CODES[codeName];
  }
}
