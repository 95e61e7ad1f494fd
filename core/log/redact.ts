/** Names whose values are nobody's business: credentials of people, keys and connections. */
const SECRET_NAME = /secret|passw(or)?d|token|authorization|cookie|credential|private_?key|api_?key|signature/i;

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

export const MASK = '***';

/** A plain-JSON copy without the values of secret names, at any depth. Dates become text, errors lose their stack. */
export function withoutSecrets(value: unknown): unknown {
  const text = JSON.stringify(value, (name, inner: unknown) => (isSecretName(name) && inner !== null ? MASK : inner));
  return text === undefined ? undefined : JSON.parse(text);
}
