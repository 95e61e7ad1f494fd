/** Who can cure it. `wait`: time does. `data`: whoever owns the record. `setup`: an operator. `code`: us. */
export type Cure = 'wait' | 'data' | 'setup' | 'code';

export interface Entry {
  readonly cure: Cure;
  /** HTTP status of the problem+json answer. */
  readonly http: number;
  /** What was being done; `{fact}` is filled from the facts. */
  readonly says: string;
  readonly zh: string;
  /** What the reader can do about it. */
  readonly fix: string;
  readonly fixZh: string;
}

const e = (cure: Cure, http: number, says: string, fix: string, zh: string, fixZh: string): Entry => ({
  cure,
  http,
  says,
  zh,
  fix,
  fixZh,
});

export const CATALOGUE = {
  ACCESS_DENIED: e(
    'setup',
    403,
    '{actor} may not {action} {resource}',
    'Ask an administrator for a role that allows it.',
    '{actor} 无权对 {resource} 执行 {action}',
    '请管理员授予相应角色。',
  ),
  ACCESS_SIGN_IN_NEEDED: e(
    'data',
    401,
    'signing in: {why}',
    'Open a sign-in link from the hub, or send an API key as "Authorization: Bearer …".',
    '需要登录：{why}',
    '使用登录链接，或在 Authorization 头中携带 API 密钥。',
  ),

  CONNECTION_UNKNOWN: e(
    'setup',
    404,
    'there is no connection {connection}',
    'Check the name in the address; `orderhub connection list` shows all.',
    '没有名为 {connection} 的连接',
    '检查地址中的名称；`orderhub connection list` 列出全部连接。',
  ),
  CONNECTOR_UNREACHABLE: e(
    'wait',
    502,
    'reaching {system}: {why}',
    'Nothing was written there; it is tried again by itself.',
    '无法连接 {system}：{why}',
    '对方未写入任何内容，系统会自动重试。',
  ),
  CONNECTOR_THROTTLED: e(
    'wait',
    503,
    'asking {system} too often: {why}',
    'It is tried again by itself when the limit allows.',
    '调用 {system} 过于频繁：{why}',
    '限额恢复后自动重试。',
  ),
  CONNECTOR_REFUSED_LOGIN: e(
    'setup',
    502,
    'signing in to {system}: {why}',
    'Correct the credentials of the connection, then prove it again.',
    '登录 {system} 失败：{why}',
    '更正连接的凭据，然后重新验证。',
  ),
  CONNECTOR_REFUSED: e(
    'data',
    502,
    '{system} refused {what}: {why}',
    'Correct the record named in the reason, then replay.',
    '{system} 拒绝了 {what}：{why}',
    '更正原因中所指的数据，然后重放。',
  ),
  CONNECTOR_NO_PERMISSION: e(
    'setup',
    502,
    '{system} allows no {what}: {why}',
    'Ask the administrator of that system for the right.',
    '{system} 未授权 {what}：{why}',
    '请该系统的管理员授权。',
  ),
  CONNECTOR_OUTCOME_UNKNOWN: e(
    'wait',
    502,
    'confirming {what} in {system}: {why}',
    'The target is asked; nothing is sent twice.',
    '{system} 未返回 {what} 的结果：{why}',
    '正在按单号回查，不会重复发送。',
  ),

  INBOX_BAD_SIGNATURE: e(
    'setup',
    401,
    'checking the signature of a message for {connection}: {why}',
    'Correct the signing secret on one side; the message waits in quarantine and can be verified again.',
    '校验发往 {connection} 的报文签名失败：{why}',
    '更正一方的签名密钥；报文保留在隔离区，可重新校验。',
  ),
  INBOX_BODY_TOO_LARGE: e(
    'data',
    413,
    'reading a message of more than {limit} bytes',
    'Send it in parts, or have an administrator raise the limit.',
    '报文超过 {limit} 字节',
    '分批发送，或请管理员提高上限。',
  ),
  INBOX_BODY_MALFORMED: e(
    'data',
    400,
    'reading the body at {path}: {why}',
    'Correct the body and send it again; the refused message is kept for reading.',
    '报文在 {path} 处无法解析：{why}',
    '更正后重新发送；被拒收的报文已留存可查。',
  ),

  JOURNAL_UNBALANCED: e(
    'code',
    500,
    'balancing journal {key}: debit {debit}, credit {credit} in {currency}',
    'Nothing was booked; send the code and time to support.',
    '分录 {key} 借贷不平：借 {debit}，贷 {credit}（{currency}）',
    '未入账；将编号与时间发给支持人员。',
  ),

  MAPPING_UNKNOWN: e(
    'setup',
    500,
    'there is no mapping {mapping}',
    'Check the name in the connection or pipeline.',
    '没有名为 {mapping} 的映射',
    '检查连接或流程中的名称。',
  ),
  MAPPING_INPUT_INVALID: e(
    'data',
    422,
    'mapping {mapping}: input {path} {why}',
    'Correct the message at that path in its source, or the input schema; then replay.',
    '映射 {mapping}：输入 {path} {whyZh}',
    '在来源系统更正该字段，或调整输入模式，然后重放。',
  ),
  MAPPING_OUTPUT_INVALID: e(
    'data',
    422,
    'mapping {mapping}: result {path} {why}',
    'Correct the source data or the mapping, then replay.',
    '映射 {mapping}：结果 {path} {whyZh}',
    '更正来源数据或映射，然后重放。',
  ),
  MAPPING_FAILED: e(
    'data',
    422,
    'mapping {mapping} stopped at {path}: {why}',
    'Correct the source data or the mapping, then replay.',
    '映射 {mapping} 在 {path} 处中止：{whyZh}',
    '更正来源数据或映射，然后重放。',
  ),
  MAPPING_LIMIT_REACHED: e(
    'setup',
    422,
    'mapping {mapping} reached its limit: {why}',
    'Simplify the expression or the message.',
    '映射 {mapping} 超出限制：{whyZh}',
    '简化表达式或报文。',
  ),
  MAPPING_UNUSABLE: e(
    'setup',
    422,
    'reading mapping {mapping}: {why}',
    'Correct the expression or schema named in the reason, then publish it again.',
    '映射 {mapping} 无法使用：{whyZh}',
    '更正原因所指的表达式或模式，然后重新发布。',
  ),

  ORDER_INVALID: e(
    'data',
    422,
    'reading the order at {path}: {why}',
    'Correct the field and send the order again.',
    '订单字段 {path} 有误：{why}',
    '更正该字段后重新提交。',
  ),
  ORDER_MOVE_REFUSED: e(
    'data',
    409,
    'moving order {order} to {to}: {why}',
    'Look at the order; its state changed or a guard is not met.',
    '订单 {order} 无法转为 {to}：{why}',
    '查看订单：状态已变化或条件未满足。',
  ),
  ORDER_NOT_FOUND: e(
    'data',
    404,
    'there is no order {order}',
    'Search by number, customer or any external id.',
    '没有订单 {order}',
    '可按单号、客户或任一外部编号搜索。',
  ),
  ORDER_KEY_REUSED: e(
    'data',
    422,
    'Idempotency-Key {key} was used with another body',
    'Use a new key for a new order.',
    '幂等键 {key} 已用于另一份内容',
    '新订单请使用新的幂等键。',
  ),
  ORDER_KEY_BUSY: e(
    'wait',
    409,
    'the first request with Idempotency-Key {key} is still being stored',
    'Send the same request again in a moment.',
    '使用幂等键 {key} 的首个请求仍在处理中',
    '稍后重发同一请求。',
  ),

  PIPELINE_CONDITION_WRONG: e(
    'setup',
    500,
    'deciding at {node}: {path} gave {got}, not true or false',
    'Make the condition give true or false for every order (wrap it in $exists or $boolean), then resume the run.',
    '节点 {node} 的条件 {path} 得到 {got}，而非 true 或 false',
    '修改条件，使其对任何订单都给出 true 或 false（可用 $exists 或 $boolean），然后恢复该流程。',
  ),
  PIPELINE_INVALID: e(
    'setup',
    422,
    'reading pipeline {pipeline} at {path}: {why}',
    'Correct the pipeline at that place; all faults are listed.',
    '流程 {pipeline} 在 {path} 处有误：{why}',
    '更正流程中的该处；全部问题均已列出。',
  ),
  PIPELINE_RUNAWAY: e(
    'setup',
    500,
    'running pipeline {pipeline}: more than {limit} nodes in one go',
    'Look for branches that split and join again many times; publish a simpler pipeline, then resume the run.',
    '流程 {pipeline} 一次执行超过 {limit} 个节点',
    '检查反复分叉又合并的分支；发布更简单的流程后恢复运行。',
  ),

  REVENUE_NO_RATE: e(
    'data',
    422,
    'opening the revenue contract of order {order}: there is no rate from {currency} to {base}',
    'Add the rate of the order date, then replay.',
    '订单 {order} 无法建立收入合同：缺少 {currency} 对 {base} 的汇率',
    '补录订单日期的汇率，然后重放。',
  ),
  REVENUE_NO_SSP: e(
    'setup',
    422,
    'pricing line {line}: product {product} has no stand-alone selling price in {currency}',
    'Add the price to the catalogue, then replay.',
    '订单行 {line}：产品 {product} 没有 {currency} 单独售价',
    '在产品目录中补录单独售价，然后重放。',
  ),

  REQUEST_INVALID: e(
    'data',
    400,
    'reading the request at {path}: {why}',
    'Correct the request; /docs describes every field.',
    '请求字段 {path} 有误：{why}',
    '更正请求；字段说明见 /docs。',
  ),
  REQUEST_MEDIA_TYPE: e(
    'data',
    415,
    'reading a body of type {type}; this address takes {accepted}',
    'Send the body in a type that is taken, and say so in Content-Type.',
    '请求体类型为 {type}；此地址只接受 {accepted}',
    '改用可接受的类型，并在 Content-Type 中注明。',
  ),
  REQUEST_METHOD_WRONG: e(
    'data',
    405,
    '{path} has no {method}; it has {allowed}',
    'Use one of the methods named; /docs lists every address.',
    '{path} 不支持 {method}，只支持 {allowed}',
    '改用所列方法；全部地址见 /docs。',
  ),
  REQUEST_VERSION_MISSING: e(
    'data',
    428,
    'changing {what} {id} without If-Match',
    'Read it first, then send its ETag back as If-Match.',
    '修改 {what} {id} 时缺少 If-Match',
    '先读取，再将其 ETag 放入 If-Match 头。',
  ),
  REQUEST_VERSION_STALE: e(
    'data',
    412,
    '{what} {id} is at version {current}, not {sent}',
    'Read it again, look at what changed, then repeat the change.',
    '{what} {id} 当前版本为 {current}，而非 {sent}',
    '重新读取并查看变化，再提交修改。',
  ),
  RESOURCE_NOT_FOUND: e(
    'data',
    404,
    'there is no {what} {id}',
    'Check the address.',
    '没有{what} {id}',
    '请检查地址。',
  ),
  VERSION_CONFLICT: e(
    'wait',
    409,
    '{what} {id} was changed by someone else',
    'Read it again, then repeat the change.',
    '{what} {id} 已被他人修改',
    '重新读取后再修改。',
  ),

  QUANTITY_REFUSED: e(
    'data',
    422,
    'moving {quantity} of line {line}: {why}',
    'Compare the quantity with what is still open on the order, then send it again.',
    '订单行 {line} 无法变动 {quantity}：{why}',
    '核对订单上的未交数量后重新提交。',
  ),

  SECRET_UNREADABLE: e(
    'setup',
    500,
    'opening the secret {name}: {why}',
    'Start the hub with the master key that sealed it, or enter the secret again.',
    '无法解开密钥 {name}：{why}',
    '使用加密时的主密钥启动，或重新录入。',
  ),
  SETTINGS_INVALID: e(
    'setup',
    500,
    'reading settings: {why}',
    'Correct the setting named and start again.',
    '设置有误：{why}',
    '更正后重新启动。',
  ),

  STORE_LOCKED: e(
    'setup',
    503,
    'opening the data folder {dataDir}: process {pid} holds it (socket {socket})',
    'Stop that process, or choose another folder with DATA_DIR.',
    '数据目录 {dataDir} 已被进程 {pid} 占用（套接字 {socket}）',
    '停止该进程，或通过 DATA_DIR 指定其他目录。',
  ),
  STORE_UNREACHABLE: e(
    'wait',
    503,
    'reaching the store: {why}',
    'Nothing was accepted meanwhile; send again when /readyz answers 200.',
    '无法连接数据库：{why}',
    '期间未受理任何数据；待 /readyz 返回 200 后重发。',
  ),
  STORE_UNSUITABLE: e(
    'setup',
    500,
    'connecting to the store: {why}',
    'Use a standalone or replica-set MongoDB with majority, journaled writes and primary reads.',
    '数据库不适用：{why}',
    '请使用单机或副本集 MongoDB，且写入为 majority 并落盘、从主节点读取。',
  ),

  TASK_CLOSED: e(
    'data',
    409,
    'deciding task {task}: it is already {state} by {by}',
    'Nothing to do; look at the order for what followed.',
    '任务 {task} 已由 {by} 处理为 {state}',
    '无需操作，可在订单中查看后续。',
  ),

  UNEXPECTED: e(
    'code',
    500,
    'something unforeseen: {why}',
    'Send the code and time to support.',
    '意外错误：{why}',
    '将编号与时间发给支持人员。',
  ),
} as const satisfies Record<string, Entry>;

export type HubCode = keyof typeof CATALOGUE;
