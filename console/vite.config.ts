import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Nothing is inlined: the hub's content security policy allows scripts, fonts and images from itself only. */
export default defineConfig({
  plugins: [react()],
  /** The hub puts a fresh nonce here in every answer. */
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
