import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const src = fileURLToPath(new URL('./src', import.meta.url));
const api = process.env.ONECITY_ORIGIN ?? 'http://localhost:8000';

const VUE = /node_modules\/(@vue|vue|vue-router)\//;
const BASE =
  /shell\/src\/(vault|cache|api\/(client|problem|mandates)|i18n\/(index|zh|problems|times)|state\/(network|session|toast|preferences|load|mandates)|components\/(LineIcon|icons))/;

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
    // What every page needs, in two files and not in ten: each file of a first visit is a round trip of its own.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'vue', test: VUE },
            { name: 'base', test: BASE },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': { target: api, changeOrigin: true } } },
});
