import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const src = fileURLToPath(new URL('./src', import.meta.url));
const api = process.env.ONECITY_ORIGIN ?? 'http://localhost:8000';

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': src } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // A data: URL in CSS would break the app's content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': { target: api, changeOrigin: true } } },
});
