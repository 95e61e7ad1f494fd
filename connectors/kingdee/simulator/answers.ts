export interface AnswerError {
  readonly FieldName: string | null;
  readonly Message: string;
  readonly DIndex: number;
}

/** `MsgCode` values used here; the vendor prints the same table on every form page. */
export const CODE = {
  sessionLost: 1,
  noPermission: 2,
  noOperation: 3,
  exception: 4,
  parameter: 8,
  unknownValue: 9,
  notFound: 10,
  invalid: 11,
} as const;

/** What the vendor says no with: a code and at least one error. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: number,
    readonly errors: readonly AnswerError[],
  ) {
    super(errors[0]?.Message ?? `MsgCode ${code}`);
  }
}

export const refuse = (code: number, message: string, fieldName: string | null = null, index = 0): Refusal =>
  new Refusal(code, [{ FieldName: fieldName, Message: message, DIndex: index }]);

export interface Entity {
  readonly Id: number;
  readonly Number: string;
  readonly DIndex: number;
}

export interface Outcome {
  readonly entities: readonly Entity[];
  readonly messages?: readonly string[];
  readonly refusals: readonly Refusal[];
}

/** The status block. One failure among several makes the whole unsuccessful, with both lists filled. */
export function responseStatus({ entities, messages = [], refusals }: Outcome): Record<string, unknown> {
  const [first] = refusals;
  const failed = first === undefined ? {} : { ErrorCode: 500 };
  return {
    ...failed,
    IsSuccess: first === undefined,
    Errors: refusals.flatMap((r) => r.errors),
    SuccessEntitys: entities,
    SuccessMessages: messages.map((Message, DIndex) => ({ FieldName: null, Message, DIndex })),
    MsgCode: first?.code ?? 0,
  };
}

export const failure = (refusal: Refusal): Record<string, unknown> => ({
  Result: { ResponseStatus: responseStatus({ entities: [], refusals: [refusal] }) },
});

export const SESSION_LOST = (): Refusal => refuse(CODE.sessionLost, '会话信息已丢失，请重新登录');

/** What an injected `refuse` says, by code. */
export const INJECTED: Readonly<Record<string, string>> = {
  '1': '会话信息已丢失，请重新登录',
  '2': '没有操作权限',
  '6': '数据库操作失败',
  '13': '网络控制冲突：单据已被其他用户修改',
  '14': '调用次数超过限制',
  '15': '禁止使用管理员登录',
};
