import { type SandboxConnection, SandboxUser } from './sandbox-user.js';

/** Fields a workflow would carry along; the hub needs none but the id, which always comes. */
const FIELDS = ['OrderNumber', 'Status', 'SystemModstamp'];

/** Lets the sandbox organisation tell the hub's address about every activated Order that is saved. */
export async function tellByOutboundMessage(
  connection: SandboxConnection,
  hubUrl: string,
  name: string,
): Promise<void> {
  const user = await SandboxUser.signIn(connection);
  const token = connection.secrets['outboundMessageToken'] ?? '';
  const endpointUrl = `${hubUrl}/api/v1/inbound/${name}/outbound-message?token=${token}`;
  const Metadata = { endpointUrl, fields: FIELDS };
  await user.call('POST', '/tooling/sobjects/WorkflowOutboundMessage', { FullName: 'Order.Hub', Metadata });
}
