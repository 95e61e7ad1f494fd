/** The nonce of this page, which every style element made at run time carries; none where the page is not served by the hub. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
