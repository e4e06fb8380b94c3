import { defineConfig } from 'vite'

const target = 'http://127.0.0.1:5000'

export default defineConfig({
  server: {
    proxy: {
      '/ws': { target, ws: true },
      '/events': target,
      '/poll': target,
      '/price': target,
    },
  },
})
