import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * Nothing is inlined: the hub's content security policy allows scripts, fonts and images from itself only. It puts a
 * fresh nonce for style elements in place of `__CSP_NONCE__` each time it serves the page.
 */
export default defineConfig({
  plugins: [react()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': process.env['ORDERHUB_URL'] ?? 'http://localhost:8080' } },
});
