/** The nonce that the served page carries: style elements without it are refused by the hub's content security policy. */
export const pageNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
