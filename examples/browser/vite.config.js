import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  build: { target: 'es2022' },
  resolve: { preserveSymlinks: false, dedupe: ['@tensorflow/tfjs-core', 'fast-check'] },
});
