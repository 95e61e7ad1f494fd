/** A refusal in the vendor's words; becomes `[{"message","errorCode","fields"}]`. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly errorCode: string,
    message: string,
    readonly fields?: readonly string[],
  ) {
    super(message);
  }

  /** The array form of a whole answer. */
  body(): readonly object[] {
    return [
      {
        message: this.message,
        errorCode: this.errorCode,
        ...(this.fields === undefined ? {} : { fields: this.fields }),
      },
    ];
  }

  /** The form inside answers about many rows. */
  item(): object {
    return { statusCode: this.errorCode, message: this.message, fields: this.fields ?? [] };
  }
}

export const bad = (errorCode: string, message: string, fields?: readonly string[]): Refusal =>
  new Refusal(400, errorCode, message, fields);

export const notFound = (message = 'The requested resource does not exist'): Refusal =>
  new Refusal(404, 'NOT_FOUND', message);

/** HTTP status of an error code that a test asks for by name; others answer 400. */
const STATUS: Readonly<Record<string, number>> = {
  INVALID_SESSION_ID: 401,
  REQUEST_LIMIT_EXCEEDED: 403,
  INSUFFICIENT_ACCESS: 403,
  INSUFFICIENT_ACCESS_OR_READONLY: 403,
  API_DISABLED_FOR_ORG: 403,
  NOT_FOUND: 404,
  UNKNOWN_EXCEPTION: 500,
  SERVER_UNAVAILABLE: 503,
};

/** The vendor's own wording where it is known. */
const WORDING: Readonly<Record<string, string>> = {
  INVALID_SESSION_ID: 'Session expired or invalid',
  REQUEST_LIMIT_EXCEEDED: 'TotalRequests Limit exceeded.',
  UNABLE_TO_LOCK_ROW: 'unable to obtain exclusive access to this record',
};

export const byCode = (errorCode: string): Refusal =>
  new Refusal(STATUS[errorCode] ?? 400, errorCode, WORDING[errorCode] ?? `refused with ${errorCode}`);
