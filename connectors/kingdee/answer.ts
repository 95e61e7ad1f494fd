/** One entry of `Errors`; `DIndex` is the position in a batch. */
export interface VendorError {
  readonly FieldName: string | null;
  readonly Message: string;
  readonly DIndex: number;
}

export interface ResponseStatus {
  readonly IsSuccess: boolean;
  readonly MsgCode: number;
  readonly Errors: readonly VendorError[];
}

/** A business answer: the status and the members that stand beside it. */
export interface Answer {
  readonly status: ResponseStatus;
  readonly result: Readonly<Record<string, unknown>>;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readError(value: unknown): VendorError {
  const error = isRecord(value) ? value : {};
  const field = error['FieldName'];
  return {
    FieldName: typeof field === 'string' ? field : null,
    Message: String(error['Message'] ?? ''),
    DIndex: Number(error['DIndex'] ?? 0),
  };
}

/** Reads the envelope, also from inside the two arrays that queries wrap errors in; undefined when there is none. */
export function readAnswer(body: unknown): Answer | undefined {
  const inner = Array.isArray(body) && Array.isArray(body[0]) ? body[0][0] : body;
  const result = isRecord(inner) ? inner['Result'] : undefined;
  const status = isRecord(result) ? result['ResponseStatus'] : undefined;
  if (!isRecord(result) || !isRecord(status)) return undefined;
  const errors = status['Errors'];
  return {
    result,
    status: {
      IsSuccess: status['IsSuccess'] === true || status['IsSuccess'] === 'true',
      MsgCode: Number(status['MsgCode'] ?? 0),
      Errors: Array.isArray(errors) ? errors.map(readError) : [],
    },
  };
}

/** Rows of a query, or undefined when the body is no table. */
export const readRows = (body: unknown): readonly (readonly unknown[])[] | undefined =>
  Array.isArray(body) && body.every((row) => Array.isArray(row)) ? body : undefined;

/** True when the vendor refused a bill because its number is taken: proof that a bill with it exists. */
export const isNumberTaken = (status: ResponseStatus): boolean =>
  !status.IsSuccess && status.MsgCode === 11 && status.Errors.some((e) => /^FBillNo$/i.test(e.FieldName ?? ''));
